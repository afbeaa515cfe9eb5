"""What a reply costs: the port to a price list."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.frozen import frozen

NEAR = 0.9  # of a step of the price; it is named before it is crossed
LOWEST_STEP = 10_000  # tokens; no provider has a step below, so that no list is loaded for a short request


@frozen
class Cost:
    """US dollars. `saved` is what the provider's cache saved; less than 0 if writing into it cost more."""

    dollars: float
    saved: float = 0.0


class PriceStep(NamedTuple):
    """From more than so many tokens sent on, each token sent costs `times` as much as below."""

    tokens: int
    times: float


def step_ahead(steps: Sequence[PriceStep], before: int, tokens: int) -> PriceStep | None:
    """The highest step that a request comes near, or passes, while the one before it had not; None if there is none.

    `before` are the tokens of the request before it.
    """
    return next((step for step in reversed(steps) if _reached(step, tokens) > _reached(step, before)), None)


def _reached(step: PriceStep, tokens: int) -> int:
    """0 far below the step, 1 near it, 2 above it."""
    return (tokens >= NEAR * step.tokens) + (tokens > step.tokens)


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
