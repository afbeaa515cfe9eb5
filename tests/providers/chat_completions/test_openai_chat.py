"""A model behind a real server, through the real SDK: what is sent, what comes back, and when it is given up."""

import asyncio
import json
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from chatbot_cli.chat.events import Finished, ModelEvent, ReasoningDelta, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Ending, Message, Request
from chatbot_cli.chat.options import NUMBERS, OPTION_NAMES, Options
from chatbot_cli.chat.prices import PricePerMillion, UnknownPrices
from chatbot_cli.errors import ReplyCut, TimedOut
from chatbot_cli.providers.chat_completions.openai_chat import OpenAIChat
from chatbot_cli.providers.chat_completions.request_body import payload_of
from chatbot_cli.providers.entries.provider import Dialect
from chatbot_cli.providers.route.endpoint import Endpoint, Timeouts
from tests.providers.asking import HELLO, KEY, ask, chat_at
from tests.streaming_server import (
    DONE,
    HANG_UP,
    RESET,
    SILENCE,
    STOP,
    Pause,
    Reply,
    StreamingServer,
    answer,
    chunk,
    event,
    page,
    stream,
    text,
)

DISCONNECTION = 10.0  # seconds; a bound for a broken test, not a measure
COMPLETE = Finished(Ending.COMPLETE)


async def test_a_reply_comes_in_pieces_with_its_end_and_its_cost() -> None:
    with StreamingServer(answer("Hello, ", "Ada.", usage=(100, 20))) as server:
        reply = await ask(chat_at(server.base_url, prices=PricePerMillion(1000, 2000)))
    assert reply.error is None
    assert reply.events == [TextDelta("Hello, "), TextDelta("Ada."), COMPLETE, TokensUsed(100, 20, 0.14, saved=0.0)]


async def test_the_request_is_sent_as_the_api_wants_it() -> None:
    messages = (Message("system", "Be brief."), Message("user", "Hi"), Message("assistant", "Ho"), Message("user", "?"))
    with StreamingServer() as server:
        await ask(chat_at(server.base_url), Request(messages, Options(temperature=0.0, max_reply_tokens=50)))
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "model": "gpt-6-luna",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Ho"},
            {"role": "user", "content": "?"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.0,
        "max_completion_tokens": 50,
    }


EVERY: dict[str, Any] = {name: NUMBERS[name].high for name in OPTION_NAMES if name in NUMBERS}
EVERY |= {"stop": ("END",), "effort": "low", "extra": (("top_k", '{"a": [1]}'),)}
SENT: dict[str, object] = {"stop": ["END"], "extra": {"a": [1]}}


@pytest.mark.parametrize("option", OPTION_NAMES)
async def test_every_option_reaches_the_server_under_one_name(option: str) -> None:
    values = {option: EVERY[option]}
    with StreamingServer() as server:
        await ask(chat_at(server.base_url), Request((Message("user", "?"),), Options(**values)))
    named_otherwise = {"max_reply_tokens": "max_completion_tokens", "effort": "reasoning_effort", "extra": "top_k"}
    body = server.requests[0].body
    assert body.keys() - {"model", "messages", "stream", "stream_options"} == {named_otherwise.get(option, option)}
    assert SENT.get(option, EVERY[option]) in body.values()


async def test_the_query_of_a_base_url_stands_where_a_gateway_looks_for_it() -> None:
    with StreamingServer() as server:
        reply = await ask(chat_at(f"{server.base_url}/?api-version=2026&team=a%20b"))
    assert reply.text == "Hello!"
    assert server.requests[0].path == "/v1/chat/completions?api-version=2026&team=a+b"


async def test_a_server_cannot_tell_what_stands_in_its_address() -> None:
    echo = page({"error": {"message": "No user Secret1234, no token T0ken5678."}}, 403)
    with StreamingServer(echo) as server:
        reply = await ask(chat_at(f"{server.base_url.replace('//', '//me:Secret1234@')}?token=T0ken5678"))
    assert str(reply.error).endswith(": No user [key], no token [key].")


def test_what_was_not_set_is_not_sent() -> None:
    assert payload_of(HELLO, "m").keys() == {"model", "messages", "stream", "stream_options"}


def test_the_reply_limit_has_the_name_the_server_knows() -> None:
    assert payload_of(Request((), Options(max_reply_tokens=7)), "m")["max_tokens"] == 7


@pytest.mark.parametrize("limit_field", ["max_tokens", "max_completion_tokens"])
async def test_a_payload_with_every_option_has_the_order_in_which_it_is_sent(limit_field: str) -> None:
    request = replace(HELLO, options=Options(**EVERY), cache_key="4b1d")
    assert len(request.options.given()) == len(OPTION_NAMES)
    with StreamingServer() as server:
        endpoint = Endpoint(server.base_url, "m", "k")
        chat = OpenAIChat(endpoint, dialect=Dialect(limit_field, takes_cache_key=True), prices=UnknownPrices())
        await ask(chat, request)
    payload = payload_of(request, "m", Dialect(limit_field, takes_cache_key=True))
    assert len(payload) == 5 + len(OPTION_NAMES)
    assert json.dumps(payload, separators=(",", ":")).encode() == server.requests[0].raw


@pytest.mark.parametrize(("takes", "sent"), [(True, "4b1d"), (False, None)])
def test_the_key_of_the_cache_goes_only_where_it_is_known(takes: bool, sent: str | None) -> None:
    payload = payload_of(Request((), cache_key="4b1d"), "m", Dialect(takes_cache_key=takes))
    assert payload.get("prompt_cache_key") == sent


async def test_text_that_cannot_be_encoded_is_mended_on_its_way_out() -> None:
    with StreamingServer() as server:
        reply = await ask(chat_at(server.base_url), Request((Message("user", "a\ud800b \N{GRINNING FACE}"),)))
    assert reply.text == "Hello!"
    assert server.requests[0].body["messages"][0]["content"] == "a\ufffdb \N{GRINNING FACE}"


ODD_CHUNKS: dict[str, tuple[bytes, list[ModelEvent]]] = {
    "no choices": (event({"choices": []}), []),
    "null choices": (event({"choices": None}), []),
    "a null choice": (event({"choices": [None]}), []),
    "no fields at all": (event({}), []),
    "null": (event("null"), []),
    "a number": (event("5"), []),
    "a list": (event([1]), []),
    "null delta": (event({"choices": [{"delta": None}]}), []),
    "null content": (chunk(content=None), []),
    "empty content": (chunk(content=""), []),
    "content of another type": (chunk(content={"type": "text"}), []),
    "content in parts": (
        chunk(content=[{"type": "text", "text": "a"}, {"type": "x"}, 5, {"text": 5}]),
        [TextDelta("a")],
    ),
    "thoughts in parts, as Mistral sends them": (
        chunk(
            content=[
                {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}, 5, {"type": "x"}], "closed": True},
                {"type": "text", "text": "a"},
            ]
        ),
        [ReasoningDelta("Hm."), TextDelta("a")],
    ),
    "usage that is no count": (event({"choices": [], "usage": {"prompt_tokens": 10**30, "completion_tokens": -1}}), []),
    "an empty finish reason": (chunk("", content="a"), [TextDelta("a")]),
    "usage of another shape": (event({"choices": [], "usage": {"total_tokens": 1}}), []),
    "a comment": (b": still here\n\n", []),
    "reasoning": (chunk(reasoning="Hm."), [ReasoningDelta("Hm.")]),
    "reasoning under its other name": (chunk(reasoning_content="Hm.", content=None), [ReasoningDelta("Hm.")]),
    "a lone surrogate": (text("a\udc00b"), [TextDelta("a\ufffdb")]),
    "a pair over two pieces": (text("a\ud83d", "\ude00"), [TextDelta("a"), TextDelta("\N{GRINNING FACE}")]),
    "half a pair at the end": (text("a\ud83d"), [TextDelta("a"), TextDelta("\ufffd")]),
}


@pytest.mark.parametrize("name", ODD_CHUNKS)
async def test_odd_chunks_do_no_harm(name: str) -> None:
    odd, expected = ODD_CHUNKS[name]
    with StreamingServer(stream(odd, STOP)) as server:
        reply = await ask(chat_at(server.base_url))
    assert reply.error is None
    assert reply.events == [*expected, COMPLETE]


USED = TokensUsed(5, 2)
USAGE_EVENT = event({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2}})


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(chunk("stop") + USAGE_EVENT + DONE, id="on its own chunk"),
        pytest.param(chunk("stop") + chunk(usage=(5, 2)) + DONE, id="with an empty delta"),
        pytest.param(chunk("stop", usage=(5, 2)) + DONE, id="on the last chunk"),
        pytest.param(chunk(usage=(3, 0)) + chunk("stop", usage=(5, 2)) + DONE, id="growing"),
        pytest.param(chunk("stop") + USAGE_EVENT, id="without DONE"),
    ],
)
async def test_usage_is_found_wherever_the_server_puts_it(ending: bytes) -> None:
    with StreamingServer(stream(text("Yes."), ending)) as server:
        reply = await ask(chat_at(server.base_url))
    assert reply.events == [TextDelta("Yes."), COMPLETE, USED]


async def test_a_refusal_is_a_reply_that_says_so() -> None:
    with StreamingServer(stream(chunk(refusal="I will"), chunk(refusal=" not."), STOP)) as server:
        reply = await ask(chat_at(server.base_url))
    assert reply.events == [TextDelta("I will"), TextDelta(" not."), Finished(Ending.REFUSED)]


async def test_a_stream_without_a_finish_reason_ends_without_finished() -> None:
    with StreamingServer(stream(text("Ye"), DONE)) as server:
        reply = await ask(chat_at(server.base_url))
    assert reply.error is None
    assert reply.events == [TextDelta("Ye")]


@pytest.mark.parametrize("after", [RESET, HANG_UP, SILENCE, event("{"), event({"error": {"message": "late"}})])
async def test_what_goes_wrong_after_the_end_of_a_reply_does_not_matter(after: Any) -> None:
    with StreamingServer(stream(text("Yes.") + chunk("stop"), after)) as server:
        reply = await ask(chat_at(server.base_url, Timeouts(idle=0.1)))
    assert reply.error is None
    assert reply.events == [TextDelta("Yes."), COMPLETE]


async def test_a_reply_that_has_ended_is_not_waited_for_as_long_as_something_comes() -> None:
    endless = [step for _ in range(200) for step in (chunk(content=""), Pause(0.05))]
    with StreamingServer(stream(text("Yes."), chunk("stop"), *endless, SILENCE)) as server:
        reply = await ask(chat_at(server.base_url, Timeouts(idle=0.3)))
        assert reply.events == [TextDelta("Yes."), COMPLETE]
        assert await asyncio.to_thread(server.requests[0].left.wait, DISCONNECTION)


@pytest.mark.parametrize("silent", [stream(SILENCE), stream(b"", SILENCE), stream(chunk(role="assistant"), SILENCE)])
async def test_a_server_that_does_not_begin_is_given_up(silent: Reply) -> None:
    error = await error_after_silence(silent, Timeouts(first_token=0.1))
    assert str(error) == "gpt-6-luna did not begin to answer within 0.1 seconds."


async def test_a_server_that_falls_silent_is_given_up() -> None:
    error = await error_after_silence(stream(text("Ye"), SILENCE), Timeouts(idle=0.1))
    assert str(error) == "The reply was cut off: nothing came for 0.1 seconds."


async def error_after_silence(silent: Reply, timeouts: Timeouts) -> TimedOut | ReplyCut:
    with StreamingServer(silent) as server:
        reply = await ask(chat_at(server.base_url, timeouts))
        assert all([await asyncio.to_thread(request.left.wait, DISCONNECTION) for request in server.requests])
    assert isinstance(reply.error, TimedOut | ReplyCut)
    return reply.error


async def test_cancelling_in_mid_stream_closes_the_connection() -> None:
    with StreamingServer(stream(text("Once upon"), SILENCE)) as server:
        begun = asyncio.Event()

        async def read() -> None:
            async for _ in chat_at(server.base_url).stream(HELLO):
                begun.set()

        reading = asyncio.create_task(read())
        await begun.wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert await asyncio.to_thread(server.requests[0].left.wait, DISCONNECTION)


async def test_closing_the_iterator_closes_the_connection() -> None:
    with StreamingServer(stream(text("Once upon"), SILENCE)) as server:
        async with aclosing(chat_at(server.base_url).stream(HELLO)) as events:
            assert await anext(events) == TextDelta("Once upon")
        assert await asyncio.to_thread(server.requests[0].left.wait, DISCONNECTION)


async def test_the_connection_is_kept_for_the_next_turn() -> None:
    with StreamingServer() as server:
        chat = chat_at(server.base_url)
        await ask(chat)
        await ask(chat)
    assert [request.connection for request in server.requests] == [0, 0]


async def test_a_kept_connection_that_the_server_closes_is_replaced_unseen() -> None:
    with StreamingServer(answer("One."), stream(HANG_UP), answer("Two.")) as server:
        chat = chat_at(server.base_url)
        assert (await ask(chat)).text == "One."
        second = await ask(chat)
    assert (second.text, second.error) == ("Two.", None)
    assert [request.connection for request in server.requests] == [0, 0, 1]


async def test_a_new_connection_is_tried_once_only() -> None:
    with StreamingServer(otherwise=stream(HANG_UP)) as server:
        reply = await ask(chat_at(server.base_url))
    assert reply.error is not None
    assert len(server.requests) == 1


def test_one_model_serves_several_event_loops() -> None:
    with StreamingServer() as server:
        chat = chat_at(server.base_url)
        assert [asyncio.run(ask(chat)).text for _ in range(3)] == ["Hello!"] * 3
    assert [request.connection for request in server.requests] == [0, 1, 2]


def test_event_loops_that_run_by_turns_keep_their_own_connections() -> None:
    with StreamingServer() as server:
        chat = chat_at(server.base_url)
        with asyncio.Runner() as one, asyncio.Runner() as two:
            assert [loop.run(ask(chat)).text for loop in (one, two, one)] == ["Hello!"] * 3
    assert [request.connection for request in server.requests] == [0, 1, 0]


async def test_two_replies_can_stream_side_by_side() -> None:
    with StreamingServer(otherwise=lambda request: answer(request.body["messages"][0]["content"] + "!")) as server:
        chat = chat_at(server.base_url)
        replies = await asyncio.gather(*(ask(chat, Request((Message("user", word),))) for word in ("One", "Two")))
    assert [reply.text for reply in replies] == ["One!", "Two!"]


async def test_another_server_gets_the_key_meant_for_it_and_nothing_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The SDK reads these by itself; a folder's .env can name a stranger's server.
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer gateway-secret\nX-Team: secret")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    with StreamingServer(answer("Hi.")) as server:
        assert (await ask(chat_at(server.base_url))).text == "Hi."
    headers = server.requests[0].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert "secret" not in str(headers)
