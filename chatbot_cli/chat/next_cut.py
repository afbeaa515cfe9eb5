"""Where the window will begin when it drops its next block, and when that will be (pure)."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from chatbot_cli.chat.context import Context
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.chat.window import Count, Verdict, Window, select
from chatbot_cli.frozen import frozen

FARTHEST = 1_000  # exchanges that are foreseen


@frozen
class NextCut:
    """The next block to leave: exchanges up to the number `begin`, `leaving` of those that are sent now.

    They leave `after` so many more exchanges. It is `roughly` so where the limit of tokens decides, as the sizes of
    messages to come are not known.
    """

    begin: int
    leaving: int
    after: int
    roughly: bool


def next_cut(context: Context, limits: Limits, count: Count) -> NextCut | None:
    """The next cut, if all exchanges to come are like the middle one in size; None if none can be foreseen."""
    window = select(context, limits, count)
    if not window.sent:
        return None
    typical = sorted(window.sent, key=lambda exchange: sum(map(count, exchange.messages)))[len(window.sent) // 2]

    def foreseen(more: int) -> Window:
        return select(replace(context, exchanges=_with_more(context.exchanges, typical, more)), limits, count)

    farthest = min(limits.exchanges + 1, FARTHEST)
    more = bisect_left(range(1, farthest + 1), True, key=lambda more: foreseen(more).begin > window.begin) + 1
    if more > farthest:
        return None
    then = foreseen(more)
    leaving = len(set(window.numbers) - set(then.numbers))
    roughly = then.limit_in_force is Verdict.TOKEN_LIMIT
    return NextCut(then.begin, leaving, more, roughly) if leaving else None


def _with_more(exchanges: Sequence[Exchange], one: Exchange, more: int) -> Transcript:
    return Transcript([one] * more, len(exchanges), lambda start, stop: exchanges[start:stop])
