"""Looks up the cost of a reply in the price list of genai-prices: offline, and as old as the installed release."""

from chatbot_cli.providers.table import provider_called


def cost_of(provider: str, model: str, sent: int, reply: int) -> float | None:
    """US dollars for `sent` and `reply` tokens, at today's list price; None if the price is unknown.

    `provider` is a name in our table. Models on the user's own machine have no price.
    """
    row = provider_called(provider)
    if row is None or row.price_list is None:
        return None
    # Here, because the import takes longer than drawing the prompt, and only the first reply needs it.
    from genai_prices import Usage, calc_price

    try:
        price = calc_price(Usage(input_tokens=sent, output_tokens=reply), model, provider_id=row.price_list)
    except LookupError:  # genai-prices does not know the model
        return None
    return float(price.total_price)
