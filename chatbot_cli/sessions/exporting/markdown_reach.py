"""How far a piece of Markdown can act beyond itself, judged without a parser: in doubt, farther than it does."""

import re
from collections.abc import Iterator
from enum import Enum, auto


class Reach(Enum):
    """What a piece of Markdown may do to the text around it.

    WITHIN    nothing: it ends where it ends, and has no headings of the first two levels
    SECTION   it may end late, or look like sections of the document; a block quote holds it
    DOCUMENT  it may do anything: it has HTML, or defines links; only a code block holds it
    """

    WITHIN = auto()
    SECTION = auto()
    DOCUMENT = auto()


_NEWLINE = re.compile(r"\r\n?|\n")
_OPENS_FENCE = re.compile(r"([ \t]*)(`{3,}(?=[^`]*$)|~{3,})")
_FENCE_AFTER_MARKER = re.compile(r"[ \t]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)+(?:```|~~~)")
_OTHER_IN_A_QUOTE = re.compile(  # a tab is narrower there, so that a fence or a list item may begin or end
    r"[\s>*+\-\d.)]*\t[\s>*+\-\d.)]*(?:```|~~~)|[ \t>]*(?:[-+*]|\d{1,9}[.)]) *\t"
)
_HEADING = re.compile(r" {0,3}#{1,2}(?!#)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_LINK_DEFINITION = re.compile(r"[\s>*+\-\d.)]*\[.*\]:")
_OPEN_LABEL = re.compile(r"[\s>*+\-\d.)]*\[(?:[^\]\\]|\\.)*\\?$")
_CODE_IN_TEXT = re.compile(r"(?<!`)`[^`]+`(?!`)")
_HARMLESS_TAG = re.compile(  # but for one that a line begins with, which begins a block of HTML
    r"(?:(?<=[^\s>])|(?<=[^\W\d_] )|(?<=\| ))(?:<br ?/?>)+|<(?:https?://|mailto:)[^<>\s]*>"
)
_TAG = re.compile(r"<[A-Za-z/!?]")


def reach_of(text: str) -> Reach:
    """How far the text can act."""
    written = _NEWLINE.split(text)
    lines = list(_without_code_blocks(written))
    prose = [line for line in lines if line is not None]
    if _has_html(prose) or _defines_links(prose):
        return Reach.DOCUMENT
    open_formula = sum(line.count("$$") for line in prose) % 2  # some viewers take all that follows for it
    headings = any(map(_looks_like_a_heading, ["", *prose], prose))
    if len(prose) == len(lines) and not headings and not open_formula:
        return Reach.WITHIN
    return Reach.DOCUMENT if any(map(_OTHER_IN_A_QUOTE.match, written)) else Reach.SECTION


def _without_code_blocks(lines: list[str]) -> Iterator[str | None]:
    """The lines with an empty one for each fenced code block. None where one may not be closed; then the rest as it is.

    A fence at the margin begins a block whatever stands before it. An indented one may stand in a list, so it must be
    closed at the same indentation, with nothing less indented in between.
    """
    number, sure_of_lists = 0, True
    while number < len(lines):
        line = lines[number]
        number += 1
        fence = _OPENS_FENCE.match(line)
        if not fence:
            sure_of_lists = sure_of_lists and not _FENCE_AFTER_MARKER.match(line)
            yield line
        elif len(indent := fence[1]) > 3 or "\t" in indent:
            sure_of_lists = False
            yield line
        elif (sure_of_lists or not indent) and (end := _end_of_block(lines, number, len(indent), fence[2])):
            yield ""
            number = end
        else:
            yield from (None, line, *lines[number:])
            return


def _end_of_block(lines: list[str], start: int, indent: int, fence: str) -> int | None:
    """The line after the closing fence; None if it is not closed for sure, whatever list it may stand in."""
    closing = re.compile(rf" *{fence}{fence[0]}*[ \t]*")
    for number in range(start, len(lines)):
        line = lines[number]
        spaces = len(line) - len(line.lstrip(" "))
        if closing.fullmatch(line) and (indent or spaces <= 3):
            return number + 1 if spaces == indent or not indent else None
        if spaces < indent and line.strip(" \t"):
            return None
    return None


def _defines_links(prose: list[str]) -> bool:
    if any(map(_LINK_DEFINITION.match, prose)):
        return True
    return any("]:" in line for line in prose) and any(map(_OPEN_LABEL.match, prose))


def _has_html(prose: list[str]) -> bool:
    rest = [_HARMLESS_TAG.sub("", _CODE_IN_TEXT.sub("", line)) for line in prose]
    if any(map(_TAG.search, rest)):
        return True
    # A backtick left over may pair with one of another line, so that a tag thought to be code is none.
    unsure = any("`" in line for line in rest) or any("\\`" in line for line in prose)
    return unsure and any(map(_TAG.search, prose))


def _looks_like_a_heading(before: str, line: str) -> bool:
    return bool(_HEADING.match(line) or (before.strip(" \t") and _UNDERLINE.fullmatch(line)))
