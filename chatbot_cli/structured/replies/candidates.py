"""Takes JSON out of what a model wrote. Pure, and linear in the length of the text, whatever it says.

Nothing is mended. What begins as JSON and turns out not to be is passed over whole, so that a part of a broken value
is never taken for an answer.
"""

import re
from collections.abc import Iterator

from chatbot_cli.structured.replies.reply_json import NotJson, Read, read, read_from

MOST = 20  # values that are taken out of a text
_MOST_BROKEN = 200  # each costs a look at the text before it
_FENCE = re.compile(r"^[ \t]*(?P<marks>`{3,}|~{3,})[^`\n]*$", re.MULTILINE)
_BEGINNING = re.compile(r"""\{[ \t\r\n]*["}]|\[[ \t\r\n]*[]\[{"\-0-9tfn]""")
_SIGN = re.compile(r'["{}\[\]]')
_QUOTE_OR_ESCAPE = re.compile(r'"|\\.', re.DOTALL)


def candidates(text: str) -> Iterator[Read]:
    """The values in a text, the likeliest first: the whole text; the fenced blocks; what stands in brackets."""
    for number, found in enumerate(_all(text)):
        if number == MOST:
            return
        yield found


def why_none(text: str) -> str:
    """A clause for a text that has no candidate."""
    start = _BEGINNING.search(text)
    if start is None:
        return "there is no JSON in the reply"
    try:
        read_from(text, start.start())
    except NotJson as error:
        return f"the reply is not JSON: {error}"
    return "there is no whole JSON in the reply"


def _all(text: str) -> Iterator[Read]:
    try:
        yield read(text)
        return
    except NotJson:
        pass
    for block in _fenced(text):
        try:
            yield read(block)
        except NotJson:
            continue
    yield from _in_brackets(text)


def _fenced(text: str) -> Iterator[str]:
    """What stands in fences of Markdown; the last one may have no end."""
    opened: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if opened is None:
            opened = fence
        elif fence["marks"].startswith(opened["marks"]):
            yield text[opened.end() : fence.start()]
            opened = None
    if opened is not None:
        yield text[opened.end() :]


def _in_brackets(text: str) -> Iterator[Read]:
    position, broken = 0, 0
    while broken < _MOST_BROKEN and (start := _BEGINNING.search(text, position)):
        try:
            found = read_from(text, start.start())
        except NotJson:
            broken += 1
            position = _end_of_broken(text, start.start())
        else:
            yield found
            position = found.end


def _end_of_broken(text: str, start: int) -> int:
    """Where the bracket at `start` closes, as far as one can say it of what is broken; else the end."""
    depth, position = 0, start
    while sign := _SIGN.search(text, position):
        position = sign.end()
        if sign[0] == '"':
            position = _after_string(text, position)
            continue
        depth += 1 if sign[0] in "[{" else -1
        if depth <= 0:
            return position
    return len(text)


def _after_string(text: str, start: int) -> int:
    """Where the string that has begun before `start` ends; the end of the text if it does not."""
    for found in _QUOTE_OR_ESCAPE.finditer(text, start):
        if found[0] == '"':
            return found.end()
    return len(text)
