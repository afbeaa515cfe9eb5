"""Markdown rendered both ways: piece by piece as it arrives, and all at once."""

import io
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.segment import Segment

from chatbot_cli.terminal.markdown.stream import MarkdownStream, whole_document
from chatbot_cli.terminal.markdown.view import Line, lines_of
from chatbot_cli.terminal.rows import broken_to_fit
from chatbot_cli.terminal.theme import THEME

HEIGHT = 1_000  # told, so that nobody asks a terminal for it


def console(width: int = 60) -> Console:
    return Console(
        file=io.StringIO(), width=width, height=HEIGHT, theme=THEME, force_terminal=True, color_system="truecolor"
    )


def plain(lines: Iterable[Line]) -> list[str]:
    """The lines without their styles."""
    return ["".join(segment.text for segment in line) for line in lines]


def cells(lines: Iterable[Line]) -> list[Line]:
    """The lines in a form that is equal if and only if they look equal: neighbours of one style are one."""
    return [list(Segment.simplify(line)) for line in lines]


def at_once(text: str, width: int = 60) -> list[Line]:
    return lines_of(whole_document(text), console(width))


def rows(lines: Iterable[Line], width: int) -> list[str]:
    """The lines as a terminal of that width has them."""
    return plain(row for line in lines for row in broken_to_fit(line, width))


def shown(text: str, width: int = 60) -> list[str]:
    return rows(at_once(text, width), width)


class Reader:
    """Takes a reply as it arrives, as the panel does: what is final stays, and the rest is seen as it is now."""

    def __init__(self, width: int = 60) -> None:
        self.final: list[Line] = []
        self._stream = MarkdownStream()
        self._console = console(width)

    def receive(self, text: str) -> None:
        self._stream.feed(text)

    def take(self) -> None:
        """Take what has become final."""
        self.final += lines_of(self._stream.take_finished(), self._console, below_something=bool(self.final))

    def look(self) -> list[Line]:
        """All that can be seen now: the final lines, and the live ones below."""
        return self.final + lines_of(self._stream.open_pieces(), self._console, below_something=bool(self.final))

    def finish(self) -> list[Line]:
        self.final += lines_of(self._stream.finish(), self._console, below_something=bool(self.final))
        return self.final


def line_by_line(texts: Sequence[str], width: int = 60) -> list[Line]:
    """The final lines of a reply that is taken after each of these texts."""
    reader = Reader(width)
    for text in texts:
        reader.receive(text)
        reader.take()
    return reader.finish()
