"""The text of one reply on its way into the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from chatbot_cli.chat.growing_text import GrowingText
from chatbot_cli.sessions.reply_pieces import Piece
from chatbot_cli.sessions.store import Store

LONGEST_PART = 262_144  # bytes that are written at once: SQLite holds a few copies of a text that it writes


class NewText(NamedTuple):
    """What is to be saved: the first part of the text, None if it has not changed, and the pieces after it.

    If it `starts_over`, the text is another one than before, whose pieces are to be removed.
    """

    first: bytearray | None
    pieces: Iterator[Piece]
    starts_over: bool = False


class TextToSave:
    """Knows how much of a text is saved.

    Its first part, of at most `longest` bytes, is written again whenever it has grown. What comes after that is written
    once, in pieces. Then the text lets go of it.
    """

    def __init__(self, longest: int = LONGEST_PART) -> None:
        self._text = GrowingText()
        self._longest = longest
        self._saved = 0  # bytes
        self._starts_over = False

    @property
    def text(self) -> GrowingText:
        """The text. Another one takes its place, whatever of it is saved."""
        return self._text

    @text.setter
    def text(self, text: GrowingText) -> None:
        if text is not self._text and self._saved:
            self._saved, self._starts_over = 0, True
        self._text = text

    @property
    def is_much(self) -> bool:
        """Whether so much is not saved that it should not wait."""
        return len(self.text) - self._saved >= self._longest

    @contextmanager
    def saving(self, store: Store) -> Iterator[NewText]:
        """A transaction for what is to be saved. It counts as saved when the transaction has succeeded."""
        with store.transaction():
            yield self._new()
        self._saved, self._starts_over = len(self.text), False
        if self._is_in_pieces:
            self.text.let_go(self._saved)

    @property
    def _is_in_pieces(self) -> bool:
        return self._saved > self._longest

    def _new(self) -> NewText:
        if self._is_in_pieces:
            return NewText(None, self._pieces(self._saved))
        first = self.text.part(0, self._longest)
        has_grown = self._starts_over or len(self.text) > self._saved
        return NewText(first if has_grown else None, self._pieces(len(first)), self._starts_over)

    def _pieces(self, start: int) -> Iterator[Piece]:
        while piece := self.text.part(start, self._longest):
            yield start, piece
            start += len(piece)
