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


class UnknownPrices:
    """The Prices of a model whose price nobody knows."""

    def cost(self, used: TokensUsed) -> Cost | None:
        return None

    def steps(self) -> Sequence[PriceStep]:
        return ()
