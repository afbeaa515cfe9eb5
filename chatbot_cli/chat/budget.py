"""What a conversation may cost: before a request is sent, the most that it can cost is reckoned."""

import asyncio
from collections.abc import Mapping

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.journal import spent_with
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.ports import Journal
from chatbot_cli.chat.prices import Prices
from chatbot_cli.chat.reply_so_far import ReplySoFar
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.usage_sums import PaidBeside
from chatbot_cli.chat.window import Window
from chatbot_cli.errors import CostLimitReached, PriceUnknown
from chatbot_cli.frozen import frozen
from chatbot_cli.hints import setting
from chatbot_cli.text.counts import dollars, dollars_as_stated, replies_and_summaries

A_LITTLE_MORE = "1.01"  # times what is needed is what a hint names


@frozen
class Unreported:
    """Requests for `replies` and `summaries` of which nobody has said what they cost: at `most` so many dollars."""

    replies: int = 0
    summaries: int = 0
    most: float = 0.0

    @property
    def in_words(self) -> str:
        """A clause after the sum of what is known; empty if there are none."""
        what = replies_and_summaries(self.replies, self.summaries)
        return f", and up to {dollars(self.most)} for {what} whose cost nobody reported" if what else ""


class Budget:
    """Keeps a conversation within the `max_cost` of its setup, as far as the user has not allowed more."""

    def __init__(self) -> None:
        self._next_is_allowed = False
        self._without_price: set[object] = set()  # the models that may answer though their price is unknown
        self._most = 0.0  # dollars for the request that was checked last
        self.unreported = Unreported()

    async def check(self, window: Window, setup: Setup, journal: Journal, *, after: ReplySoFar | None = None) -> None:
        """Check a request before it is sent. Raises CostLimitReached or PriceUnknown.

        `after` is a reply in whose place another one is asked for; the journal does not know yet what it took.
        """
        before = self._most if after else 0.0
        allowed, self._next_is_allowed, self._most = self._next_is_allowed, False, before
        if setup.max_cost is None:
            return
        sizes = window.tokens, window.limits.reserve
        # Not read without a limit: the database adds all replies up.
        spent = spent_with(after.used_in_all if after else None, journal.spent)
        most, so_far = await asyncio.to_thread(most_of, *sizes, setup.model.prices), self._so_far(spent)
        if most is None:
            if setup.model.at_server not in self._without_price:
                raise price_unknown(setup)
            return
        # A reply whose cost nobody reported may have cost the most that it could.
        unknown = before if after and (after.used_in_all is None or after.used_in_all.cost is None) else 0.0
        if most and so_far + unknown + most > setup.max_cost and not allowed:
            raise self._limit_reached("This message", spent, unknown + most, setup.max_cost)
        self._most = before + most

    async def check_at_once(
        self, requests: Mapping[int, tuple[Window, Setup]], journal: Journal
    ) -> Mapping[int, float]:
        """As `check`, of requests that are sent at once. Returns the most that each of them may cost."""
        allowed, self._next_is_allowed = self._next_is_allowed, False
        limit = next(setup.max_cost for _, setup in requests.values())
        if limit is None:
            return dict.fromkeys(requests, 0.0)
        each: dict[int, float] = {}
        for number, (window, setup) in requests.items():
            most = await asyncio.to_thread(most_of, window.tokens, window.limits.reserve, setup.model.prices)
            if most is None and setup.model.at_server not in self._without_price:
                raise price_unknown(setup)
            each[number] = most or 0.0
        spent, together = journal.spent, sum(each.values())
        if together and self._so_far(spent) + together > limit and not allowed:
            raise self._limit_reached(f"These {len(each)} answers", spent, together, limit)
        return each

    def begin_one(self, whole: "Budget", most: Mapping[int, float], number: int) -> None:
        """Be the budget of one of several answers that come at once, which cost the most that `check_at_once` says.

        What the others may cost counts as spent.
        """
        others, before = sum(most.values()) - most[number], whole.unreported
        self._most, self._without_price = most[number], whole._without_price
        self.unreported = Unreported(before.replies + len(most) - 1, before.summaries, before.most + others)

    def replied_to_one(self, used: TokensUsed | None, one: "Budget") -> None:
        """As `replied`, of one of several answers, which had a budget of its own."""
        self._most, one._most = one._most, 0.0
        self.replied(used)

    async def check_unasked(self, sent: int, reply: int, setup: Setup, journal: Journal) -> float | None:
        """Check a request that nobody is asked about, such as a summary's, of so many tokens. Raises CostLimitReached.

        Returns the most that it may cost; None if there is no limit, or no price is known.
        """
        if setup.max_cost is None:
            return None
        spent = journal.spent
        most, so_far = await asyncio.to_thread(most_of, sent, reply, setup.model.prices), self._so_far(spent)
        if most and so_far + most > setup.max_cost:
            raise self._limit_reached("It", spent, most, setup.max_cost)
        return most

    async def check_summary(self, sent: int, reply: int, setup: Setup, journal: Journal) -> float:
        """As `check_unasked`. What it can cost counts as spent until it is `settled`."""
        most = await self.check_unasked(sent, reply, setup, journal) or 0.0
        self._add(summaries=1, most=most)
        return most

    def settled(self, most: float) -> None:
        """Note that the cost of a summary is known, which was at `most` so many dollars."""
        self._add(summaries=-1, most=-most)

    def replied(self, used: TokensUsed | None) -> None:
        """Note that a reply has come. If nobody says what it cost, the most that it can have cost counts."""
        if used is None or used.cost is None:
            self._add(replies=1, most=self._most)
        self._most = 0.0

    def not_kept(self, reply: ReplySoFar, journal: Journal, model: Model) -> None:
        """Note what a reply took that was stopped, or whose tokens were used up, before it said a word."""
        if reply.used or reply.ending is Ending.STOPPED:
            self.replied(reply.used)
        if reply.used:
            journal.paid(reply.used, model.name, PaidBeside.UNANSWERED)

    def allow(self, what: CostLimitReached | PriceUnknown, setup: Setup) -> None:
        """Let the next request be sent, or the model of a setup answer without a price: the user has said so."""
        if isinstance(what, PriceUnknown):
            self._without_price.add(setup.model.at_server)
        else:
            self._next_is_allowed = True

    def _so_far(self, spent: float | None) -> float:
        return (spent or 0.0) + self.unreported.most

    def _add(self, *, replies: int = 0, summaries: int = 0, most: float) -> None:
        """Add to what is unreported. Requests that cost nothing, or of which no limit is known, are not told."""
        if most:
            before = self.unreported
            replies, summaries = before.replies + replies, before.summaries + summaries
            self.unreported = Unreported(replies, summaries, before.most + most if replies or summaries else 0.0)

    def _limit_reached(self, what: str, spent: float | None, most: float, limit: float) -> CostLimitReached:
        are_spent = f"{dollars(spent or 0.0)} of {dollars_as_stated(limit)} is spent{self.unreported.in_words}"
        return CostLimitReached(
            f"{what} may cost up to {dollars(most)}; {are_spent}.",
            f"{setting('max_cost', _a_little_more(self._so_far(spent) + most))} allows more.",
        )


def most_of(sent: int, reply: int, prices: Prices) -> float | None:
    """The most that a request and its reply cost in dollars, with nothing read from the cache; None if unknown.

    Both are in tokens.
    """
    costs = [prices.cost(TokensUsed(sent, reply, written=written)) for written in (0, sent)]
    return max((cost.dollars for cost in costs if cost), default=None)


def _a_little_more(needed: float) -> str:
    """More dollars than are needed: whole cents, or below ten cents two significant digits."""
    from decimal import ROUND_UP, Decimal  # here: few conversations have a budget

    amount = Decimal(A_LITTLE_MORE) * Decimal(needed)
    return f"{amount.quantize(Decimal(1).scaleb(max(min(-2, amount.adjusted() - 1), -30)), ROUND_UP):f}"


def price_unknown(setup: Setup) -> PriceUnknown:
    """What is said of a model whose budget cannot be kept."""
    name = setup.model.name
    key = name.replace("\\", r"\\").replace('"', r"\"")
    return PriceUnknown(
        f"The price of {name} is unknown, so the budget cannot be kept.",
        "State it at the top of config.toml, in dollars per million tokens:"
        f' prices."{key}" = {{ input = …, cached = …, output = … }}',
    )
