"""What a conversation may cost: before a request is sent, the most that it can cost is reckoned."""

import asyncio

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.prices import Prices
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.window import Window
from chatbot_cli.errors import CostLimitReached, PriceUnknown
from chatbot_cli.hints import setting
from chatbot_cli.text.counts import dollars


class Budget:
    """Keeps a conversation within the `max_cost` of its setup, as far as the user has not allowed more."""

    def __init__(self) -> None:
        self._next_is_allowed = False
        self._without_price: set[object] = set()  # the models that may answer though their price is unknown
        self._most = 0.0  # dollars for the request that was checked last
        self._unreported = 0.0  # dollars for requests of which no server has said what they cost

    async def check(self, window: Window, setup: Setup, spent: float | None) -> None:
        """Check a request before it is sent, after `spent` dollars. Raises CostLimitReached or PriceUnknown."""
        allowed, self._next_is_allowed, self._most = self._next_is_allowed, False, 0.0
        if setup.max_cost is None:
            return
        sizes = window.tokens, window.limits.reserve
        most, so_far = await asyncio.to_thread(most_of, *sizes, setup.model.prices), self._so_far(spent)
        if most is None:
            if setup.model.at_server not in self._without_price:
                raise price_unknown(setup)
            return
        if most and so_far + most > setup.max_cost and not allowed:
            raise _limit_reached(so_far, most, setup.max_cost)
        self._most = most

    async def check_unasked(self, sent: int, reply: int, setup: Setup, spent: float | None) -> float | None:
        """Check a request that nobody is asked about, such as a summary's, of so many tokens. Raises CostLimitReached.

        Returns the most that it may cost; None if there is no limit, or no price is known.
        """
        if setup.max_cost is None:
            return None
        most, so_far = await asyncio.to_thread(most_of, sent, reply, setup.model.prices), self._so_far(spent)
        if most and so_far + most > setup.max_cost:
            raise _limit_reached(so_far, most, setup.max_cost, what="It")
        return most

    def replied(self, used: TokensUsed | None) -> None:
        """Note that a reply has come. If nobody says what it cost, the most that it can have cost counts."""
        if used is None or used.cost is None:
            self._unreported += self._most
        self._most = 0.0

    def allow(self, what: CostLimitReached | PriceUnknown, setup: Setup) -> None:
        """Let the next request be sent, or the model of a setup answer without a price: the user has said so."""
        if isinstance(what, PriceUnknown):
            self._without_price.add(setup.model.at_server)
        else:
            self._next_is_allowed = True

    def _so_far(self, spent: float | None) -> float:
        return (spent or 0.0) + self._unreported


def most_of(sent: int, reply: int, prices: Prices) -> float | None:
    """The most that a request and its reply cost in dollars, with nothing read from the cache; None if unknown.

    Both are in tokens.
    """
    costs = [prices.cost(TokensUsed(sent, reply, written=written)) for written in (0, sent)]
    return max((cost.dollars for cost in costs if cost), default=None)


def _limit_reached(spent: float, most: float, limit: float, what: str = "This message") -> CostLimitReached:
    more = dollars(2 * max(limit, spent + most)).removeprefix("$").replace(",", "")
    return CostLimitReached(
        f"{what} may cost up to {dollars(most)}; {dollars(spent)} of {dollars(limit)} is spent.",
        f"{setting('max_cost', more)} allows more.",
    )


def price_unknown(setup: Setup) -> PriceUnknown:
    """What is said of a model whose budget cannot be kept."""
    name = setup.model.name
    return PriceUnknown(
        f"The price of {name} is unknown, so the budget cannot be kept.",
        f'State it in config.toml, in dollars per million tokens: [prices."{name}"] input = …, cached = …, output = …',
    )
