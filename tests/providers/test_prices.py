"""What a reply costs, and what the provider's cache saved."""

from dataclasses import replace
from typing import Any

import pytest
from genai_prices import calc_price, extract_usage

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.prices import Cost, PricePerMillion, PriceStep
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.route.endpoint import Access
from chatbot_cli.providers.wire.usage import tokens_used
from tests.entries import KEYS, PROVIDERS

ACCESS = Access(dict.fromkeys(KEYS, "a-key-for-all-of-them"), environ={"AZURE_RESOURCE_NAME": "contoso"})
DEEPSEEK = "https://api.deepseek.com/v1"
OPENROUTER = "https://openrouter.ai/api/v1"


def cost_of(
    spec: str, used: TokensUsed, base_url: str | None = None, prices: dict[str, PricePerMillion] | None = None
) -> Cost | None:
    return open_model(spec, replace(ACCESS, base_url=base_url, prices=prices or {})).prices.cost(used)


A_MODEL_OF_EACH = [
    *("gpt-6-luna", "anthropic/claude-sonnet-4-5", "gemini/gemini-2.5-flash", "openrouter/openai/gpt-5.4-mini"),
    *("mistral/mistral-large-latest", "groq/openai/gpt-oss-120b", "deepseek/deepseek-chat", "xai/grok-4.5"),
    *("together/openai/gpt-oss-120b", "fireworks/accounts/fireworks/models/deepseek-v3p2", "cerebras/gpt-oss-120b"),
    *("azure/gpt-4o", "moonshot/kimi-k2.5", "zai/glm-4.6"),
]


def test_each_name_in_the_price_list_is_tried() -> None:
    priced = {provider.name for provider in PROVIDERS if provider.price_list}
    assert {model.partition("/")[0] for model in A_MODEL_OF_EACH} == priced - {"openai"} | {"gpt-6-luna"}


@pytest.mark.parametrize("model", A_MODEL_OF_EACH)
def test_models_of_every_paid_provider_have_a_price_for_both_directions(model: str) -> None:
    sent, reply = cost_of(model, TokensUsed(1000, 0)), cost_of(model, TokensUsed(0, 1000))

    assert sent
    assert reply
    assert 0 < sent.dollars < reply.dollars < 1


def test_the_default_model_costs_ten_cents_in_and_fifty_cents_out_per_million_tokens() -> None:
    assert cost_of("gpt-6-luna", TokensUsed(10_000, 1_000)) == Cost(0.0015)


OPENAI_KIND = {
    "prompt_tokens": 9_450,
    "completion_tokens": 312,
    "prompt_tokens_details": {"cached_tokens": 8_930, "cache_write_tokens": 400},
    "completion_tokens_details": {"reasoning_tokens": 128},
}
LONG = {**OPENAI_KIND, "prompt_tokens": 272_001, "prompt_tokens_details": {"cached_tokens": 250_000}}
DEEPSEEK_KIND = {
    **{"prompt_tokens": 9_450, "completion_tokens": 312},
    **{"prompt_cache_hit_tokens": 8_930, "prompt_cache_miss_tokens": 520},
    "prompt_tokens_details": {"cached_tokens": 8_930},
}
NATIVE = {
    **{"input_tokens": 120, "output_tokens": 312},
    **{"cache_read_input_tokens": 8_930, "cache_creation_input_tokens": 400},
}
XAI_KIND = {
    **{"prompt_tokens": 9_450, "completion_tokens": 100, "total_tokens": 9_650},
    "prompt_tokens_details": {"cached_tokens": 8_930},
    "completion_tokens_details": {"reasoning_tokens": 100},
}


@pytest.mark.parametrize(
    ("spec", "base_url", "provider", "flavor", "usage"),
    [
        ("gpt-6.1-sol", None, "openai", "chat", OPENAI_KIND),
        ("gpt-6.1-sol", None, "openai", "chat", LONG),  # above the step at 272,000 tokens
        ("gpt-5.4-mini", None, "openai", "chat", OPENAI_KIND),  # without a price for writing into the cache
        ("gpt-5.4-pro", None, "openai", "chat", LONG),  # without a price for what was cached
        ("anthropic/claude-haiku-5-5", None, "anthropic", "default", {**NATIVE, "input_tokens": 100_000}),
        ("anthropic/claude-sonnet-4-5", None, "anthropic", "default", NATIVE),
        ("gemini/gemini-3.8-flash", None, "google", "chat", OPENAI_KIND),
        ("deepseek-chat", DEEPSEEK, "deepseek", "chat", DEEPSEEK_KIND),
        ("grok-4.20", "https://api.x.ai/v1", "x-ai", "chat", XAI_KIND),
        ("anthropic/claude-sonnet-4.5", OPENROUTER, "openrouter", "chat", OPENAI_KIND),
    ],
)
def test_the_cost_of_every_dialect_is_what_genai_prices_says(
    spec: str, base_url: str | None, provider: str, flavor: str, usage: dict[str, Any]
) -> None:
    model = open_model(spec, ACCESS if base_url is None else Access(ACCESS.keys, base_url)).name
    extracted = extract_usage({"model": model, "usage": usage}, provider_id=provider, api_flavor=flavor).usage
    used = tokens_used(usage, None)
    assert used

    cost = cost_of(spec, used, base_url)

    assert cost
    assert cost.dollars == float(calc_price(extracted, model, provider_id=provider).total_price)
    without_cache = calc_price({"input_tokens": used.sent, "output_tokens": used.reply}, model, provider_id=provider)
    assert cost.dollars + cost.saved == pytest.approx(float(without_cache.total_price))


def test_a_cache_that_is_written_and_never_read_costs_more_than_none() -> None:
    cost = cost_of("gpt-6.1-sol", TokensUsed(100_000, 0, written=100_000))

    assert cost == Cost(0.25, -0.05)


@pytest.mark.parametrize("model", ["gpt-99", "my own model", "ft:gpt-4.1:acme::1", "🎉"])
def test_the_price_of_an_unknown_model_is_not_known(model: str) -> None:
    assert cost_of(model, TokensUsed(1000, 1000)) is None


def test_the_price_at_an_unknown_server_is_not_known() -> None:
    assert cost_of("gpt-6-luna", TokensUsed(1000, 1000), "https://models.example.org/v1") is None
    assert open_model("gpt-6-luna", Access({}, "https://models.example.org/v1")).prices.steps() == ()


@pytest.mark.parametrize("spec", ["demo", "ollama/gpt-4o", "lmstudio/gpt-4o", "llamacpp/gpt-4o", "vllm/gpt-4o"])
def test_what_runs_on_the_user_s_machine_costs_nothing(spec: str) -> None:
    assert cost_of(spec, TokensUsed(1000, 1000)) == Cost(0.0)


@pytest.mark.parametrize(("model", "cost"), [("my-own", Cost(0.0)), ("gpt-4o", None)])
def test_at_an_address_of_nobody_on_this_machine_what_nobody_can_run_at_home_has_no_known_price(
    model: str, cost: Cost | None
) -> None:
    assert cost_of(model, TokensUsed(1000, 1000), "http://localhost:9999/v1") == cost


@pytest.mark.parametrize(("spec", "base_url"), [("litellm/gpt-4o", None), ("gpt-4o", "http://localhost:4000/v1")])
def test_what_a_router_on_the_user_s_machine_passes_on_is_neither_free_nor_local(
    spec: str, base_url: str | None
) -> None:
    assert cost_of(spec, TokensUsed(1000, 1000), base_url) is None
    assert not open_model(spec, replace(ACCESS, base_url=base_url)).is_local


def test_what_runs_on_another_machine_of_the_user_has_no_known_price() -> None:
    assert cost_of("ollama/gpt-4o", TokensUsed(1000, 1000), "http://192.168.1.7:11434/v1") is None


@pytest.mark.parametrize("name", ["gpt-6-luna", "openai/gpt-6-luna", "OpenAI/GPT-6-Luna"])
def test_a_price_that_the_user_states_wins_over_the_list(name: str) -> None:
    prices = {name: PricePerMillion(2.0, 8.0, cached=0.5)}

    assert cost_of("gpt-6-luna", TokensUsed(1_000_000, 500_000, cached=400_000), prices=prices) == Cost(5.4, 0.6)


@pytest.mark.parametrize("base_url", ["https://models.example.org/v1", "http://localhost:4000/v1"])
@pytest.mark.parametrize("name", ["acme/large", "large", "openai/acme/large"])
def test_a_price_is_stated_for_a_model_at_any_server(name: str, base_url: str) -> None:
    prices = {name: PricePerMillion(1.0, 1.0), "other": PricePerMillion(9.0, 9.0)}

    assert cost_of("acme/large", TokensUsed(500_000, 0), base_url, prices) == Cost(0.5, 0.0)


def test_a_stated_price_for_writing_into_the_cache_counts() -> None:
    price = PricePerMillion(2.0, 0.0, cached=0.2, written=2.5)

    assert price.cost(TokensUsed(1_000_000, 0, written=1_000_000)) == Cost(2.5, -0.5)


@pytest.mark.parametrize(
    ("spec", "steps"),
    [
        ("gpt-6.1-sol", [PriceStep(272_000, 2.0)]),
        ("anthropic/claude-haiku-5-5", [PriceStep(100_000, 5.0)]),
        ("gpt-5.4-mini", []),
        ("gpt-99", []),
        ("demo", []),
    ],
)
def test_the_price_rises_where_the_list_says_so(spec: str, steps: list[PriceStep]) -> None:
    assert list(open_model(spec, ACCESS).prices.steps()) == steps


def test_with_several_steps_each_is_measured_against_the_one_below() -> None:
    steps = open_model("qwen/qwen3-coder-flash", Access(ACCESS.keys, OPENROUTER)).prices.steps()

    assert [(step.tokens, round(step.times, 2)) for step in steps] == [(32_000, 1.67), (128_000, 1.6)]
