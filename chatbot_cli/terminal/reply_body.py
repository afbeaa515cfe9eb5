"""What is between the title and the footer of a reply on the full screen, as lines: its Markdown."""

from collections.abc import Sequence
from typing import Protocol

from rich.console import Console

from chatbot_cli.chat.events import TurnEvent
from chatbot_cli.terminal.markdown.stream import IN_BRACKETS, MarkdownStream, Piece
from chatbot_cli.terminal.markdown.view import Line, lines_of


class ReplyBody(Protocol):
    """The body of one reply, while it arrives. All lines fit the console, and none begins as the program's own do."""

    def takes(self, event: TurnEvent) -> bool:
        """Take in an event. Returns whether nothing of it is to come through `feed`."""
        ...

    def feed(self, text: str) -> None:
        """Add more of the reply, which may have arrived long before."""
        ...

    def take_final(self) -> list[Line]:
        """The lines that have become final since the last call."""
        ...

    def open_lines(self) -> list[Line]:
        """The lines that may still change, as they look now."""
        ...

    def rest(self, error: BaseException | None) -> list[Line]:
        """All remaining lines, now that nothing more comes; `error` says why, if the reply did not just end."""
        ...


class MarkdownBody:
    """The body of a reply that is a text. Of a continued reply, the last block is shown again if it is still open."""

    def __init__(self, console: Console, reply_so_far: str = "", numbering: str = IN_BRACKETS) -> None:
        self._console = console
        self._stream = MarkdownStream(numbering)
        self._stream.feed(reply_so_far)
        self._stream.take_finished()
        self._has_final_lines = False

    def takes(self, event: TurnEvent) -> bool:
        return False

    def feed(self, text: str) -> None:
        self._stream.feed(text)

    def take_final(self) -> list[Line]:
        return self._final(self._stream.take_finished())

    def open_lines(self) -> list[Line]:
        return lines_of(self._stream.open_pieces(), self._console, below_something=self._has_final_lines)

    def rest(self, error: BaseException | None) -> list[Line]:
        return self._final(self._stream.finish())

    def _final(self, pieces: Sequence[Piece]) -> list[Line]:
        lines = lines_of(pieces, self._console, below_something=self._has_final_lines)
        self._has_final_lines = self._has_final_lines or bool(lines)
        return lines
