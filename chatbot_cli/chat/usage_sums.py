"""Sums of what replies and summaries took in tokens, seconds and dollars: by time, model and persona. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date, timedelta
from enum import Enum
from typing import TypeVar

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.frozen import frozen

K = TypeVar("K")

DAYS = 30  # that are told one by one, today among them


class PaidBeside(Enum):
    """What is paid beside replies: a summary, or a request that was answered without a word. The value is stored."""

    SUMMARY = "summary"
    UNANSWERED = "unanswered"


@frozen
class UsageSum:
    """What some `replies`, `summaries` and `unanswered` requests took: tokens, seconds, and US dollars as far as prices
    are known.

    `sent` are all tokens sent, some of which were `cached` or `written` into the cache; `received` are all that
    came, some of which are `reasoning`. `saved` are the dollars that the cache saved; less than 0 if it cost more.
    The price of `unpriced` ones is unknown, of which some are summaries or unanswered: they are in no sum of dollars.
    """

    replies: int = 0
    sent: int = 0
    cached: int = 0
    written: int = 0
    received: int = 0
    reasoning: int = 0
    seconds: float = 0.0
    cost: float = 0.0
    saved: float = 0.0
    unpriced: int = 0
    summaries: int = 0
    unpriced_summaries: int = 0
    unanswered: int = 0
    unpriced_unanswered: int = 0

    def __add__(self, other: "UsageSum") -> "UsageSum":
        return UsageSum(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def tokens(self) -> int:
        """The tokens sent and received."""
        return self.sent + self.received


NOTHING = UsageSum()


def usage_of(used: TokensUsed | None, seconds: float, *, is_free: bool) -> UsageSum:
    """What one reply took. Without the server's count its tokens are unknown, and its price unless it is free."""
    if used is None:
        return UsageSum(replies=1, seconds=seconds, unpriced=0 if is_free else 1)
    return UsageSum(replies=1, seconds=seconds) + _tokens_and_dollars(used)


def usage_beside(what: PaidBeside, used: TokensUsed) -> UsageSum:
    """What one summary or unanswered request took."""
    return counted_as(what, 1, int(used.cost is None)) + _tokens_and_dollars(used)


def counted_as(what: PaidBeside | None, count: int, unpriced: int) -> UsageSum:
    """So many of one kind, None for replies, whose tokens are added elsewhere, and how many have no price."""
    match what:
        case None:
            return UsageSum(count)
        case PaidBeside.SUMMARY:
            return UsageSum(summaries=count, unpriced_summaries=unpriced)
        case PaidBeside.UNANSWERED:
            return UsageSum(unanswered=count, unpriced_unanswered=unpriced)


def _tokens_and_dollars(used: TokensUsed) -> UsageSum:
    return UsageSum(
        sent=used.sent,
        cached=used.cached,
        written=used.written,
        received=used.reply,
        reasoning=used.reasoning,
        cost=used.cost or 0.0,
        saved=used.saved or 0.0,
        unpriced=int(used.cost is None),
    )


@frozen
class UsagePart:
    """What was used on one day with one model and one persona, in the conversation that is going on or in others.

    What is no reply has its kind for a `persona`. `day` is the user's; None if it is too long ago to be told by itself,
    or not known.
    """

    used: UsageSum
    model: str
    persona: str | PaidBeside
    day: date | None = None
    here: bool = False


class Span(Enum):
    """What a sum spans. The value is its name in JSON."""

    CONVERSATION = "conversation"
    TODAY = "today"
    MONTH = "month"
    ALL = "all"


@frozen
class UsageReport:
    """The sums of spans, of models and personas, the most expensive first, and of each day, the oldest first.

    Among the personas, what is no reply is under its kind.
    Conversations that are not saved have no days, and no span but their own.
    """

    spans: tuple[tuple[Span, UsageSum], ...]
    models: tuple[tuple[str, UsageSum], ...]
    personas: tuple[tuple[str | PaidBeside, UsageSum], ...]
    days: tuple[tuple[date, UsageSum], ...] = ()

    @property
    def whole(self) -> UsageSum:
        """The sum of all that is reported."""
        return self.spans[-1][1]


def first_day(today: date) -> date:
    """The first day that matters by itself: of the last DAYS, or of this month."""
    return min(today - timedelta(DAYS - 1), today.replace(day=1))


def report_of(parts: Iterable[UsagePart], today: date, *, in_conversation: bool) -> UsageReport:
    """The sums of all that is saved. `in_conversation` says whether one is going on, whose sum is told too."""
    parts = list(parts)
    month = today.replace(day=1)
    conversation = [(Span.CONVERSATION, _sum(part for part in parts if part.here))] if in_conversation else []
    by_day = _by(parts, lambda part: part.day)
    days = (today - timedelta(ago) for ago in reversed(range(DAYS)))
    return UsageReport(
        (
            *conversation,
            (Span.TODAY, by_day.get(today, NOTHING)),
            (Span.MONTH, _sum(part for part in parts if part.day and month <= part.day <= today)),
            (Span.ALL, _sum(parts)),
        ),
        *_models_and_personas(parts),
        tuple((day, by_day.get(day, NOTHING)) for day in days),
    )


def report_of_unsaved(parts: Iterable[UsagePart]) -> UsageReport:
    """The sums of a conversation that is not saved."""
    parts = list(parts)
    return UsageReport(((Span.CONVERSATION, _sum(parts)),), *_models_and_personas(parts))


_Named = tuple[tuple[K, UsageSum], ...]


def _models_and_personas(parts: Iterable[UsagePart]) -> tuple[_Named[str], _Named[str | PaidBeside]]:
    parts = list(parts)
    return _sorted(_by(parts, lambda part: part.model)), _sorted(_by(parts, lambda part: part.persona))


def _by(parts: Iterable[UsagePart], key: Callable[[UsagePart], K]) -> dict[K, UsageSum]:
    sums: defaultdict[K, UsageSum] = defaultdict(UsageSum)
    for part in parts:
        sums[key(part)] += part.used
    return dict(sums)


def _sorted(sums: dict[K, UsageSum]) -> _Named[K]:
    return tuple(sorted(sums.items(), key=lambda named: (-named[1].cost, -named[1].tokens, str(named[0]))))


def _sum(parts: Iterable[UsagePart]) -> UsageSum:
    return sum((part.used for part in parts), NOTHING)
