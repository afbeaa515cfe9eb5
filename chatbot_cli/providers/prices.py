"""What a reply costs, from the price list inside genai-prices: offline, and as old as the installed release."""

_NAME_IN_PRICE_LIST = {"openai": "openai", "anthropic": "anthropic", "gemini": "google"}


def cost_of(provider: str, model: str, sent: int, reply: int) -> float | None:
    """US dollars for `sent` and `reply` tokens, at the list price of today; None when the price is not known.

    `provider` is a name of our catalog. What runs on the user's own machine has no price.
    """
    listed = _NAME_IN_PRICE_LIST.get(provider)
    if listed is None:
        return None
    # Here, because the import takes longer than drawing the prompt, and only the first reply needs it.
    from genai_prices import Usage, calc_price

    try:
        price = calc_price(Usage(input_tokens=sent, output_tokens=reply), model, provider_id=listed)
    except LookupError:  # a model it does not know
        return None
    return float(price.total_price)
