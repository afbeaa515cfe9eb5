"""An address that only a saved conversation names gets no key: the user has not named it for that key."""

import pytest

from chatbot_cli.providers.route.endpoint import PLACEHOLDER_KEY, Access
from chatbot_cli.providers.route.spec import route_to
from tests.entries import KEYS

ROUTER = "https://router.example/v1"


def sent_key(spec: str, address: str, named: str | None, *, saved: bool = True) -> str:
    keys = {variable: f"key-of-{variable}" for variable in KEYS}
    route = route_to(spec, Access(keys, address, named, from_conversation=saved))
    assert route is not None
    assert (route.endpoint.key_variable is None) == (route.endpoint.api_key == PLACEHOLDER_KEY)
    return route.endpoint.api_key


@pytest.mark.parametrize(
    ("spec", "address", "named"),
    [
        ("gpt-4o", ROUTER, None),
        ("gpt-4o", ROUTER, "https://router.example/v2"),
        ("gpt-4o", ROUTER, "http://router.example/v1"),
        ("gpt-4o", ROUTER, "https://router.example:8443/v1"),
        ("gpt-4o", ROUTER, "https://router.example.org/v1"),
        ("openai/gpt-4o", ROUTER, None),
        ("anthropic/claude-x", ROUTER, None),
        ("gemini/gemini-x", ROUTER, ROUTER + "x"),
        ("gpt-4o", "http://localhost:8080/v1", None),
        ("gpt-4o", "http://api.openai.com/v1", None),  # in the clear
        ("gpt-4o", "https://api.openai.com.example/v1", None),
        ("gpt-4o", "https://api.openai.com@router.example/v1", None),
        ("gpt-4o", "https://api.openai.com:8443/v1", None),
        ("gpt-4o", "https://api.anthropic.com/v1", None),  # the key is OpenAI's
    ],
)
def test_a_saved_address_gets_no_key(spec: str, address: str, named: str | None) -> None:
    assert sent_key(spec, address, named) == PLACEHOLDER_KEY
    assert sent_key(spec, address, named, saved=False) != PLACEHOLDER_KEY  # a flag is consent


@pytest.mark.parametrize(
    ("spec", "address", "named"),
    [
        ("gpt-4o", "https://api.openai.com/v1", None),
        ("gpt-4o", "https://eu.api.openai.com/v1", "https://elsewhere.example/v1"),
        ("anthropic/claude-x", "https://api.anthropic.com/v1", None),
        ("gpt-4o", ROUTER, ROUTER),
        ("gpt-4o", ROUTER, " HTTPS://Router.Example/v1/ "),
        ("vendor/model", ROUTER, ROUTER),
    ],
)
def test_the_providers_own_host_and_what_the_keys_own_setting_names_get_it(
    spec: str, address: str, named: str | None
) -> None:
    assert sent_key(spec, address, named).startswith("key-of-")
