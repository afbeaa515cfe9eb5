"""The price list of genai-prices: offline, and as old as the installed release."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.prices import Cost, NothingToPay, Prices, PriceStep, UnknownPrices
from chatbot_cli.frozen import frozen
from chatbot_cli.providers.known_models import known_anywhere
from chatbot_cli.providers.route.endpoint import Access, is_same_address
from chatbot_cli.providers.route.spec import Route

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider


@frozen
class ListPrices:
    """The prices of `model` in the list, by the provider's name there or by the address of its server."""

    model: str
    provider: str | None
    address: str

    def cost(self, used: TokensUsed) -> Cost | None:
        # Here, because the import takes longer than drawing the prompt, and only the first reply needs it.
        from genai_prices import Usage

        parts = {"cache_read_tokens": used.cached, "cache_write_tokens": used.written}
        with_cache = Usage(input_tokens=used.sent, output_tokens=used.reply, **parts)
        without_cache = Usage(input_tokens=used.sent, output_tokens=used.reply)
        try:
            provider, model = self._in_list()
            now = datetime.now(tz=UTC)
            price, plain = (
                model.calc_price(usage, provider, genai_request_timestamp=now).total_price
                for usage in (with_cache, without_cache)
            )
        except (LookupError, ValueError):  # the model is not known, or its price needs more than these counts
            return None
        return Cost(float(price), float(plain - price))

    def steps(self) -> Sequence[PriceStep]:
        # Here for the same reason.
        from genai_prices.types import TieredPrices

        try:
            _, model = self._in_list()
        except LookupError:
            return ()
        price = model.get_prices(datetime.now(tz=UTC)).input_mtok
        if not isinstance(price, TieredPrices):
            return ()
        below = [price.base, *(tier.price for tier in price.tiers)]
        tiers = zip(price.tiers, below, strict=False)
        return [PriceStep(tier.start, float(tier.price / before)) for tier, before in tiers if tier.price > before > 0]

    def _in_list(self) -> "tuple[Provider, ModelInfo]":
        """Raises LookupError."""
        # Here for the same reason.
        from genai_prices.data_snapshot import get_snapshot

        address = None if self.provider else self.address
        return get_snapshot().find_provider_model(self.model, None, self.provider, address)


def prices_at(route: Route, access: Access) -> Prices:
    """The prices of a model: those that the user states, nothing on his own machine, else those of the list.

    What a server there asks for elsewhere costs something, and nobody says how much.
    """
    provider, endpoint = route.provider, route.endpoint
    names = (f"{provider.name}/{endpoint.model}", endpoint.model, endpoint.model.rpartition("/")[2])
    stated = {name.lower(): price for name, price in access.prices.items()}
    if name := next((name for name in map(str.lower, names) if name in stated), None):
        return stated[name]
    if endpoint.is_local and not endpoint.dialect.passes_on:
        is_a_router = not (route.home or provider).local and known_anywhere(endpoint.model)
        return UnknownPrices() if is_a_router else NothingToPay()  # it asks for what nobody can run at home
    listed = is_same_address(endpoint.base_url, provider.base_url or "")
    return ListPrices(endpoint.model, provider.price_list if listed else None, endpoint.base_url)
