"""The entries of providers: data that makes sense, the user's own beside it, and which server is whose."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from chatbot_cli.chat.shape import Level
from chatbot_cli.errors import SettingsError
from chatbot_cli.providers.entries import registry
from chatbot_cli.providers.entries.provider import Dialect, Provider
from chatbot_cli.providers.entries.reading import KEYS as KEYS_OF_ENTRIES
from chatbot_cli.providers.entries.registry import built_in, key_variables
from chatbot_cli.providers.route.endpoint import Access
from chatbot_cli.providers.route.spec import route_to
from tests.entries import DEMO, KEYS, OPENAI, PROVIDERS, dialect_at, provider_called

every_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=[provider.name for provider in PROVIDERS])
NAMES = (
    "openai anthropic gemini openrouter mistral groq deepseek xai together fireworks cerebras azure github huggingface "
    "moonshot zai qwen nvidia ollama lmstudio llamacpp vllm sglang litellm gguf demo"
)


def test_all_providers_have_an_entry() -> None:
    assert [provider.name for provider in PROVIDERS] == NAMES.split()


@every_provider
def test_an_entry_makes_sense(provider: Provider) -> None:
    assert provider_called(provider.name) is provider
    assert provider.base_url is None or urlsplit(provider.base_url).scheme in ("http", "https")
    assert provider.base_url is None or (provider.label and provider.wants_key is not provider.local)
    assert provider.local == (urlsplit(provider.base_url or "").hostname == "localhost")
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


def test_a_server_of_an_account_is_its_provider_s() -> None:
    assert dialect_at("https://contoso.openai.azure.com/openai/v1").auth == "header:api-key"


def test_another_server_on_this_computer_is_nobodys() -> None:
    assert dialect_at("http://localhost:8080/v1").any_name_owner == "llamacpp"
    assert dialect_at("http://localhost:9999/v1") == Dialect()


def test_every_key_has_an_explanation() -> None:
    assert set(KEYS) == {variable for provider in PROVIDERS for variable in provider.key_variables}
    assert {provider.key_beginning for provider in PROVIDERS if provider.key_beginning} == set(
        built_in().key_beginnings
    )


def test_a_user_s_entry_stands_beside_the_built_in_ones() -> None:
    providers = built_in().with_own(
        {"mine": {"extends": "mistral", "url": "https://llm.example/v1", "key_env": ["MY_KEY"], "schema": "object"}}
    )
    mine, mistral = providers.called("mine"), providers.called("mistral")
    assert mine
    assert mistral
    assert mine.dialect == mistral.dialect._replace(shape_level=Level.OBJECT)
    assert (mine.key_variables, mine.price_list, mine.is_own, mistral.is_own) == (("MY_KEY",), None, True, False)
    assert providers.at("https://llm.example/v1") is mine
    keyless = built_in().with_own({"mine": {"extends": "mistral", "url": "https://llm.example/v1"}}).called("mine")
    assert keyless
    assert (keyless.key_variables, keyless.key_command) == ((), ())  # Mistral's key goes to Mistral alone
    assert "MY_KEY" in key_variables({"mine": {"url": "https://llm.example/v1", "key_env": ["MY_KEY"]}})


GATEWAY = "https://gw.example"
OWN = {
    "gpt": {"url": f"{GATEWAY}/openai/v1", "key_env": ["K"], "limit": "max_completion_tokens"},
    "claude": {"url": f"{GATEWAY}/anthropic/v1", "key_env": ["K"], "extends": "anthropic"},
    "work": {"url": "https://api.openai.com/v1", "key_env": ["K"], "never": ["seed"]},
    "box": {"url": "http://localhost:8080/v1", "auth": "header:x-k", "key_env": ["K"]},
}


def test_a_user_s_entry_holds_where_another_one_has_the_same_host() -> None:
    providers = built_in().with_own(OWN)
    access = Access({"K": "of-the-user"}, providers=providers)
    for name in OWN:
        route, entry = route_to(f"{name}/m", access), providers.called(name)
        assert route
        assert entry
        assert (route.home, route.dialect) == (entry, entry.dialect)
    there = replace(access, base_url=f"{GATEWAY}/anthropic/v1/")
    assert (route := route_to("gpt/m", there))
    assert route.home is providers.called("claude")  # its path tells


def test_a_built_in_entry_is_changed_key_by_key() -> None:
    changed = built_in().with_own({"anthropic": {"url": "https://gateway.example/v1"}}).called("anthropic")
    assert changed
    assert changed == provider_called("anthropic")._replace(  # type: ignore[union-attr]  # it is there
        base_url="https://gateway.example/v1", is_own=True
    )


def test_what_is_changed_of_a_server_also_holds_without_the_extra_for_its_protocol() -> None:
    own: dict[str, object] = {"auth": "header:api-key", "never": ["top_p"], "passes_on": True}
    before = dialect_at("https://api.anthropic.com/v1")
    for name, start in {"anthropic": {}, "mine": {"extends": "anthropic", "url": f"{GATEWAY}/v1"}}.items():
        changed = built_in().with_own({name: {**own, **start}}).called(name)
        assert changed
        assert before.instead
        assert changed.dialect.instead == before.instead._replace(
            auth="header:api-key", never=frozenset({"top_p"}), passes_on=True
        )
    stated = built_in().with_own({"anthropic": {**own, "instead": {"auth": "none"}}}).called("anthropic")
    assert stated
    assert stated.dialect.instead == Dialect(auth="none")  # an entry that says what holds instead says all of it


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ({"My Server": {"url": "http://x/v1"}}, 'config.toml: a provider cannot be called "My Server".'),
        ({"demo": {"url": "http://x/v1"}}, 'config.toml: a provider cannot be called "demo".'),
        ({"mine": {}}, "config.toml: providers.mine has no url."),
        ({"mine": {"uri": "http://x/v1"}}, 'config.toml: providers.mine has no "uri".'),
        ({"mine": {"url": "x"}}, "url of providers.mine is not an address such as http://localhost:8080/v1."),
        ({"mine": {"url": "http://x/v1", "urll": "x"}}, 'config.toml: providers.mine has no "urll".'),
        ({"mine": {"url": "http://x/v1", "api_key": "sk-1"}}, "config.toml: no key stands in providers.mine."),
        ({"mine": {"url": "http://x/v1", "auth": "magic"}}, 'auth of providers.mine is not "bearer", "none" or'),
        ({"mine": {"url": "http://x/v1", "key_cmd": "pass x"}}, "key_cmd of providers.mine is not a list of words"),
        ({"mine": {"url": "http://x/v1", "extends": "mine"}}, "what providers.mine extends is no other provider."),
        (
            {"a": {"url": "http://x/v1", "extends": "b"}, "b": {"url": "http://x/v1", "extends": "a"}},
            "extends is no other provider.",
        ),
        (
            {"mine": {"url": "http://x/v1", "default": True}},
            "config.toml: default of providers.mine cannot be changed.",
        ),
        ({"openai": {"default": False}}, "config.toml: default of providers.openai cannot be changed."),
        ({"mine": {"url": "http://x/v1", "never": "temperature"}}, "never of providers.mine is not a list of names"),
        ({"mine": {"url": "http://x/v1", "reasoning": {"field": "r", "back": "ever"}}}, "reasoning of providers.mine"),
    ],
)
def test_what_makes_no_sense_is_said(tables: dict[str, dict[str, object]], sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        built_in().with_own(tables)
    assert sentence in str(caught.value)
    assert caught.value.hint


def test_every_key_of_an_entry_is_explained() -> None:
    page = (Path(__file__).parents[2] / "docs" / "models.md").read_text("utf-8")
    table = page[page.index("## What an entry says") :]
    assert [key for key in (*KEYS_OF_ENTRIES, "extends") if f"`{key}`" not in table] == []


def test_a_file_of_providers_that_was_changed_since_is_read_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    read = registry.built_in.__wrapped__
    as_read = dict(read().rows)
    monkeypatch.setattr(registry, "CHECKSUM", 0)
    monkeypatch.setattr(registry, "TABLES", {})
    assert dict(read().rows) == as_read
