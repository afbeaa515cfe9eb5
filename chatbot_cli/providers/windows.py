"""How many tokens the models of some providers hold."""

CONTEXT_TOKENS = {
    **{"gpt-6": 1_050_000, "gpt-5.6": 1_050_000, "gpt-5.5": 1_000_000, "gpt-5.4": 400_000, "gpt-5.3": 128_000},
    **{"gpt-5": 400_000, "gpt-4.1": 1_000_000, "gpt-4o": 128_000, "gpt-4-turbo": 128_000, "gpt-4": 8_192},
    **{"gpt-3.5": 16_385, "claude-": 200_000, "gemini-": 128_000, "gemini-2.5-": 1_000_000, "gemini-3": 1_000_000},
}


def context_tokens_of(model: str) -> int | None:
    """The tokens that a model holds, whoever serves it; None if unknown. The longest matching beginning counts.

    The name may begin with a vendor's, as routers call models: `openai/gpt-4o`.
    """
    name = model.lower().rpartition("/")[2]
    sizes = [(len(start), tokens) for start, tokens in CONTEXT_TOKENS.items() if name.startswith(start)]
    return max(sizes, default=(0, None))[1]
