"""Marks on single exchanges of a transcript, which steer the window: pins, drops, and a summary of what fell out."""

from dataclasses import replace

from chatbot_cli.frozen import frozen


@frozen
class Summary:
    """What was said in the first `exchanges` exchanges of a transcript, in the words of a model or of the user.

    An empty one stands for them, too: nothing is sent, and they are not summarized again. What a model wrote tells of
    none before the number `begin`, as what was said there was taken away, and of none in `without`: these were pinned
    or dropped when it was made, or more than the model could read. What the user wrote stands for all.
    """

    text: str
    exchanges: int
    by_user: bool = False
    begin: int = 0
    without: frozenset[int] = frozenset()

    def tells_of(self, number: int) -> bool:
        """Whether this exchange, from 0, was folded into it."""
        return self.begin <= number < self.exchanges and number not in self.without


@frozen
class Marks:
    """Exchanges are numbered from 0. A pinned one is sent in any case, a dropped one never; none is both."""

    pinned: frozenset[int] = frozenset()
    dropped: frozenset[int] = frozenset()
    summary: Summary | None = None

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.pinned or self.dropped or self.summary)

    def of_first(self, count: int) -> "Marks":
        """The marks on the first `count` exchanges alone."""
        summary = self.summary if self.summary and self.summary.exchanges <= count else None
        pinned = frozenset(number for number in self.pinned if number < count)
        return Marks(pinned, frozenset(number for number in self.dropped if number < count), summary)

    def with_reply_replaced(self, number: int) -> "Marks":
        """With another reply in this exchange, the last: it stays pinned, and what was dropped is the old reply.

        A summary that tells of the old reply is taken away.
        """
        return replace(self.keep(number), summary=self.of_first(number).summary)

    def pin(self, number: int) -> "Marks":
        """With this exchange pinned."""
        return replace(self, pinned=self.pinned | {number}, dropped=self.dropped - {number})

    def unpin(self, number: int) -> "Marks":
        """Without the pin of this exchange."""
        return replace(self, pinned=self.pinned - {number})

    def drop(self, number: int) -> "Marks":
        """With this exchange dropped."""
        return replace(self, pinned=self.pinned - {number}, dropped=self.dropped | {number})

    def keep(self, number: int) -> "Marks":
        """With this exchange dropped no more."""
        return replace(self, dropped=self.dropped - {number})


NO_MARKS = Marks()
