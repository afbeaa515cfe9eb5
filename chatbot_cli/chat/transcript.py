"""The transcript: all exchanges of a conversation, oldest first. The older ones are read when they are needed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Self, overload

from chatbot_cli.chat.messages import Exchange

ReadEarlier = Callable[[int, int], Sequence[Exchange]]  # (start, stop) -> these exchanges, which are not in memory
PAGE = 64  # exchanges read at a time


class _Pages:
    """The first `count` exchanges, read page by page when they are needed. All transcripts that hold some share it."""

    def __init__(self, count: int, read: ReadEarlier) -> None:
        self._count = count
        self._read = read
        self._known: dict[int, Sequence[Exchange]] = {}  # pages, numbered from the newest back

    def __getitem__(self, number: int) -> Exchange:
        page = (self._count - 1 - number) // PAGE
        return self._page(page)[number - self._start(page)]

    def part(self, start: int, stop: int) -> Iterator[Exchange]:
        """The exchanges from `start` to before `stop`. They are read from the newest back, as they are found then."""
        if start < stop:
            for number in range(stop - 1, start, -PAGE):
                self[number]
        return map(self.__getitem__, range(start, stop))

    def _page(self, page: int) -> Sequence[Exchange]:
        if page not in self._known:
            self._known[page] = self._read(self._start(page), self._count - page * PAGE)
        return self._known[page]

    def _start(self, page: int) -> int:
        return max(0, self._count - (page + 1) * PAGE)


class Transcript(Sequence[Exchange]):
    """An immutable sequence of exchanges. A longer or shorter one is another transcript that shares the exchanges.

    `earlier` is how many exchanges come before the `recent` ones; `read` loads them when they are needed, a page at a
    time. So a conversation of thousands is resumed without loading those that the window does not reach.
    """

    __slots__ = ("_earlier", "_first", "_pages", "_recent")

    def __init__(self, recent: Iterable[Exchange] = (), earlier: int = 0, read: ReadEarlier | None = None) -> None:
        self._recent = tuple(recent)
        self._earlier = earlier if read else 0
        self._pages = _Pages(earlier, read) if read else None
        self._first = 0  # the number of the first exchange in the pages

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
        if self._pages is None or index >= self._earlier:
            return self._recent[index - self._earlier]
        return self._pages[self._first + index]

    def __iter__(self) -> Iterator[Exchange]:
        earlier = self._pages.part(self._first, self._first + self._earlier) if self._pages else ()
        return chain(earlier, self._recent)

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
        return self._with((*self._recent, exchange), self._first, self._earlier)

    def _part(self, start: int, stop: int) -> Self:
        """The exchanges from `start` to `stop`; those not in memory are read later."""
        recent = self._recent[max(0, start - self._earlier) : max(0, stop - self._earlier)]
        return self._with(recent, self._first + start, max(0, min(stop, self._earlier) - start))

    def _with(self, recent: tuple[Exchange, ...], first: int, earlier: int) -> Self:
        """Other exchanges after some of the same pages."""
        transcript = type(self)(recent)
        if earlier:
            transcript._pages, transcript._first, transcript._earlier = self._pages, first, earlier
        return transcript
