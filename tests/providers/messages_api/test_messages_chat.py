"""A model over Anthropic's own protocol: the real SDK against a real server on 127.0.0.1."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from chatbot_cli.chat.events import CallsArrived, Finished, ReasoningDelta, TextDelta, ThoughtsSealed, TokensUsed
from chatbot_cli.chat.mend_events import SentWithout
from chatbot_cli.chat.messages import Ending, Message, Request, messages_of_round
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.rounds import CallOutcome, Round, ToolCall, ToolResult
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.errors import (
    ChatError,
    ContextTooLong,
    ImagesRefused,
    ModelNotFound,
    ProviderError,
    QuotaUsedUp,
    RateLimited,
    ReplyCut,
    RequestRefused,
    ServerFailed,
    TimedOut,
    Unauthorized,
)
from chatbot_cli.providers.prices import ListPrices
from chatbot_cli.providers.route.endpoint import Timeouts
from tests.messages_events import (
    PING,
    SIGNED,
    STOP,
    answer,
    begins,
    block,
    ends,
    error_event,
    hidden_thinking,
    open_text,
    refusal,
    text,
    thinking,
    told,
    tool_use,
    whole,
)
from tests.providers.asking import HELLO, KEY, Answer, ask, messages_chat_at
from tests.rounds import A_PICTURE
from tests.streaming_server import HANG_UP, RESET, SILENCE, Reply, Script, StreamingServer, event, stream

TOOLS = (ToolDefinition("weather", "Tells the weather."), ToolDefinition("time", "Tells the time."))
THOUGHT = json.dumps([{"type": "thinking", "thinking": "Hm.", "signature": SIGNED}])
WITH_TOOLS = Request((Message("user", "What is the weather?"),), tools=TOOLS)


async def reply_of(*script: Script, request: Request = HELLO, **how: Any) -> tuple[Answer, list[Any]]:
    """What comes of a request, and the bodies that the server was sent."""
    with StreamingServer(*script) as server:
        came = await ask(messages_chat_at(server.base_url, **how), request)
        return came, [received.body for received in server.requests]


async def test_a_request_goes_where_it_should_with_the_key_in_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "x-secret: of the shell")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "another-key")
    with StreamingServer(answer("Hello!")) as server:
        assert (await ask(messages_chat_at(server.base_url))).text == "Hello!"
        (received,) = server.requests
    assert received.path == "/v1/messages"
    assert received.headers["x-api-key"] == KEY
    assert received.headers["anthropic-version"] == "2023-06-01"
    assert not {"authorization", "x-secret"} & received.headers.keys()
    assert "another-key" not in repr(received.headers)
    assert json.loads(received.raw) == received.body


@pytest.mark.parametrize("end", ["", "/", "/v1/", "/gateway/v1"])
async def test_a_base_url_may_end_as_it_does_elsewhere(end: str) -> None:
    with StreamingServer(answer("Hello!")) as server:
        base = server.base_url.removesuffix("/v1") + end
        assert (await ask(messages_chat_at(base))).text == "Hello!"
        assert server.requests[0].path == f"{end.rstrip('/').removesuffix('/v1')}/v1/messages"


async def test_text_arrives_as_it_is_sent_and_then_the_count_of_tokens() -> None:
    sent = {"input_tokens": 3, "cache_creation_input_tokens": 2_000, "cache_read_input_tokens": 10_000}
    prices = ListPrices("claude-sonnet-5-5", "anthropic", "")
    came, _ = await reply_of(answer("Hel", "lo!", sent=sent, reply=40), prices=prices)
    assert came.events[:3] == [TextDelta("Hel"), TextDelta("lo!"), Finished(Ending.COMPLETE)]
    used = came.events[3]
    assert isinstance(used, TokensUsed)
    assert (used.sent, used.reply, used.cached, used.written) == (12_003, 40, 10_000, 2_000)
    plain = prices.cost(TokensUsed(12_003, 40))
    assert used.cost is not None
    assert used.saved is not None
    assert plain is not None
    assert used.cost + used.saved == pytest.approx(plain.dollars)
    assert 0 < used.cost < plain.dollars


async def test_counts_are_those_of_the_last_event_that_names_them() -> None:
    first = {"input_tokens": 10, "cache_read_input_tokens": 4, "cache_creation_input_tokens": 2}
    last = {"input_tokens": 12, "output_tokens": 90, "cache_read_input_tokens": None, "cache_creation_input_tokens": 0}
    thought = {"output_tokens_details": {"thinking_tokens": 70}}
    came, _ = await reply_of(stream(begins(first), text("Hi"), ends(usage={**last, **thought})))
    assert came.events[-1] == TokensUsed(18, 90, cached=4, written=2, reasoning=70)


@pytest.mark.parametrize(
    ("reason", "ending"),
    [
        ("end_turn", Ending.COMPLETE),
        ("stop_sequence", Ending.COMPLETE),
        ("max_tokens", Ending.LENGTH),
        ("model_context_window_exceeded", Ending.LENGTH),
        ("refusal", Ending.REFUSED),
        ("something_new", Ending.COMPLETE),
    ],
)
async def test_how_a_reply_ends(reason: str, ending: Ending) -> None:
    came, _ = await reply_of(whole(text("Half"), reason=reason))
    assert came.events == [TextDelta("Half"), Finished(ending)]
    assert came.error is None


async def test_a_turn_that_the_server_pauses_is_cut_off() -> None:
    came, _ = await reply_of(whole(text("Half"), reason="pause_turn"))
    assert isinstance(came.error, ReplyCut)
    assert str(came.error) == "The reply was cut off: the server gives the reason pause_turn."


async def test_a_refusal_without_a_word_is_told_in_the_server_s_words() -> None:
    details = {"type": "refusal", "category": "cyber", "explanation": "This could harm."}
    came, _ = await reply_of(stream(begins(), ends("refusal", stop_details=details), STOP))
    assert came.events == [TextDelta("This could harm."), Finished(Ending.REFUSED)]


@pytest.mark.parametrize(
    ("reply", "kind", "sentence", "retryable"),
    [
        (refusal(529, "overloaded_error", "Overloaded"), ServerFailed, "The server failed (529): Overloaded.", True),
        (refusal(500, "api_error", "Oops"), ServerFailed, "The server failed (500): Oops.", True),
        (
            refusal(401, "authentication_error", f"invalid x-api-key {KEY}"),
            Unauthorized,
            "The server does not accept the API key: invalid x-api-key [key].",
            False,
        ),
        (
            refusal(403, "permission_error", "Not for you"),
            Unauthorized,
            "The server does not allow this with the API key: Not for you.",
            False,
        ),
        (
            refusal(404, "not_found_error", "model: claude-sonnet-5-5"),
            ModelNotFound,
            "The server does not know the model claude-sonnet-5-5: model: claude-sonnet-5-5.",
            False,
        ),
        (
            refusal(413, "request_too_large", "Request exceeds the maximum size"),
            RequestRefused,
            "The request is too large for the server (413): Request exceeds the maximum size.",
            False,
        ),
        (
            refusal(400, "invalid_request_error", "top_p: must be between 0 and 1"),
            RequestRefused,
            "The server refused the request (400): top_p: must be between 0 and 1.",
            False,
        ),
        (
            refusal(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
            QuotaUsedUp,
            "The account of the API key cannot pay: Your credit balance is too low to access the Anthropic API.",
            False,
        ),
        (
            refusal(400, "invalid_request_error", "prompt is too long: 205000 tokens > 200000 maximum"),
            ContextTooLong,
            "The request is too long for the model: prompt is too long: 205000 tokens > 200000 maximum.",
            False,
        ),
    ],
)
async def test_a_refusal_is_said_as_that_of_any_server(
    reply: Reply, kind: type[ProviderError], sentence: str, retryable: bool
) -> None:
    came, sent = await reply_of(reply)
    assert (type(came.error), str(came.error)) == (kind, sentence)
    assert isinstance(came.error, ProviderError)
    assert came.error.retryable is retryable
    assert len(sent) == 1


async def test_a_busy_server_says_how_long_to_wait_and_which_request_it_was() -> None:
    reply = refusal(429, "rate_limit_error", "Slow down", retry_after="7", request_id="req_42")
    error = (await reply_of(reply))[0].error
    assert isinstance(error, RateLimited)
    assert error.retry_after == 7.0
    assert error.hint.endswith("Request id: req_42")


@pytest.mark.parametrize(
    ("kind", "error", "sentence"),
    [
        ("overloaded_error", ServerFailed, "The server failed (529): Overloaded."),
        ("rate_limit_error", RateLimited, "Too many requests: Overloaded."),
        ("api_error", ServerFailed, "The server failed (500): Overloaded."),
        ("of_tomorrow", ServerFailed, "The server failed: Overloaded."),
    ],
)
async def test_an_error_in_the_stream_is_one_of_its_kind(kind: str, error: type[ChatError], sentence: str) -> None:
    came, _ = await reply_of(stream(begins(), PING, error_event(kind, "Overloaded")))
    assert (type(came.error), str(came.error)) == (error, sentence)
    came, _ = await reply_of(stream(begins(), open_text("Half"), error_event(kind, "Overloaded")))
    assert str(came.error) == "The reply was cut off: Overloaded."


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (stream(begins(), open_text("Half"), HANG_UP), "the connection was lost"),
        (stream(begins(), open_text("Half"), RESET), "the connection was lost"),
        (stream(begins(), open_text("Half"), SILENCE), "nothing came for 0.2 seconds"),
        (stream(begins(), open_text("Half"), b"event: x\ndata: {nope\n\n"), "the server sent something unreadable"),
        (stream(begins(), open_text("Half"), b"data: \xff\n\n"), "the server sent something unreadable"),
        (stream(begins(), text("Half")), "the connection ended before the model had finished"),
    ],
)
async def test_a_reply_that_breaks_off(reply: Reply, sentence: str) -> None:
    came, _ = await reply_of(reply, timeouts=Timeouts(5, 5, 0.2))
    assert came.text == "Half"
    if came.error is None:  # the core says so, since no end came
        assert not any(isinstance(one, Finished) for one in came.events)
    else:
        assert str(came.error) == f"The reply was cut off: {sentence}."


async def test_a_model_that_never_begins_is_given_up() -> None:
    came, _ = await reply_of(stream(begins(), PING, SILENCE), timeouts=Timeouts(5, 0.2, 5))
    assert isinstance(came.error, TimedOut)


async def test_a_model_that_thinks_and_does_not_say_what_has_begun() -> None:
    silent = told("content_block_start", index=0, content_block={"type": "thinking", "thinking": "", "signature": ""})
    came, _ = await reply_of(stream(begins(), silent, SILENCE), timeouts=Timeouts(5, 5, 0.2))
    assert str(came.error) == "The reply was cut off: nothing came for 0.2 seconds."


async def test_thoughts_are_reasoning_and_pings_are_nothing() -> None:
    came, _ = await reply_of(whole(PING, thinking("Let ", "me see."), PING, text("Noon.", index=1)))
    assert came.events == [
        ReasoningDelta("Let "),
        ReasoningDelta("me see."),
        TextDelta("Noon."),
        Finished(Ending.COMPLETE),
    ]


async def test_events_without_a_name_and_of_a_kind_to_come_do_no_harm() -> None:
    bare = b"".join(line + b"\n" for line in (begins() + text("Hi") + ends()).split(b"\n") if b"event:" not in line)
    odd = told("content_block_start", index=3, content_block={"type": "hologram", "x": [1]}) + event("[DONE]")
    odd += told("content_block_delta", index=3, delta={"type": "hologram_delta"}) + told("future") + event([1])
    odd += told("content_block_delta", index=0, delta=None) + told("message_delta", delta=None, usage=7)
    came, _ = await reply_of(stream(odd, bare, event("[DONE]")))
    assert came.events == [TextDelta("Hi"), Finished(Ending.COMPLETE)]


async def calls_of(*steps: bytes) -> tuple[ToolCall, ...]:
    came, _ = await reply_of(whole(*steps, reason="tool_use"), request=WITH_TOOLS)
    (arrived,) = (one for one in came.events if isinstance(one, CallsArrived))
    return arrived.calls


async def test_arguments_that_come_at_once_are_taken_too() -> None:
    (call,) = await calls_of(block(0, {"type": "tool_use", "id": "t", "name": "weather", "input": {"city": "Oslo"}}))
    assert (call.id, call.name, call.arguments) == ("t", "weather", '{"city": "Oslo"}')


async def test_an_index_that_is_no_number_breaks_nothing() -> None:
    strange: list[Any] = [{}, [0], "0", None]
    for index in strange:
        thought = thinking("They ", "ask.", index=index)
        came, _ = await reply_of(whole(thought, tool_use("t", "time", index=1), reason="tool_use"), request=WITH_TOOLS)
        (sealed,) = (one for one in came.events if isinstance(one, ThoughtsSealed))
        assert json.loads(sealed.seal)[0]["thinking"] == "They ask."


async def test_thoughts_before_calls_go_back_as_they_came() -> None:
    steps = (
        thinking("They ", "ask."),
        text("Let me look.", index=1),
        hidden_thinking("EmwKAhgB", index=2),
        tool_use("toolu_01A", "weather", '{"city":', ' "Oslo"}', index=3),
        tool_use("toolu_01B", "time", index=4),
    )
    with StreamingServer(whole(*steps, reason="tool_use"), answer("It snows.")) as server:
        chat = messages_chat_at(server.base_url)
        came = await ask(chat, WITH_TOOLS)
        (arrived,) = (one for one in came.events if isinstance(one, CallsArrived))
        (sealed,) = (one for one in came.events if isinstance(one, ThoughtsSealed))
        results = (ToolResult("Snow."), ToolResult("No clock.", CallOutcome.FAILED))
        done = Round(arrived.calls, results, came.text, Thoughts("They ask.", seal=sealed.seal))
        going_on = Request((*WITH_TOOLS.messages, *messages_of_round(done)), tools=TOOLS)
        assert (await ask(chat, going_on)).text == "It snows."
        assert server.requests[1].body["messages"][1:] == [
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "They ask.", "signature": SIGNED},
                    {"type": "text", "text": "Let me look."},
                    {"type": "redacted_thinking", "data": "EmwKAhgB"},
                    {"type": "tool_use", "id": "toolu_01A", "name": "weather", "input": {"city": "Oslo"}},
                    {"type": "tool_use", "id": "toolu_01B", "name": "time", "input": {}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "toolu_01A", "content": "Snow."},
                    {"type": "tool_result", "tool_use_id": "toolu_01B", "content": "No clock.", "is_error": True},
                ],
            },
        ]


@pytest.mark.parametrize(
    ("model", "seals", "kind"),
    [
        ("claude-haiku-4-5", [], "enabled"),
        ("claude-haiku-4-5", [""], None),  # refused: it goes on from its own thoughts alone
        ("claude-haiku-4-5", [THOUGHT], "enabled"),
        ("claude-haiku-4-5", [THOUGHT, ""], "enabled"),  # it thinks once in a turn
        ("claude-sonnet-5-5", [""], "adaptive"),
    ],
)
async def test_after_calls_without_thoughts_a_model_with_a_budget_does_not_think(
    model: str, seals: Sequence[str], kind: str | None
) -> None:
    call = ToolCall("toolu_01A", "weather", "{}")
    thoughts = [Thoughts("Hm.", seal=seal) if seal else None for seal in seals]
    rounds = [messages_of_round(Round((call,), (ToolResult("Snow."),), "", one)) for one in thoughts]
    messages = (*WITH_TOOLS.messages, *(message for one in rounds for message in one))
    request = Request(messages, Options(effort="low"), tools=TOOLS)
    with StreamingServer(answer("It snows.")) as server:
        reply = await ask(messages_chat_at(server.base_url, model=model), request)
    assert (server.requests[0].body.get("thinking") or {}).get("type") == kind
    assert [event.field for event in reply.events if isinstance(event, SentWithout)] == (
        [] if kind else ["output_config.effort"]
    )


def thinks(body: Any) -> tuple[Any, Any]:
    return body.get("thinking"), body.get("output_config", {}).get("effort")


@pytest.mark.parametrize(
    ("said", "model", "before", "after"),
    [
        ('"thinking.type.enabled" is not supported for this model.', "claude-haiku-4-5", "enabled", "adaptive"),
        ("adaptive thinking is not supported on this model", "claude-new", "adaptive", "enabled"),
        ('"thinking.type.disabled" is not supported for this model.', "claude-new", "disabled", None),
    ],
)
async def test_how_a_model_thinks_is_learnt_from_its_refusal(
    said: str, model: str, before: str, after: str | None
) -> None:
    effort = "none" if before == "disabled" else "high"
    request = Request(HELLO.messages, Options(effort=effort))
    with StreamingServer(refusal(400, "invalid_request_error", said)) as server:
        server.answer_with(answer("Hi"))
        server.answer_with(answer("Hi"))
        chat = messages_chat_at(server.base_url, model=model)
        assert (await ask(chat, request)).text == (await ask(chat, request)).text == "Hi"
        kinds = [(received.body.get("thinking") or {}).get("type") for received in server.requests]
    assert kinds == [before, after, after]


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        (
            "max_tokens: 128000 > 8192, which is the maximum allowed number of output tokens",
            [128_000, 8_192, 8_192],
        ),
        (
            "input length and `max_tokens` exceed context limit: 190000 + 128000 > 200000, decrease one of them",
            [128_000, 10_000, 128_000],
        ),
    ],
)
async def test_a_reply_that_would_be_too_long_is_asked_for_shorter(said: str, limits: Sequence[int]) -> None:
    with StreamingServer(refusal(400, "invalid_request_error", said), *[answer("Hi")] * 2) as server:
        chat = messages_chat_at(server.base_url)
        assert (await ask(chat)).text == (await ask(chat)).text == "Hi"
        assert [received.body["max_tokens"] for received in server.requests] == limits


async def test_no_lesson_is_learnt_twice() -> None:
    reply = refusal(400, "invalid_request_error", "max_tokens: 5 > 128000, which is the maximum allowed")
    came, sent = await reply_of(reply, answer("Hi"))
    assert isinstance(came.error, RequestRefused)
    assert len(sent) == 1


async def test_a_picture_that_is_refused_is_named_so() -> None:
    said = "messages.0.content.0.image.source.base64: image exceeds 5 MB maximum"
    request = Request((Message("user", "What is it?", (A_PICTURE,)),))
    came, _ = await reply_of(refusal(400, "invalid_request_error", said), request=request)
    assert isinstance(came.error, ImagesRefused)
