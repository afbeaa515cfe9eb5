"""Watches how long the requests of a conversation are, and tells when a price rises with their length."""

import asyncio

from chatbot_cli.chat.events import PriceRises
from chatbot_cli.chat.prices import LOWEST_STEP, Prices, UnknownPrices, step_ahead


class PriceWatch:
    """Knows the length of the request before, and whose prices it had."""

    def __init__(self) -> None:
        self._tokens = 0
        self._prices: Prices = UnknownPrices()

    async def rises(self, prices: Prices, tokens: int) -> PriceRises | None:
        """The event for the first request that comes near a step of the price, or passes it; None for any other."""
        before = self._tokens if prices == self._prices else 0
        self._tokens, self._prices = tokens, prices
        if tokens < LOWEST_STEP:
            return None
        step = step_ahead(await asyncio.to_thread(prices.steps), before, tokens)
        return PriceRises(tokens, *step) if step else None
