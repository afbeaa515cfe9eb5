"""The transcript: all exchanges of a conversation, oldest first. The older ones are read when they are needed."""

from collections.abc import Callable, Iterable, Sequence
from typing import Self, overload

from chatbot_cli.chat.messages import Exchange

ReadEarlier = Callable[[int, int], Sequence[Exchange]]  # (start, stop) -> these exchanges, which are not in memory
PAGE = 64  # exchanges read at a time


class Transcript(Sequence[Exchange]):
    """An immutable sequence of exchanges. A longer or shorter one is another transcript that shares the exchanges.

    `earlier` is how many exchanges come before the `recent` ones; `read` loads them when they are needed. So a
    conversation of thousands is resumed without loading those that the window does not reach.
    """

    __slots__ = ("_earlier", "_read", "_recent")

    def __init__(self, recent: Iterable[Exchange] = (), earlier: int = 0, read: ReadEarlier | None = None) -> None:
        self._recent = tuple(recent)
        self._earlier = earlier
        self._read = read

    def __len__(self) -> int:
        return self._earlier + len(self._recent)

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> Exchange | Self:
        if isinstance(index, slice):
            start, stop, _ = index.indices(len(self))
            return self._part(start, max(start, stop))
        index = range(len(self))[index]
        self._reach(index)
        return self._recent[index - self._earlier]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Transcript | tuple):
            return NotImplemented
        return self is other or (len(self) == len(other) and tuple(self) == tuple(other))

    __hash__ = None  # type: ignore[assignment]  # equal to tuples, whose hash would need all of it

    def __repr__(self) -> str:
        unread = f"{self._earlier} earlier, " if self._earlier else ""
        return f"Transcript({unread}{list(self._recent)!r})"

    def followed_by(self, exchange: Exchange) -> Self:
        """This transcript with one more exchange."""
        return type(self)((*self._recent, exchange), self._earlier, self._read)

    def _part(self, start: int, stop: int) -> Self:
        """The exchanges from `start` to `stop`; those not in memory are read later."""
        recent = self._recent[max(0, start - self._earlier) : max(0, stop - self._earlier)]
        read = self._read
        earlier = max(0, min(stop, self._earlier) - start)
        return type(self)(recent, earlier, (lambda a, b: read(start + a, start + b)) if read and earlier else None)

    def _reach(self, index: int) -> None:
        """Read, page by page, until an exchange is in memory."""
        while index < self._earlier and self._read is not None:
            start = max(0, min(index, self._earlier - PAGE))
            self._recent = (*self._read(start, self._earlier), *self._recent)
            self._earlier = start
