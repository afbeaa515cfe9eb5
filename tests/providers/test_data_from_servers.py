"""Answers as data from servers of every kind: what each is sent, how it refuses, and what it does not heed."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.app.shapes import shape_named
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import AskedAgain, SteppedDown
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.shape import Level, Shape
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.demo.model import DemoChat
from chatbot_cli.providers.route.endpoint import Access
from tests.chat.turns import take_turn
from tests.fakes import AnyWords
from tests.providers.asking import HELLO
from tests.streaming_server import Received, Reply, StreamingServer, answer, page

KEYS = {"OPENAI_API_KEY": "sk-openai", "ANTHROPIC_API_KEY": "sk-ant-claude", "GEMINI_API_KEY": "AIza-gemini"}
ADA = '{"name": "Ada", "age": 36, "note": null}'
KEPT = {"name": "Ada", "age": 36}
PLAIN = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}, "note": {"type": "string"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
STRICT_FORMAT = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}, "note": {"type": ["string", "null"]}},
    "required": ["name", "age", "note"],
    "additionalProperties": False,
}


def person() -> Shape:
    return shape_named("name, age int, note str?", Path("."))


def chat_with(model: Model, shape: Shape | None = None) -> Conversation:
    return Conversation(Setup("a", "", model, shape=shape or person()))


def document(conversation: Conversation) -> object:
    return json.loads(conversation.exchanges[-1].assistant)


def format_of(received: Received) -> Mapping[str, Any] | None:
    sent: Mapping[str, Any] | None = received.body.get("response_format")
    return sent


@pytest.mark.parametrize(
    ("spec", "level", "subset"),
    [
        ("gpt-6-luna", Level.SCHEMA, "strict"),
        ("gemini/gemini-3.8-flash", Level.SCHEMA, ""),
        ("ollama/llama3.3", Level.SCHEMA, ""),
        ("lmstudio/any", Level.SCHEMA, ""),
        ("llamacpp/any", Level.SCHEMA, ""),
        ("vllm/any", Level.SCHEMA, ""),
        ("demo", Level.SCHEMA, ""),
    ],
)
async def test_each_provider_is_asked_in_its_surest_way(spec: str, level: Level, subset: str) -> None:
    model = open_model(spec, Access(KEYS))
    assert model.shape_level is level
    payload = model.payload(await chat_with(model).next_request("Ada is 36."))
    schema = {"name": "reply", "schema": STRICT_FORMAT if subset else PLAIN}
    assert payload["response_format"] == {
        "type": "json_schema",
        "json_schema": schema | ({"strict": True} if subset else {}),
    }


@pytest.mark.parametrize(
    ("spec", "strict"), [("gpt-6-luna", True), ("ollama/llama3.3", False), ("llamacpp/any", False)]
)
async def test_a_server_that_stands_in_for_a_provider_is_sent_the_same(spec: str, strict: bool) -> None:
    with StreamingServer(answer(ADA)) as server:
        conversation = chat_with(open_model(spec, Access(KEYS, server.base_url)))
        await take_turn(conversation, "Ada is 36.")
    (received,) = server.requests
    sent = format_of(received)
    assert sent is not None
    assert ("strict" in sent["json_schema"]) is strict
    assert document(conversation) == KEPT


async def test_an_address_that_is_a_providers_own_counts_more_than_the_name() -> None:
    access = Access(KEYS, "https://generativelanguage.googleapis.com/v1beta/openai")
    payload = open_model("gpt-6-luna", access).payload
    sent = payload(await chat_with(open_model("gpt-6-luna", access)).next_request("1"))["response_format"]
    assert isinstance(sent, dict)
    assert "strict" not in sent["json_schema"]


async def test_a_schema_that_cannot_be_promised_is_sent_without_strict_mode() -> None:
    shape = shape_named('{"type": "object", "additionalProperties": {"type": "integer"}}', Path("."))
    payload = open_model("gpt-6-luna", Access(KEYS)).payload
    request = await chat_with(open_model("gpt-6-luna", Access(KEYS)), shape).next_request("1")
    sent = payload(request)["response_format"]
    assert isinstance(sent, dict)
    assert "strict" not in sent["json_schema"]


def test_without_a_demand_the_body_has_no_field_for_it() -> None:
    assert "response_format" not in open_model("gpt-6-luna", Access(KEYS)).payload(HELLO)


def refuse(message: str, status: int = 400) -> Reply:
    return page({"error": {"message": message}}, status)


@pytest.mark.parametrize(
    ("spec", "takes", "refusals"),
    [
        ("openai/gpt-3.5-turbo", "json_object", ["'response_format' of type 'json_schema' is not supported"]),
        ("gemini/any", "json_object", ["The specified schema produces a constraint that has too many states."]),
        ("ollama/any", "json_object", ["invalid JSON schema in format"]),
        ("llamacpp/any", "json_object", ["Failed to parse grammar"]),
        (
            "lmstudio/any",
            None,
            ["'response_format.type' must be 'text'", "'response_format.type' must be 'json_schema' or 'text'"],
        ),
    ],
)
async def test_a_server_that_refuses_is_asked_at_the_next_level_and_there_at_once_from_then_on(
    spec: str, takes: str | None, refusals: list[str]
) -> None:
    with StreamingServer(*map(refuse, refusals), otherwise=answer(ADA)) as server:
        conversation = chat_with(open_model(spec, Access(KEYS, server.base_url)))
        events = await take_turn(conversation, "Ada is 36.")
        asked = len(server.requests)
        await take_turn(conversation, "Once more.")
    stepped = [event for event in events if isinstance(event, SteppedDown)]
    assert len(stepped) == len(refusals)
    assert all(said in str(event.error) for said, event in zip(refusals, stepped, strict=True))
    assert asked == len(refusals) + 1
    assert len(server.requests) == asked + 1
    expected = {"type": takes} if takes else None
    assert [format_of(received) for received in server.requests[-2:]] == [expected, expected]
    assert "JSON Schema" in server.requests[-1].body["messages"][-1]["content"]
    assert document(conversation) == KEPT


async def test_a_server_that_ignores_the_schema_in_silence_is_asked_to_mend() -> None:
    with StreamingServer(answer("Ada is old."), otherwise=answer(ADA)) as server:
        conversation = chat_with(open_model("vllm/any", Access({}, server.base_url)))
        events = await take_turn(conversation, "Ada is 36.")
    assert len([event for event in events if isinstance(event, AskedAgain)]) == 1
    first, second = server.requests
    assert [message["role"] for message in second.body["messages"]] == ["user", "assistant", "user"]
    assert second.body["messages"][1]["content"] == "Ada is old."
    assert format_of(first) == format_of(second)
    assert document(conversation) == KEPT


async def test_the_fields_of_a_body_are_in_the_order_of_the_sdk() -> None:
    with StreamingServer(answer("=yes")) as server:
        model = open_model("gpt-6-luna", Access(KEYS, server.base_url))
        setup = Setup("a", "", model, shape=AnyWords(), cache_key="4b1d")
        request = await Conversation(setup).next_request("Hello")
        await take_turn(Conversation(setup), "Hello")
    fields = list(server.requests[0].body)
    assert fields.index("response_format") < fields.index("stream_options")
    shown = [name for name in model.payload(request) if name not in ("model", "stream", "messages")]
    assert shown == [name for name in fields if name in shown]


# The demo model, through all of it.


@pytest.mark.parametrize("wish", ["", "Put it in a fence.", "Make a mistake.", "Answer in prose."])
@pytest.mark.parametrize("many", [False, True])
async def test_the_demo_model_gives_a_valid_document_at_once_or_mends_it(wish: str, many: bool) -> None:
    model = await _quick_demo()
    conversation = chat_with(model, shape_named("name, age int", Path("."), many=many))
    text = f"Ada is 36.\nBob is 41.\n{wish}" if many else f"Ada is 36. {wish}"
    events = await take_turn(conversation, text.strip())
    people = [{"name": "Ada", "age": 36}, {"name": "Bob", "age": 41}]
    assert document(conversation) == (people if many else people[0])
    mended = any(isinstance(event, AskedAgain) for event in events)
    assert mended is (wish in ("Make a mistake.", "Answer in prose."))
    counted, said = conversation.last_counts or (0, 1)
    assert counted == said  # with the schema


async def _quick_demo() -> Model:
    async def no_time(seconds: float) -> None:
        return None

    return replace(open_model("demo", Access({})), chat_model=DemoChat(no_time))
