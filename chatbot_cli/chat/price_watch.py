"""Watches how long the requests of a conversation are, and tells when a price rises with their length."""

import asyncio

from chatbot_cli.chat.events import PriceRises
from chatbot_cli.chat.prices import LOWEST_STEP, Prices, UnknownPrices, step_ahead
from chatbot_cli.chat.setup import Setup


class PriceWatch:
    """Knows the length of the request before, and whose prices it had."""

    def __init__(self) -> None:
        self._tokens = 0
        self._prices: Prices = UnknownPrices()

    async def rises(self, setup: Setup, tokens: int) -> PriceRises | None:
        """The event for the first request that comes near a step of the price, or passes it; None for any other."""
        prices = setup.model.prices
        before = self._tokens if prices == self._prices else 0
        self._tokens, self._prices = tokens, prices
        if tokens < LOWEST_STEP:
            return None
        step = step_ahead(await asyncio.to_thread(prices.steps), before, tokens)
        return PriceRises(tokens, *step, is_estimate=not setup.counts_exactly) if step else None
