"""What Claude is sent: every field pinned, and nothing that is unset."""

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.app.shapes import shape_named
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import SteppedDown
from chatbot_cli.chat.mend_events import SentWithout
from chatbot_cli.chat.messages import Exchange, Message, Request
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.rounds import CallId, Reasoning, ToolCall
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.shape import Demand, Level
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.errors import SettingsError
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.entries.provider import MESSAGES, Dialect
from chatbot_cli.providers.entries.registry import built_in
from chatbot_cli.providers.messages_api.messages_chat import MessagesChat
from chatbot_cli.providers.messages_api.request_body import payload_of
from chatbot_cli.providers.messages_api.wire_messages import wire_messages
from chatbot_cli.providers.route.endpoint import Access
from tests.chat.turns import say, take_turn
from tests.fakes import model_with
from tests.messages_events import answer, refusal
from tests.providers.asking import ask, messages_chat_at
from tests.rounds import A_PICTURE
from tests.streaming_server import StreamingServer

MARK = {"type": "ephemeral"}
HELLO = Message("user", "Hello")
SONNET, HAIKU = "claude-sonnet-5-5", "claude-haiku-4-5"
CLAUDE = built_in().rows["anthropic"].dialect
KEYS = {"ANTHROPIC_API_KEY": "sk-ant-0123456789"}


def sent(*messages: Message, model: str = SONNET, dialect: Dialect = CLAUDE, **request: Any) -> dict[str, Any]:
    return payload_of(Request(messages or (HELLO,), **request), model, dialect)


def test_nothing_that_is_unset_is_sent() -> None:
    payload = open_model(f"anthropic/{SONNET}", Access(KEYS)).payload(Request((HELLO,)))
    assert json.dumps(payload) == json.dumps(
        {
            "model": SONNET,
            "max_tokens": 128_000,
            "stream": True,
            "cache_control": MARK,
            "messages": [{"role": "user", "content": "Hello"}],
        }
    )


def test_all_that_is_set_is_sent_under_its_name() -> None:
    options = Options(0.5, 0.9, 100, seed=7, stop=("END", " "), effort="high", extra=(("service_tier", '"auto"'),))
    tools = (ToolDefinition("time", "Tells the time."),)
    assert sent(Message("system", "Be kind."), HELLO, options=options, tools=tools, cache_key="k") == {
        "model": SONNET,
        "max_tokens": 100,
        "stream": True,
        "cache_control": MARK,
        "system": [{"type": "text", "text": "Be kind.", "cache_control": MARK}],
        "tools": [
            {"name": "time", "description": "Tells the time.", "input_schema": {"type": "object", "properties": {}}}
        ],
        "output_config": {"effort": "high"},
        "thinking": {"type": "adaptive", "display": "summarized"},
        "temperature": 0.5,
        "top_p": 0.9,
        "stop_sequences": ["END"],
        "messages": [{"role": "user", "content": "Hello"}],
        "service_tier": "auto",
    }


def test_what_a_server_does_not_take_is_left_out() -> None:
    never = ("temperature", "cache_control", "thinking")
    own = built_in().with_own({"anthropic": {"never": [*never]}})
    model = open_model(f"anthropic/{SONNET}", Access(KEYS, providers=own))
    payload = model.payload(Request((Message("system", "Be kind."), HELLO), Options(0.5, effort="low")))
    assert not payload.keys() & {*never}
    assert payload["system"] == "Be kind."
    assert "cache_control" not in sent(dialect=CLAUDE._replace(cache="none"))


@pytest.mark.parametrize(
    ("model", "effort", "thinking", "said"),
    [
        (SONNET, "low", {"type": "adaptive", "display": "summarized"}, "low"),
        (SONNET, "max", {"type": "adaptive", "display": "summarized"}, "max"),
        (SONNET, "none", None, "none"),  # it cannot be told not to think: "none" becomes "low", and that is said
        ("claude-haiku-5-5", "none", {"type": "disabled"}, None),
        (HAIKU, "none", None, None),
        (HAIKU, "low", {"type": "enabled", "budget_tokens": 2_048}, None),
        (HAIKU, "medium", {"type": "enabled", "budget_tokens": 8_192}, None),
        (HAIKU, "high", {"type": "enabled", "budget_tokens": 24_576}, None),
        (HAIKU, "max", {"type": "enabled", "budget_tokens": 49_152}, None),
        ("claude-of-tomorrow", "medium", {"type": "adaptive", "display": "summarized"}, "medium"),
        (SONNET, None, None, None),
        (HAIKU, None, None, None),
    ],
)
def test_how_much_a_model_thinks_is_said_as_it_wants_it(
    model: str, effort: str | None, thinking: object, said: str | None
) -> None:
    payload = sent(model=model, options=Options(effort=effort))
    assert payload.get("thinking") == thinking
    assert payload.get("output_config", {}).get("effort") == said


@pytest.mark.parametrize(("longest", "budget"), [(4_096, 3_072), (2_048, 1_024), (2_047, None), (100, None)])
def test_thoughts_leave_room_for_a_reply(longest: int, budget: int | None) -> None:
    payload = sent(model=HAIKU, options=Options(effort="high", max_reply_tokens=longest))
    assert payload.get("thinking") == (budget and {"type": "enabled", "budget_tokens": budget})


@pytest.mark.parametrize(
    ("model", "longest"), [(SONNET, 128_000), (HAIKU, 64_000), ("claude-of-tomorrow", 32_000), ("qwen-of-mine", 32_000)]
)
def test_a_reply_may_be_as_long_as_the_model_can(model: str, longest: int) -> None:
    assert sent(model=model)["max_tokens"] == longest
    assert sent(model=model, options=Options(max_reply_tokens=999_999))["max_tokens"] == longest


def test_users_are_joined_nothing_is_empty_and_half_characters_are_mended() -> None:
    assert wire_messages(
        (
            Message("user", "One \ud83d"),
            Message("assistant", " \n"),
            Message("user", "two"),
            Message("user", "What is it?", (A_PICTURE,)),
            Message("assistant", "A cat."),
        )
    ) == [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "One \ufffd\n\ntwo"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0K"}},
                {"type": "text", "text": "What is it?"},
            ],
        },
        {"role": "assistant", "content": "A cat."},
    ]


def test_results_stand_before_the_question_that_follows_them() -> None:
    messages = (
        Message("assistant", " ", (ToolCall("call_1", "we b", '{"a": 1}'), ToolCall("call_2", "time"))),
        Message("tool", "Snow.", (CallId("call_1"),)),
        Message("tool", "(denied)", (CallId("call_2", failed=True),)),
        Message("user", "Go on."),
    )
    called, answered = wire_messages((HELLO, *messages))[1:]
    first, second = (one["id"] for one in called["content"])
    assert called["content"] == [
        {"type": "tool_use", "id": first, "name": "we_b", "input": {"a": 1}},
        {"type": "tool_use", "id": second, "name": "time", "input": {}},
    ]
    assert answered["content"] == [
        {"type": "tool_result", "tool_use_id": first, "content": "Snow."},
        {"type": "tool_result", "tool_use_id": second, "content": "(denied)", "is_error": True},
        {"type": "text", "text": "Go on."},
    ]


@pytest.mark.parametrize("seal", ["", "null", "{", '[{"type": "thinking", "thinking": "Hm."}]', '["x"]', "[" * 100_000])
def test_thoughts_without_a_seal_of_this_protocol_stay_here(seal: str) -> None:
    call = Message("assistant", "So.", (ToolCall("c", "time"), Reasoning("Hm.", seal)))
    (content,) = (one["content"] for one in wire_messages((call,)))
    assert [block["type"] for block in content] == ["text", "tool_use"]


def test_a_schema_goes_in_the_words_that_claude_takes() -> None:
    shape = shape_named('{"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}}', Path("."))
    schema = {
        "type": "object",
        "properties": {"age": {"type": "integer", "description": "At least 0"}},
        "required": [],
        "additionalProperties": False,
    }
    demand = Demand(shape, Level.SCHEMA)
    format_of_reply = {"type": "json_schema", "schema": schema}
    assert sent(demand=demand)["output_config"] == {"format": format_of_reply}
    both = sent(demand=demand, options=Options(effort="low"))["output_config"]
    assert both == {"effort": "low", "format": format_of_reply}
    assert "output_config" not in sent(demand=Demand(shape, Level.OBJECT))


async def test_a_schema_that_is_refused_is_said_in_words_instead() -> None:
    said = "output_config.format.schema: Schema is too complex"
    with StreamingServer(refusal(400, "invalid_request_error", said), answer('{"age": 36}')) as server:
        model = model_with(messages_chat_at(server.base_url))
        conversation = Conversation(Setup("a", "", model, shape=shape_named("age int", Path("."))))
        events = await take_turn(conversation, "Ada is 36.")
        assert [event.level for event in events if isinstance(event, SteppedDown)] == [Level.OBJECT]
        first, second = (received.body for received in server.requests)
    assert json.loads(conversation.exchanges[-1].assistant) == {"age": 36}
    assert ("output_config" in first, "output_config" in second) == (True, False)
    assert "JSON Schema" in json.dumps(second["messages"])


async def test_every_request_begins_like_the_one_before_but_for_one() -> None:
    turns, most, slide = 12, 8, 4
    with StreamingServer(otherwise=answer("Grüße.")) as server:
        model = model_with(messages_chat_at(server.base_url))
        setup = Setup(
            "a", "Be kind — 你好.", model, (Exchange("Tea?", "Yes."),), Options(0.5), max_turns=most, slide=slide
        )
        conversation = Conversation(setup)
        for turn in range(turns):
            await say(conversation, f"Question {turn}?")
        bodies = [received.body for received in server.requests]
    assert len({json.dumps({**body, "messages": 0}) for body in bodies}) == 1
    messages = [[json.dumps(one) for one in body["messages"]] for body in bodies]
    breaks = [turn for turn, (one, two) in enumerate(pairwise(messages), 1) if two[: len(one)] != one]
    assert breaks == [most + 1]


async def test_claude_answers_without_its_library_and_one_line_says_what_that_costs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert open_model(f"anthropic/{SONNET}", Access(KEYS)).note == ""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    model = open_model(f"anthropic/{SONNET}", Access(KEYS))
    lost = "without cache, thinking and schema, so a long chat costs about ten times as much"
    begin = f"{SONNET} answers over Chat Completions, {lost}. This mends it: "
    assert model.note.startswith(begin)
    assert "'chatbot-cli[claude]'" in model.note
    assert model.shape_level is Level.WORDS
    payload = model.payload(Request((HELLO,), Options(max_reply_tokens=5)))
    assert payload == {
        "model": SONNET,
        "stream": True,
        "messages": [{"role": "user", "content": "Hello"}],
        "max_tokens": 5,
        "stream_options": {"include_usage": True},
    }
    own = {"mine": {"url": "http://localhost:1/v1", "speaks": MESSAGES}}
    with pytest.raises(SettingsError, match="takes Anthropic's library"):
        open_model("mine/m", Access({}, providers=built_in().with_own(own)))


async def test_a_broken_library_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, MessagesChat.__module__, None)  # as if it could not be imported
    error = (await ask(open_model(f"anthropic/{SONNET}", Access(KEYS)).chat_model, Request((HELLO,)))).error
    assert isinstance(error, SettingsError)
    assert str(error).startswith("The library anthropic cannot be loaded: ")
    assert error.hint.endswith(" --upgrade anthropic")


def at(server: StreamingServer) -> Access:
    return Access(KEYS, providers=built_in().with_own({"anthropic": {"url": server.base_url}}))


async def test_a_temperature_that_claude_refuses_is_left_out_and_said_so() -> None:
    said = "`temperature` is deprecated for this model."
    with StreamingServer(refusal(400, "invalid_request_error", said), answer("Hi"), answer("Hi")) as server:
        chat = open_model(f"anthropic/{HAIKU}", at(server)).chat_model
        request = Request((HELLO,), Options(0.5))
        events = (await ask(chat, request)).events
        assert [one for one in events if isinstance(one, SentWithout)] == [SentWithout("temperature", "", HAIKU)]
        assert (await ask(chat, request)).text == "Hi"
        assert ["temperature" in received.body for received in server.requests] == [True, False, False]


async def test_what_the_list_knows_to_be_refused_is_not_sent() -> None:
    with StreamingServer(answer("Hi")) as server:
        model = open_model(f"anthropic/{SONNET}", at(server))
        request = Request((HELLO,), Options(0.5, effort="none"))
        events = (await ask(model.chat_model, request)).events
        (received,) = server.requests
    told = {one.field: one.sent for one in events if isinstance(one, SentWithout)}
    assert told == {"temperature": "", "output_config.effort": "low"}
    assert model.payload(request) == received.body
    assert "temperature" not in received.body
    assert received.body["output_config"] == {"effort": "low"}
