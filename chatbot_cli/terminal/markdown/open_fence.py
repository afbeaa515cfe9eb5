"""A fenced code block at the top level that is still arriving."""

import re

from chatbot_cli.terminal.markdown.code_highlight import ArrivingCode, CodeLine

_OPENING = re.compile(r"(?P<indent> {0,3})(?P<mark>`{3,}|~{3,})")
TAB_SIZE = 4


class OpenFence:
    """Collects the lines after an opening fence, and recognises the line that closes it.

    Blank lines at the beginning and the end of the code are dropped. So a blank line inside it is held back until the
    next line follows.
    """

    def __init__(self, opening: str, language: str) -> None:
        match = _OPENING.match(opening)
        self._indent, self._mark = (len(match["indent"]), match["mark"]) if match else (0, "```")
        self._closing = re.compile(rf" {{0,3}}{re.escape(self._mark[0])}{{{len(self._mark)},}}[ \t]*\n?")
        self._code = ArrivingCode(language)
        self._begun = False
        self._held_back: list[CodeLine] = []  # blank lines

    def closes(self, line: str) -> bool:
        """Whether a line is the closing fence."""
        return self._closing.fullmatch(line) is not None

    def add(self, line: str) -> None:
        """Append the next whole line, with its newline."""
        self._code.add(self._without_indent(line))

    def take_settled(self) -> list[CodeLine]:
        """The lines that have become settled since the last call."""
        lines, self._held_back = self._from_first_visible(self._code.take_settled()), []
        while lines and is_blank(lines[-1]):
            self._held_back.insert(0, lines.pop())
        self._begun = self._begun or bool(lines)
        return lines

    def open_lines(self, partial: str) -> list[CodeLine]:
        """The lines that may still change, with the line that is arriving unless it may become the closing fence."""
        may_close = not partial.strip(f"{self._mark[0]} \t")
        return _without_end(
            self._from_first_visible(self._code.open_lines("" if may_close else self._without_indent(partial)))
        )

    def finish(self, partial: str = "") -> list[CodeLine]:
        """All remaining lines. `partial` is a last line without a newline; it may be the closing fence."""
        self._code.add("" if self.closes(partial) else self._without_indent(partial))
        return _without_end(self._from_first_visible(self._code.finish()))

    def _from_first_visible(self, lines: list[CodeLine]) -> list[CodeLine]:
        """The lines after those held back, without the blank ones at the beginning of the code."""
        lines = [*self._held_back, *lines]
        while not self._begun and lines and is_blank(lines[0]):
            lines.pop(0)
        return lines

    def _without_indent(self, line: str) -> str:
        """The line without the indentation of the opening fence. Half a tab becomes blanks."""
        column = begin = 0
        while column < self._indent and line[begin : begin + 1] in (" ", "\t"):
            column += TAB_SIZE - column % TAB_SIZE if line[begin] == "\t" else 1
            begin += 1
        return " " * (column - self._indent) + line[begin:]


def is_blank(line: CodeLine) -> bool:
    """Whether a line shows nothing."""
    return not any(text.strip() for _, text in line)


def _without_end(lines: list[CodeLine]) -> list[CodeLine]:
    """The lines without blank ones at their end."""
    while lines and is_blank(lines[-1]):
        lines.pop()
    return lines


def trimmed(lines: list[CodeLine]) -> list[CodeLine]:
    """The lines of a whole block without blank ones at its beginning and end."""
    begin = next((index for index, line in enumerate(lines) if not is_blank(line)), len(lines))
    return _without_end(lines[begin:])
