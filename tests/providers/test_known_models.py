"""The list of models that comes with this version, and how a model is found in it."""

import sys
from datetime import date
from types import FrameType

import pytest
from genai_prices import data

from chatbot_cli.providers import known_models
from chatbot_cli.providers.known_models import (
    KnownModel,
    all_known,
    known,
    known_anywhere,
    list_date,
    providers_known,
    tokens_of_its_kind,
)
from tests.entries import PROVIDERS

LARGEST_FILE = 15 * 1024  # bytes
PRICED = {provider.id: provider for provider in data.providers}
ALL = [model for provider in providers_known() for model in all_known(provider)]


def test_the_list_is_small_dated_and_of_our_providers() -> None:
    assert known_models._FILE.stat().st_size <= LARGEST_FILE
    assert date(2026, 11, 1) < date.fromisoformat(list_date()) <= date.today()
    assert set(providers_known()) <= {provider.name for provider in PROVIDERS}
    assert len(ALL) > 800


def test_no_number_in_it_is_absurd() -> None:
    for model in ALL:
        assert 1_000 <= model.input_tokens <= model.context_tokens <= 10_000_000, model
        assert model.output_tokens is None or 0 < model.output_tokens <= 10_000_000, model
        prices = (model.price_in, model.price_out, model.price_cached, model.price_written)
        assert all(price is None or 0 <= price <= 1_000 for price in prices), model
        for day in (model.released, model.deprecated):
            assert not day or 2022 < date.fromisoformat(day).year < 2030, model
        assert model.name.isprintable()


def test_every_model_that_an_entry_offers_is_in_it() -> None:
    offered = [(provider.name, spec) for provider in PROVIDERS if not provider.local for spec in provider.models]
    for provider, spec in offered:
        assert provider == "demo" or known(provider, spec.removeprefix(f"{provider}/")), spec


UNKNOWN = "org/model-with-a-very-long-name-it"
SMALLER = ("gpt-5.1-chat-latest", "gpt-5.2-chat-latest")


def test_windows_are_those_of_the_price_list() -> None:
    """None is too large, and at most 3 % are too small.

    That list rounds: LiteLLM and models.dev have 1,047,576 and 1,048,576 tokens where it has 1,000,000. Of two models
    of ChatGPT both have 128,000, and it has 400,000.
    """
    pairs = [
        (model, there.context_window)
        for provider, listed in (("openai", "openai"), ("anthropic", "anthropic"), ("gemini", "google"))
        for model in all_known(provider)
        if (there := PRICED[listed].find_model(model.name)) and there.context_window and model.name not in SMALLER
    ]
    too_large = [model.name for model, tokens in pairs if model.context_tokens > tokens * 1.05]
    too_small = [model.name for model, tokens in pairs if model.context_tokens < tokens * 0.97]
    assert len(pairs) > 100
    assert too_large == []
    assert len(too_small) <= 0.03 * len(pairs)


@pytest.mark.parametrize(
    ("provider", "name", "tokens", "most_input"),
    [
        ("openai", "gpt-5", 400_000, 272_000),
        ("openai", "gpt-5.4-mini", 400_000, 272_000),
        ("openai", "gpt-6-luna", 1_050_000, 922_000),
        ("openai", "gpt-4o", 128_000, 128_000),
        ("openai", "o3", 200_000, 200_000),
        ("anthropic", "claude-sonnet-5-5", 1_000_000, 1_000_000),
        ("gemini", "gemini-3.8-flash", 1_048_576, 1_048_576),
    ],
)
def test_windows_and_what_may_be_sent(provider: str, name: str, tokens: int, most_input: int) -> None:
    model = known(provider, name)
    assert model is not None
    assert (model.context_tokens, model.input_tokens) == (tokens, most_input)


@pytest.mark.parametrize(
    ("provider", "name", "found"),
    [
        ("openai", "GPT-5-Mini", "openai/gpt-5-mini"),
        ("openai", "gpt-6-luna-2026-09-01", "openai/gpt-6-luna"),
        ("openai", "gpt-6-nova", None),
        ("openai", "gpt-4o-audio", None),
        ("openai", "claude-opus-5-5", None),  # another maker's
        ("gemini", "models/gemini-3.8-flash", "gemini/gemini-3.8-flash"),
        ("anthropic", "claude-sonnet-4-5@20250929", "anthropic/claude-sonnet-4-5"),
        ("", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic/claude-sonnet-4-5-20250929"),
        ("", "anthropic/claude-opus-5.5", "anthropic/claude-opus-5-5"),
        ("azure", "gpt-5.4-mini", "openai/gpt-5.4-mini"),
        ("openrouter", "openai/gpt-oss-20b:free", "openrouter/openai/gpt-oss-20b:free"),
        ("groq", "openai/gpt-oss-120b", "groq/openai/gpt-oss-120b"),
        ("nobody", "", None),
        ("nobody", "/", None),
        ("nobody", "x" * 10_000, None),
    ],
)
def test_a_model_is_found_however_its_name_is_written(provider: str, name: str, found: str | None) -> None:
    model = known(provider, name)
    assert (f"{model.provider}/{model.name}" if model else None) == found


def test_what_a_model_can_is_known() -> None:
    sonnet, luna, four = (known_model(name) for name in ("claude-sonnet-5-5", "gpt-6-luna", "gpt-4o"))
    assert all((sonnet.vision, sonnet.tools, sonnet.schema, sonnet.thinks))
    assert not sonnet.takes_sampling
    assert (sonnet.thinks_always, sonnet.thinks_adaptively, sonnet.cache_from) == (True, True, 512)
    assert (luna.takes_sampling, four.takes_sampling, four.thinks) == (False, True, False)
    assert luna.efforts == ("none", "low", "medium", "high", "xhigh", "max")
    assert (luna.price_in, luna.price_out, luna.price_cached, luna.price_written) == (0.1, 0.5, 0.01, 0.125)


def known_model(name: str) -> KnownModel:
    model = known("", name)
    assert model is not None
    return model


def test_only_models_that_nobody_else_can_run_are_the_same_everywhere() -> None:
    assert known_anywhere("openai/gpt-5") == known("openai", "gpt-5")
    assert known_anywhere("gpt-oss:20b") is None
    assert known_anywhere("qwen3-32b") is None
    assert known_anywhere("deepseek-r1") is None


@pytest.mark.parametrize(
    ("name", "tokens"),
    [("gpt-6.2-luna", 1_050_000), ("claude-opus-6", 200_000), ("gpt-99", None), ("llama3.3", None), ("", None)],
)
def test_a_guess_is_the_least_of_the_models_with_names_alike(name: str, tokens: int | None) -> None:
    assert tokens_of_its_kind(name) == tokens


def test_a_name_that_nobody_knows_is_looked_for_in_a_few_steps() -> None:
    """A local server may have a thousand names, and the list of /model waits for all of them."""
    tokens_of_its_kind("a", 1, owned=True)  # the list is read now
    known_anywhere("a")
    steps = 0

    def count(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal steps
        steps += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        found = [known_anywhere(UNKNOWN), tokens_of_its_kind(UNKNOWN, 1, owned=True)]
    finally:
        sys.setprofile(None)
    assert found == [None, None]
    assert steps < len(ALL) / 2  # no model of the list is compared with it
