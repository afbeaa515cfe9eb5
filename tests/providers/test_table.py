"""The table of providers: rows that make sense, and which server is whose."""

from urllib.parse import urlsplit

import pytest

from chatbot_cli.providers.table import (
    DEMO,
    KEY_BEGINNINGS,
    KEYS,
    OPENAI,
    PROVIDERS,
    Dialect,
    Provider,
    context_tokens_of,
    dialect_at,
    provider_called,
)

every_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=[provider.name for provider in PROVIDERS])


@every_provider
def test_a_row_makes_sense(provider: Provider) -> None:
    assert provider_called(provider.name) is provider
    assert [other.name for other in PROVIDERS].count(provider.name) == 1
    assert provider.base_url is None or urlsplit(provider.base_url).scheme in ("http", "https")
    assert bool(provider.key_variable) == bool(provider.key_explanation) == bool(provider.key_beginning)
    for spec in provider.models:
        assert spec.startswith(f"{provider.name}/") or provider in (OPENAI, DEMO)


@every_provider
def test_a_provider_s_own_server_speaks_its_dialect(provider: Provider) -> None:
    assert provider.base_url is None or dialect_at(provider.base_url) == provider.dialect


@pytest.mark.parametrize(
    ("address", "is_openais"),
    [
        ("https://api.openai.com/v1", True),
        ("https://API.OpenAI.com:443/v1/", True),
        ("https://eu.api.openai.com/v1", True),
        ("https://api.openai.com.evil.example/v1", False),
        ("https://notapi.openai.com/v1", False),
        ("https://gateway.example/api.openai.com/v1", False),
        ("https://api.openai.com@evil.example/v1", False),
    ],
)
def test_a_server_is_openais_by_its_host(address: str, is_openais: bool) -> None:
    assert dialect_at(address) == (OPENAI.dialect if is_openais else Dialect())


def test_another_server_on_this_computer_is_nobodys() -> None:
    assert dialect_at("http://localhost:8080/v1").any_name_owner == "llamacpp"
    assert dialect_at("http://localhost:9999/v1") == Dialect()


def test_every_key_is_known_by_how_it_begins() -> None:
    assert set(KEYS) == {provider.key_variable for provider in PROVIDERS if provider.key_variable}
    assert {provider.key_beginning for provider in PROVIDERS if provider.key_beginning} <= set(KEY_BEGINNINGS)
    assert all(KEY_BEGINNINGS)


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("gpt-5.4-mini", 400_000),
        ("GPT-5-nano", 400_000),
        ("gemini-3.8-flash", 1_000_000),
        ("llama3.3", None),
        ("", None),
    ],
)
def test_what_a_model_holds_is_known_by_the_longest_beginning_that_fits(model: str, tokens: int | None) -> None:
    assert context_tokens_of(model) == tokens
