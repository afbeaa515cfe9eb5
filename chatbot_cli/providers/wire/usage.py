"""Reads the server's count of tokens in a chunk, in the words of every server we know of. Pure.

Every field may be missing, null, negative or of another type. A part that is larger than its whole is no count.
"""

from typing import TypeGuard

from chatbot_cli.chat.events import TokensUsed

MOST_TOKENS = 1 << 40  # of a request; a larger number is not a count
MOST_UNSEEN = 1_000_000  # tokens of thoughts that a reply can have
MOST_DOLLARS = 1e6  # for a reply

Names = tuple[tuple[str, ...], ...]
"""The ways to a field: each the names of the objects that hold it in each other, and its own."""

_CACHED: Names = (
    ("prompt_tokens_details", "cached_tokens"),  # OpenAI and most others
    ("input_tokens_details", "cached_tokens"),  # OpenAI's Responses
    ("prompt_cache_hit_tokens",),  # DeepSeek
    ("cache_read_input_tokens",),  # Anthropic
    ("cached_tokens",),
)
_WRITTEN: Names = (
    ("prompt_tokens_details", "cache_write_tokens"),
    ("prompt_tokens_details", "cache_creation_tokens"),
    ("input_tokens_details", "cache_write_tokens"),
    ("cache_creation_input_tokens",),
)
_REASONING: Names = (
    ("completion_tokens_details", "reasoning_tokens"),
    ("output_tokens_details", "reasoning_tokens"),
    ("output_tokens_details", "thinking_tokens"),
    ("reasoning_tokens",),
)


def tokens_used(usage: object, timings: object) -> TokensUsed | None:
    """What a chunk's `usage`, and `timings` as llama.cpp sends them, say; None without both counts.

    `cost` is known only if the server itself names it.
    """
    counts = _named_as_openai(usage) or _named_as_anthropic(usage) or _named_as_llamacpp(timings)
    if counts is None:
        return None
    sent, reply = counts
    cached = _part(sent, _first(usage, _CACHED) or _count(timings, "cache_n") or 0)
    written = _part(sent - cached, _first(usage, _WRITTEN))
    reasoning = _first(usage, _REASONING)
    unseen = _left_out_of_the_reply(usage, sent, reply, reasoning)
    reply += unseen
    return TokensUsed(sent, reply, _cost(usage), cached, written, _part(reply, reasoning or unseen))


def _named_as_openai(usage: object) -> tuple[int, int] | None:
    """Tokens sent and received; the cached ones are among the sent."""
    sent, reply = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    if sent is None:
        hit, missed = _count(usage, "prompt_cache_hit_tokens"), _count(usage, "prompt_cache_miss_tokens")
        sent = None if hit is None or missed is None else hit + missed
    return None if sent is None or reply is None else (sent, reply)


def _named_as_anthropic(usage: object) -> tuple[int, int] | None:
    """Tokens sent and received. Anthropic counts what it read from its cache, or wrote into it, beside the others."""
    sent, reply = _count(usage, "input_tokens"), _count(usage, "output_tokens")
    if sent is None or reply is None:
        return None
    beside = (_count(usage, name) or 0 for name in ("cache_read_input_tokens", "cache_creation_input_tokens"))
    return sent + sum(beside), reply


def _named_as_llamacpp(timings: object) -> tuple[int, int] | None:
    """Tokens sent and received by a server that sends no usage; `prompt_n` are those that were not cached."""
    cached, others, reply = (_count(timings, name) for name in ("cache_n", "prompt_n", "predicted_n"))
    return None if cached is None or others is None or reply is None else (cached + others, reply)


def _left_out_of_the_reply(usage: object, sent: int, reply: int, reasoning: int) -> int:
    """Tokens of thoughts that only the total counts, as with Gemini and xAI; they are paid like the others."""
    unseen = (_count(usage, "total_tokens") or 0) - sent - reply
    return unseen if 0 < unseen <= MOST_UNSEEN and reasoning in (0, unseen) else 0


def _cost(usage: object) -> float | None:
    """US dollars, as OpenRouter names them. With the user's own key for the model, it is a fee beside the price."""
    fee, details = _field(usage, "cost"), _field(usage, "cost_details")
    price = _field(details, "upstream_inference_cost") if _field(usage, "is_byok") is True else 0
    return fee + price if _is_amount(fee) and _is_amount(price) else None


def _first(usage: object, names: Names) -> int:
    """The first of these fields that is a count and not 0; else 0."""
    for *holders, name in names:
        value = usage
        for holder in holders:
            value = _field(value, holder)
        if count := _count(value, name):
            return count
    return 0


def _part(whole: int, part: int) -> int:
    return part if part <= whole else 0


def _count(holder: object, name: str) -> int | None:
    number = _field(holder, name)
    return number if type(number) is int and 0 <= number < MOST_TOKENS else None


def _field(holder: object, name: str) -> object:
    """A field of an object of the SDK, or of one that the SDK does not know."""
    return holder.get(name) if isinstance(holder, dict) else getattr(holder, name, None)


def _is_amount(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST_DOLLARS
