"""What a server wants back of its own replies: it goes to that server, and to no other."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chatbot_cli.chat.events import CallsArrived
from chatbot_cli.chat.messages import Exchange, Message, Request
from chatbot_cli.chat.prices import UnknownPrices
from chatbot_cli.chat.rounds import Round, ToolCall, ToolResult
from chatbot_cli.chat.thoughts import MadeBy, Thoughts, Told
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.errors import RequestRefused
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.chat_completions.openai_chat import OpenAIChat
from chatbot_cli.providers.chat_completions.request_body import payload_of
from chatbot_cli.providers.entries.provider import REASONING_FIELD, Dialect
from chatbot_cli.providers.route.endpoint import Access, Endpoint
from tests.entries import dialect_at
from tests.providers.asking import HELLO, ask, chat_at
from tests.streaming_server import DONE, Received, Reply, StreamingServer, answer, chunk, page, stream

SIGNED = {
    "index": 0,
    "id": "function-call-1",
    "function": {"name": "time", "arguments": "{}"},
    "extra_content": {"google": {"thought_signature": "CpkB"}},
    "id_of_nothing": None,
}
CALLED = stream(chunk("tool_calls", tool_calls=[SIGNED]), DONE)
OFFERED = (ToolDefinition("time"),)


def after(*calls: ToolCall) -> Request:
    one = Round(calls, tuple(ToolResult("Noon.") for _ in calls), thoughts=Thoughts("They want the time."))
    exchange = Exchange("What is the time?", "Noon.", rounds=(one,))
    return Request((*exchange.messages, Message("user", "Sure?")), tools=OFFERED)


async def test_a_signature_of_a_call_goes_back_to_its_server_and_not_to_another_one() -> None:
    with StreamingServer(CALLED) as own, StreamingServer() as other:
        came = await ask(chat_at(own.base_url), replace(HELLO, tools=OFFERED))
        (calls,) = [event.calls for event in came.events if isinstance(event, CallsArrived)]
        for server in (own, other):
            await ask(chat_at(server.base_url), after(*calls))
        (back,), (none,) = (calls_in(server.requests[-1].body) for server in (own, other))
        assert back["extra_content"] == SIGNED["extra_content"]
        assert none.keys() == {"id", "type", "function"}
        assert own.base_url not in calls[0].extra


@pytest.mark.parametrize("extra", ['{"id": "x"}', "nonsense", '{"from": "x", "fields": {"id": "y"}}', "[" * 2000, "7"])
def test_what_nobody_knows_the_server_of_is_not_sent(extra: str) -> None:
    (call,) = calls_in(payload_of(after(ToolCall("c", "time", extra=extra)), "m", address="http://here/v1"))
    assert call["function"] == {"name": "time", "arguments": "{}"}
    assert call.keys() == {"id", "type", "function"}


def calls_in(body: Any) -> list[dict[str, Any]]:
    return [call for message in body["messages"] for call in message.get("tool_calls", ())]


def reasoning_in(body: Any) -> list[object]:
    return [message.get(REASONING_FIELD) for message in body["messages"] if message.get("tool_calls")]


def test_reasoning_before_calls_goes_back_to_servers_that_are_known_to_want_it() -> None:
    request = after(ToolCall("c", "time"))
    assert reasoning_in(payload_of(request, "m", dialect_at("https://api.deepseek.com/v1"))) == ["They want the time."]
    assert "They want" in json.dumps(payload_of(request, "m", dialect_at("https://openrouter.ai/api/v1")))
    assert dialect_at("https://notopenrouter.ai/v1") == Dialect()
    assert "They want" not in json.dumps(payload_of(request, "m"))


def wants_reasoning(received: Received) -> Reply:
    if reasoning_in(received.body) == ["They want the time."]:
        return answer("Yes.")
    said = f"The `{REASONING_FIELD}` in the thinking mode must be passed back to the API."
    return page({"error": {"message": said}}, 400)


async def test_a_server_that_asks_for_reasoning_gets_it_from_then_on() -> None:
    with StreamingServer(otherwise=wants_reasoning) as server:
        chat = chat_at(server.base_url)
        for _ in range(2):
            assert (await ask(chat, after(ToolCall("c", "time")))).text == "Yes."
        assert len(server.requests) == 3


async def test_a_server_that_asks_for_reasoning_again_and_again_is_asked_twice() -> None:
    said = page({"error": {"message": f"{REASONING_FIELD} is wrong"}}, 400)
    with StreamingServer(otherwise=said) as server:
        assert type((await ask(chat_at(server.base_url), after(ToolCall("c", "time")))).error) is RequestRefused
        assert len(server.requests) == 2
        assert type((await ask(chat_at(server.base_url))).error) is RequestRefused
        assert len(server.requests) == 3


async def test_arguments_that_came_as_a_large_object_are_whole() -> None:
    order = {"lines": [{"item": {"name": "tea", "size": {"in": {"g": n}}}} for n in range(600)]}
    called = {"index": 0, "id": "c", "function": {"name": "time", "arguments": order}}
    with StreamingServer(stream(chunk("tool_calls", tool_calls=[called]), DONE)) as server:
        came = await ask(chat_at(server.base_url), replace(HELLO, tools=OFFERED))
    (calls,) = [event.calls for event in came.events if isinstance(event, CallsArrived)]
    assert json.loads(calls[0].arguments) == order


@pytest.mark.parametrize(
    ("spec", "sent"),
    [("gemini/gemini-3.8-flash", {"type": "string", "enum": ["x"]}), ("gpt-6-luna", {"const": "x"})],
)
def test_a_provider_is_sent_schemas_in_the_words_that_it_takes(spec: str, sent: object) -> None:
    model = open_model(spec, Access({"GEMINI_API_KEY": "AIza", "OPENAI_API_KEY": "sk-1"}))
    schema = '{"type": "object", "properties": {"a": {"const": "x"}}}'
    payload: Any = model.payload(Request((Message("user", "Hi"),), tools=(ToolDefinition("f", parameters=schema),)))
    assert payload["tools"][0]["function"]["parameters"]["properties"]["a"] == sent


THOUGHT_BY = MadeBy("m", "http://here/v1")


@pytest.mark.parametrize("back", ["never", "with-tools", "always"])
def test_thoughts_before_a_reply_go_back_in_the_field_of_the_entry_if_it_says_always(back: str) -> None:
    told = Told(THOUGHT_BY, back == "always")
    exchange = Exchange("What is the time?", "Noon.", thoughts=Thoughts("Is it? \ud83d", 1.0, THOUGHT_BY))
    request = Request((*exchange.as_told(told).messages, Message("user", "Sure?")))
    payload = payload_of(request, "m", Dialect(reasoning_field="thinks", reasoning_back=back))
    expected = {"role": "assistant", "content": "Noon."} | ({"thinks": "Is it? \ufffd"} if told.always else {})
    assert payload["messages"][1] == expected


async def test_a_server_that_refuses_thoughts_after_all_is_not_sent_them_again() -> None:
    exchange = Exchange("What is the time?", "Noon.", thoughts=Thoughts("Is it?", 1.0, THOUGHT_BY))
    request = Request((*exchange.as_told(Told(THOUGHT_BY, always=True)).messages, Message("user", "Sure?")))
    refusal = page({"error": {"message": f"Extra inputs are not permitted: {REASONING_FIELD}"}}, 400)
    with StreamingServer(refusal, answer("Yes."), answer("Yes.")) as server:
        endpoint = Endpoint(server.base_url, "m", "sk-made-up", "KEY")
        dialect = Dialect(reasoning_field=REASONING_FIELD, reasoning_back="always")
        chat = OpenAIChat(endpoint, dialect=dialect, prices=UnknownPrices())
        for _ in range(2):
            assert (await ask(chat, request)).text == "Yes."
        assert [REASONING_FIELD in str(received.body) for received in server.requests] == [True, False, False]
