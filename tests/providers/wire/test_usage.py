"""The server's count of tokens, in every dialect and in none."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.prices import PricePerMillion
from chatbot_cli.providers.wire.usage import MOST_TOKENS, tokens_used
from tests.providers.asking import ask, chat_at
from tests.streaming_server import DONE, StreamingServer, chunk, event, stream, text

BOTH = {"prompt_tokens": 100, "completion_tokens": 20}
DIALECTS: dict[str, tuple[dict[str, Any], TokensUsed]] = {
    "counts alone": ({"usage": BOTH}, TokensUsed(100, 20)),
    "OpenAI": (
        {
            "usage": {
                **BOTH,
                "total_tokens": 120,
                "prompt_tokens_details": {"cached_tokens": 64, "cache_write_tokens": 30, "audio_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": 8},
            }
        },
        TokensUsed(100, 20, None, 64, 30, 8),
    ),
    "a proxy with another name for what was written": (
        {"usage": {**BOTH, "prompt_tokens_details": {"cached_tokens": 64, "cache_creation_tokens": 30}}},
        TokensUsed(100, 20, None, 64, 30),
    ),
    "DeepSeek": (
        {"usage": {**BOTH, "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36}},
        TokensUsed(100, 20, None, 64),
    ),
    "DeepSeek without the sum": (
        {"usage": {"completion_tokens": 20, "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36}},
        TokensUsed(100, 20, None, 64),
    ),
    "Anthropic": (
        {
            "usage": {
                **{"input_tokens": 6, "output_tokens": 20},
                **{"cache_read_input_tokens": 64, "cache_creation_input_tokens": 30},
            }
        },
        TokensUsed(100, 20, None, 64, 30),
    ),
    "Anthropic behind a proxy that adds them up": (
        {"usage": {**BOTH, "cache_read_input_tokens": 64, "cache_creation_input_tokens": 30}},
        TokensUsed(100, 20, None, 64, 30),
    ),
    "OpenAI's Responses": (
        {
            "usage": {
                **{"input_tokens": 100, "output_tokens": 20, "input_tokens_details": {"cached_tokens": 64}},
                "output_tokens_details": {"reasoning_tokens": 8},
            }
        },
        TokensUsed(100, 20, None, 64, 0, 8),
    ),
    "Gemini, whose thoughts only the total counts": (
        {"usage": {**BOTH, "total_tokens": 420}},
        TokensUsed(100, 320, None, 0, 0, 300),
    ),
    "xAI, whose reply leaves the thoughts out": (
        {"usage": {**BOTH, "total_tokens": 150, "completion_tokens_details": {"reasoning_tokens": 30}}},
        TokensUsed(100, 50, None, 0, 0, 30),
    ),
    "llama.cpp": (
        {
            "usage": {**BOTH, "prompt_tokens_details": {"cached_tokens": 64}},
            "timings": {"cache_n": 64, "prompt_n": 36, "predicted_n": 20, "predicted_ms": 1.5},
        },
        TokensUsed(100, 20, None, 64),
    ),
    "an older llama.cpp": (
        {"usage": BOTH, "timings": {"cache_n": 64, "prompt_n": 36, "predicted_n": 20}},
        TokensUsed(100, 20, None, 64),
    ),
    "llama.cpp without usage": (
        {"timings": {"cache_n": 64, "prompt_n": 36, "predicted_n": 20}},
        TokensUsed(100, 20, None, 64),
    ),
    "OpenRouter": (
        {"usage": {**BOTH, "cost": 0.5, "is_byok": False, "prompt_tokens_details": {"cached_tokens": 64}}},
        TokensUsed(100, 20, 0.5, 64),
    ),
    "OpenRouter with the user's own key": (
        {"usage": {**BOTH, "cost": 0.5, "is_byok": True, "cost_details": {"upstream_inference_cost": 1.25}}},
        TokensUsed(100, 20, 1.75),
    ),
    "OpenRouter with the user's own key, at a price it does not name": (
        {"usage": {**BOTH, "cost": 0.5, "is_byok": True, "cost_details": None}},
        TokensUsed(100, 20),
    ),
}


@pytest.mark.parametrize(("fields", "used"), DIALECTS.values(), ids=DIALECTS)
async def test_every_dialect_of_a_real_server_is_understood(fields: dict[str, Any], used: TokensUsed) -> None:
    with StreamingServer(stream(text("Hi"), chunk("stop"), event({"choices": [], **fields}), DONE)) as server:
        reply = await ask(chat_at(server.base_url))

    assert reply.error is None
    assert reply.events[-1] == used


async def test_what_the_server_says_it_costs_is_true_whatever_the_list_says() -> None:
    usage = {**BOTH, "cost": 0.5, "prompt_tokens_details": {"cached_tokens": 50}}
    with StreamingServer(stream(text("Hi"), chunk("stop"), event({"choices": [], "usage": usage}), DONE)) as server:
        reply = await ask(chat_at(server.base_url, prices=PricePerMillion(2e6, 0.0, cached=1e6)))

    assert reply.events[-1] == TokensUsed(100, 20, 0.5, 50, saved=50.0)


async def test_of_several_counts_the_last_that_makes_sense_is_kept() -> None:
    counts = ({"prompt_tokens": 100, "completion_tokens": 1}, BOTH, {"prompt_tokens": None}, None)
    chunks = (event({"choices": [], "usage": usage}) for usage in counts)
    with StreamingServer(stream(text("Hi"), *chunks, chunk("stop"), DONE)) as server:
        reply = await ask(chat_at(server.base_url))

    assert reply.events[-1] == TokensUsed(100, 20)


@pytest.mark.parametrize(
    "details",
    [
        {"prompt_tokens_details": {"cached_tokens": 101}},
        {"prompt_tokens_details": {"cached_tokens": -1, "cache_write_tokens": "3"}},
        {"prompt_tokens_details": "none", "completion_tokens_details": [5]},
        {"prompt_tokens_details": None, "completion_tokens_details": {"reasoning_tokens": 21}},
        {"prompt_tokens_details": {"cached_tokens": True}, "cost": "free"},
        {"cost": -1, "cost_details": 5, "is_byok": True},
        {"cost": 10**400},
        {"total_tokens": 5},
        {"total_tokens": MOST_TOKENS},
    ],
)
def test_a_part_that_makes_no_sense_is_left_out(details: dict[str, Any]) -> None:
    assert tokens_used({**BOTH, **details}, None) == TokensUsed(100, 20)


def test_what_was_read_and_written_is_no_more_than_what_was_sent() -> None:
    details = {"cached_tokens": 80, "cache_write_tokens": 30}

    assert tokens_used({**BOTH, "prompt_tokens_details": details}, None) == TokensUsed(100, 20, None, 80)


NAMES = (
    *("prompt_tokens", "completion_tokens", "total_tokens", "input_tokens", "output_tokens", "cost", "is_byok"),
    *("cache_read_input_tokens", "cache_creation_input_tokens", "prompt_cache_hit_tokens", "prompt_cache_miss_tokens"),
    *("cached_tokens", "cache_write_tokens", "reasoning_tokens", "cache_n", "prompt_n", "predicted_n"),
)
HOLDERS = ("prompt_tokens_details", "completion_tokens_details", "input_tokens_details", "cost_details")
VALUES = st.none() | st.booleans() | st.integers(-5, 200) | st.floats() | st.sampled_from([10**400, "7", [], {}])
FLAT = st.dictionaries(st.sampled_from(NAMES), VALUES)
USAGES = st.builds(lambda flat, nested: {**flat, **nested}, FLAT, st.dictionaries(st.sampled_from(HOLDERS), FLAT))


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(usage=USAGES | VALUES, timings=FLAT | VALUES)
def test_whatever_a_server_sends_no_part_is_larger_than_its_whole(usage: object, timings: object) -> None:
    used = tokens_used(usage, timings)

    if used is not None:
        assert 0 <= used.cached + used.written <= used.sent
        assert min(used.cached, used.written, used.reasoning, used.reply) >= 0
        assert used.reasoning <= used.reply
        assert used.cost is None or used.cost >= 0
