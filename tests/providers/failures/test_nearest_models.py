"""A name that a server does not know is answered with those of its provider that are nearly so."""

import pytest

from chatbot_cli.providers.failures.nearest_models import nearest_models
from chatbot_cli.providers.route.endpoint import Endpoint


@pytest.mark.parametrize(
    ("address", "provider", "typed", "nearest"),
    [
        ("https://api.openai.com/v1", "openai", "gpt-6-lnua", "openai/gpt-6-luna"),
        ("https://api.x.ai/v1", "xai", "grok-4.77", "xai/grok-4.7"),
        ("https://api.openai.com/v1", "openai", "zzzzzz", None),
        ("https://router.example/v1", "openai", "gpt-6-lnua", None),
        ("https://api.openai.com/v1", "openai", "gpt-" + "9" * 100_000, None),
    ],
)
def test_the_nearest_names_are_of_the_server_s_own_provider(
    address: str, provider: str, typed: str, nearest: str | None
) -> None:
    found = nearest_models(Endpoint(address, typed, "no-key", provider=provider))
    assert found[:1] == ([nearest] if nearest else [])
