"""What a reply costs, from the price list inside genai-prices: offline, and as old as the installed release."""

from chatbot_cli.providers.table import provider_called


def cost_of(provider: str, model: str, sent: int, reply: int) -> float | None:
    """US dollars for `sent` and `reply` tokens, at the list price of today; None when the price is not known.

    `provider` is a name of our table. What runs on the user's own machine has no price.
    """
    row = provider_called(provider)
    if row is None or row.price_list is None:
        return None
    # Here, because the import takes longer than drawing the prompt, and only the first reply needs it.
    from genai_prices import Usage, calc_price

    try:
        price = calc_price(Usage(input_tokens=sent, output_tokens=reply), model, provider_id=row.price_list)
    except LookupError:  # a model it does not know
        return None
    return float(price.total_price)
