"""What a reply costs: the port to a price list."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.frozen import frozen


@frozen
class Cost:
    """US dollars. `saved` is what the provider's cache saved; less than 0 if writing into it cost more."""

    dollars: float
    saved: float = 0.0


class PriceStep(NamedTuple):
    """From more than so many tokens sent on, each token costs `times` as much as below."""

    tokens: int
    times: float


class Prices(Protocol):
    """The prices of one model. Both may take a while at first: the list is loaded."""

    def cost(self, used: TokensUsed) -> Cost | None:
        """The cost of a reply, its cache and surcharges included; None if the price is unknown."""
        ...

    def steps(self) -> Sequence[PriceStep]:
        """Where the price rises with the length of a request, the lowest step first."""
        ...


@frozen
class PricePerMillion:
    """US dollars for a million tokens, as the user states them: a Prices of one model.

    Tokens from the cache cost `cached`, those written into it `written`; None means the same as other `input`.
    """

    input: float
    output: float
    cached: float | None = None
    written: float | None = None

    def cost(self, used: TokensUsed) -> Cost | None:
        cached, written = (self.input if price is None else price for price in (self.cached, self.written))
        saved = used.cached * (self.input - cached) + used.written * (self.input - written)
        full = used.sent * self.input + used.reply * self.output
        return Cost((full - saved) / 1e6, saved / 1e6)

    def steps(self) -> Sequence[PriceStep]:
        return ()


class NothingToPay:
    """The Prices of a model on the user's own machine."""

    def cost(self, used: TokensUsed) -> Cost | None:
        return Cost(0.0)

    def steps(self) -> Sequence[PriceStep]:
        return ()


class UnknownPrices:
    """The Prices of a model whose price nobody knows."""

    def cost(self, used: TokensUsed) -> Cost | None:
        return None

    def steps(self) -> Sequence[PriceStep]:
        return ()
