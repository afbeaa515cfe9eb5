"""The text of one reply on its way into the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from chatbot_cli.chat.growing_text import GrowingText
from chatbot_cli.sessions.reply_pieces import Piece
from chatbot_cli.sessions.store import Store

LONGEST_PART = 262_144  # bytes that are written at once: SQLite holds a few copies of a text that it writes


class NewText(NamedTuple):
    """What is to be saved: the first part of the text, None if it has not changed, and the pieces after it."""

    first: bytearray | None
    pieces: Iterator[Piece]


class TextToSave:
    """Knows how much of a text is saved.

    Its first part, of at most `longest` bytes, is written again whenever it has grown. What comes after that is written
    once, in pieces. Then the text lets go of it.
    """

    def __init__(self, longest: int = LONGEST_PART) -> None:
        self.text = GrowingText()
        self._longest = longest
        self._saved = 0  # bytes

    @property
    def is_much(self) -> bool:
        """Whether so much is not saved that it should not wait."""
        return len(self.text) - self._saved >= self._longest

    @contextmanager
    def saving(self, store: Store) -> Iterator[NewText]:
        """A transaction for what is to be saved. It counts as saved when the transaction has succeeded."""
        with store.transaction():
            yield self._new()
        self._saved = len(self.text)
        if self._is_in_pieces:
            self.text.let_go(self._saved)

    @property
    def _is_in_pieces(self) -> bool:
        return self._saved > self._longest

    def _new(self) -> NewText:
        if self._is_in_pieces:
            return NewText(None, self._pieces(self._saved))
        first = self.text.part(0, self._longest)
        return NewText(first if len(self.text) > self._saved else None, self._pieces(len(first)))

    def _pieces(self, start: int) -> Iterator[Piece]:
        while piece := self.text.part(start, self._longest):
            yield start, piece
            start += len(piece)
