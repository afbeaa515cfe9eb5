"""What every provider is sent: the body and the header with the key, pinned for each entry."""

import json
from dataclasses import replace

import pytest

from chatbot_cli.chat.messages import Message, Request
from chatbot_cli.chat.options import Options
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.entries.provider import CHAT
from chatbot_cli.providers.route.endpoint import Access
from chatbot_cli.providers.route.spec import route_to
from tests.entries import KEYS, PROVIDERS

PLAIN = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
ASKS_FOR_USAGE = {"stream_options": {"include_usage": True}}
LIMITS = {
    "openai": "max_completion_tokens",
    "azure": "max_completion_tokens",
    "cerebras": "max_completion_tokens",
}
HEADERS = {"azure": "api-key", "anthropic": "x-api-key"}
ACCESS = Access(dict.fromkeys(KEYS, "the-key"), environ={"AZURE_RESOURCE_NAME": "contoso"})
SERVERS = [provider.name for provider in PROVIDERS if provider.base_url]
CHATS = [provider.name for provider in PROVIDERS if provider.base_url and provider.dialect.speaks == CHAT]


@pytest.mark.parametrize("name", CHATS)
def test_nothing_that_is_unset_is_sent(name: str) -> None:
    hello = Request((Message("user", "Hello"),))
    sent = open_model(f"{name}/m", ACCESS).payload(hello)
    assert json.dumps(sent) == json.dumps({**PLAIN, **ASKS_FOR_USAGE})


@pytest.mark.parametrize("name", CHATS)
def test_the_limit_of_a_reply_has_the_server_s_name(name: str) -> None:
    request = Request((Message("user", "Hello"),), Options(temperature=0.5, max_reply_tokens=100))
    sent = open_model(f"{name}/m", ACCESS).payload(request)
    assert sent == {**PLAIN, **ASKS_FOR_USAGE, LIMITS.get(name, "max_tokens"): 100, "temperature": 0.5}


@pytest.mark.parametrize("name", SERVERS)
def test_the_key_goes_in_the_server_s_header(name: str) -> None:
    route = route_to(f"{name}/m", ACCESS)
    assert route
    variables = route.provider.key_variables
    key = "the-key" if variables else "no-key"
    expected = {HEADERS[name]: key} if name in HEADERS else {"Authorization": f"Bearer {key}"}
    assert route.endpoint.key_header == expected


@pytest.mark.parametrize("name", [provider.name for provider in PROVIDERS if provider.wants_key])
def test_the_last_of_its_variables_will_do(name: str) -> None:
    first = route_to(f"{name}/m", ACCESS)
    assert first
    *others, last = first.provider.key_variables
    route = route_to(f"{name}/m", replace(ACCESS, keys={last: "of-the-last", **dict.fromkeys(others, "")}))
    assert route
    assert (route.endpoint.api_key, route.endpoint.key_variable) == ("of-the-last", last)


SEEDS = {"mistral": "random_seed"}  # it refuses what it does not know, as `seed`
NEAREST = {"zai": "low"}  # its words of effort are low, high and max


@pytest.mark.parametrize("name", CHATS)
def test_every_parameter_reaches_the_server_and_the_nearest_effort_that_it_knows(name: str) -> None:
    options = Options(None, 0.9, None, 7, ("END",), "medium", (("top_k", "40"), ("who", '{"a": [null]}')))
    sent = open_model(f"{name}/m", ACCESS).payload(Request((Message("user", "Hello"),), options))
    own = {"top_p": 0.9, SEEDS.get(name, "seed"): 7, "stop": ["END"], "top_k": 40, "who": {"a": [None]}}
    assert sent == {**PLAIN, **ASKS_FOR_USAGE, **own, "reasoning_effort": NEAREST.get(name, "medium")}
