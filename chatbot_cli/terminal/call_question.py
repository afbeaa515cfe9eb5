"""What is asked about a tool call, as lines: where it comes from, what to look out for, every argument. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chatbot_cli.chat.tools import CallToDecide
from chatbot_cli.secrets.finding import Find, what_is_held
from chatbot_cli.text.copied import is_copied
from chatbot_cli.text.json_lines import lines_of_object, shown_whole, strings_in
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import shorten
from chatbot_cli.text.signs import INDENT, disarmed
from chatbot_cli.text.width import cells

MOST_ROWS = 20  # of a page
LONGEST_CLAIM = 160  # characters of what a tool says of itself
NEWLINE = "\n"
_EMOJI_PARTS = re.compile("[\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")  # each may take two cells
QUIET, LOUD, USUAL = "quiet", "problem", ""


class Line(NamedTuple):
    """A line of a question, clean, and the name of its style."""

    text: str
    look: str = USUAL
    indent: str = INDENT


class Rows(NamedTuple):
    """Some rows of a question, from number `begin` on, of `whole` rows; each fits the screen."""

    rows: Sequence[Line]
    begin: int
    whole: int

    @property
    def are_all(self) -> bool:
        return len(self.rows) == self.whole

    @property
    def are_last(self) -> bool:
        return self.begin + len(self.rows) >= self.whole


def title_of(question: CallToDecide) -> str:
    """What is asked, on one line."""
    number, calls = question.place
    label = shown_whole(question.tool.label).replace(NEWLINE, "␊")
    return f"Run {label}?{f' ({number} of {calls})' if calls > 1 else ''}"


def question_lines(question: CallToDecide, arguments: str, find: Find) -> list[Line]:
    """All that is to be judged, below the title."""
    tool = question.tool
    lines = [Line(f"from {shown_whole(tool.source).replace(NEWLINE, '␊')}", QUIET)] if tool.source else []
    if claim := shorten(one_line(tool.definition.description), LONGEST_CLAIM):
        lines.append(Line(f"“{claim}”", QUIET))
    if tool.read_only and not question.asks_once:  # of the program's own, it is no claim
        lines.append(Line("It says of itself that it only reads.", QUIET))
    lines += [Line(text, LOUD) for text in _warnings(question, arguments, find)]
    lines += [Line(shown_whole(text), USUAL, INDENT * 2) for text in question.changed]
    written = [Line(text, USUAL, INDENT * 2) for text in lines_of_object(arguments)]
    return [*lines, *(written or [Line("(no arguments)", QUIET, INDENT * 2)])]


def page_of(lines: Sequence[Line], begin: int, columns: int, most: int = MOST_ROWS) -> Rows:
    """At most so many rows from number `begin` on, each at most `columns` cells wide."""
    all_rows = [row for line in lines for row in _rows_of(line, columns)]
    most = max(1, min(MOST_ROWS, most))
    return Rows(all_rows[begin : begin + most], begin, len(all_rows))


def broken(text: str, columns: int) -> Iterator[str]:
    """A line as rows that are no wider than `columns`, broken anywhere: not a character of it is left out."""
    at, columns = 0, max(2, columns)
    while at < len(text):
        row = _fitting(text[at : at + columns], columns)
        at += len(row)
        yield row
    if not text:
        yield ""


def _fitting(text: str, columns: int) -> str:
    """The beginning that fits into so many cells on every terminal: some draw each part of an emoji by itself."""
    width = 0
    for number, character in enumerate("" if text.isascii() else text):
        width += 2 if _EMOJI_PARTS.match(character) else max(0, cells(character))
        if width > columns and number:
            return text[:number]
    return text


def _warnings(question: CallToDecide, arguments: str, find: Find) -> Iterator[str]:
    if question.ran_before:
        yield "It ran already in the answer that this one replaces. What it did stays done."
    texts = [arguments, *strings_in(arguments)]
    if secrets := {secret.value: secret for text in texts for secret in find(text)}:
        yield what_is_held(list(secrets.values()), "The call")
    for label, text in question.seen:
        if any(is_copied(argument, text) for argument in texts[1:]):
            yield f"The call holds text from {one_line(label)}, which others may have written."
    if question.changed:
        yield "The tool has changed since you allowed it always:"


def _rows_of(line: Line, columns: int) -> Iterator[Line]:
    for row in broken(line.text, columns - len(line.indent)):
        yield Line(disarmed(row), line.look, line.indent)
