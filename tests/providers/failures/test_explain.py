"""What the user reads when the server, or the way to it, fails."""

import errno
import os
import socket
import ssl
from typing import Any

import httpx2
import pytest

from chatbot_cli.app.spelling import in_a_conversation, in_a_script
from chatbot_cli.chat.prices import UnknownPrices
from chatbot_cli.errors import (
    ChatError,
    ConnectionFailed,
    EmptyReply,
    ModelNotFound,
    ProviderError,
    RateLimited,
    ReplyCut,
    RequestRefused,
    ServerFailed,
    SettingsError,
    TimedOut,
    Unauthorized,
)
from chatbot_cli.hints import MARKS, setting
from chatbot_cli.providers.chat_completions.openai_chat import OpenAIChat
from chatbot_cli.providers.entries.provider import Dialect
from chatbot_cli.providers.failures.explain import explain
from chatbot_cli.providers.failures.server_message import LENGTH, message_of
from chatbot_cli.providers.failures.wire_errors import ConnectTimedOut, NotConnected
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.secrets.striking import struck
from tests.providers.asking import KEY, ask, chat_at
from tests.streaming_server import HANG_UP, RESET, Reply, StreamingServer, chunk, event, page, stream, text

Expected = tuple[type[ChatError], str]


def told(message: str, **more: object) -> dict[str, object]:
    return {"error": {"message": message, **more}}


REFUSALS: dict[str, tuple[Reply, Expected]] = {
    "wrong key": (page(told("Bad key."), 401), (Unauthorized, "The server does not accept the API key: Bad key.")),
    "forbidden": (
        page(told("Not in your country."), 403),
        (Unauthorized, "The server does not allow this with the API key: Not in your country."),
    ),
    "unknown model": (
        page(told("The model `gpt-6-luna` does not exist.", code="model_not_found"), 404),
        (ModelNotFound, "The server does not know the model gpt-6-luna: The model `gpt-6-luna` does not exist."),
    ),
    "unknown model, as 400": (
        page(told("No such thing", code="model_not_found"), 400),
        (ModelNotFound, "The server does not know the model gpt-6-luna: No such thing."),
    ),
    "wrong address": (
        page({"detail": "Not Found"}, 404),
        (ModelNotFound, "Nothing is found at {url}: the base URL or the model gpt-6-luna is wrong."),
    ),
    "too many requests": (page(told("Slow down"), 429), (RateLimited, "Too many requests: Slow down.")),
    "too long a wait": (
        page(told("Slow down"), 429, Retry_After="7200"),
        (RateLimited, "Too many requests: Slow down."),
    ),
    "no quota": (
        page(told("You exceeded it.", type="insufficient_quota"), 429),
        (RateLimited, "The quota of the API key is used up."),
    ),
    "failure": (page(told("Oops"), 500), (ServerFailed, "The server failed (500): Oops.")),
    "failure as a page": (
        page("<html><title>Bad gateway</title>", 502),
        (ServerFailed, "The server failed (502): Bad gateway."),
    ),
    "overloaded": (page({}, 503), (ServerFailed, "The server failed (503).")),
    "request timeout": (page({}, 408), (TimedOut, "The server gave up waiting.")),
    "bad request": (
        page(told("Unsupported value: 'temperature'."), 400),
        (RequestRefused, "The server refused the request (400): Unsupported value: 'temperature'."),
    ),
    "a number that is no status": (
        page(told("50000 users wait"), 500),
        (ServerFailed, "The server failed (500): 50000 users wait."),
    ),
    "its status said again": (
        page(told("503: Service Unavailable"), 503),
        (ServerFailed, "The server failed (503): Service Unavailable."),
    ),
    "unprocessable": (
        page({"detail": [{"loc": ["body"], "msg": "field required"}]}, 422),
        (RequestRefused, "The server refused the request (422): field required."),
    ),
}

BROKEN_STREAMS: dict[str, tuple[Reply, Expected]] = {
    "dropped": (stream(text("Ye"), HANG_UP), (ReplyCut, "The reply was cut off: the connection was lost.")),
    "reset": (stream(text("Ye"), RESET), (ReplyCut, "The reply was cut off: the connection was lost.")),
    "dropped before text": (
        stream(chunk(reasoning="Hm"), HANG_UP),
        (ConnectionFailed, "The connection to {url} was lost before the reply."),
    ),
    "dropped before the head": (
        stream(HANG_UP),
        (ConnectionFailed, "The connection to {url} was lost before the reply."),
    ),
    "malformed": (
        stream(text("Ye"), event("{nope")),
        (ReplyCut, "The reply was cut off: the server sent something unreadable."),
    ),
    "malformed at once": (stream(event("{nope")), (ServerFailed, "The server sent something unreadable.")),
    "bad UTF-8": (
        stream(text("Ye"), b"data: \xff\n\n"),
        (ReplyCut, "The reply was cut off: the server sent something unreadable."),
    ),
    "bad UTF-8 at once": (stream(b"data: \xff\n\n"), (ServerFailed, "The server sent something unreadable.")),
    "error event": (stream(text("Ye"), event(told("GPU on fire"))), (ReplyCut, "The reply was cut off: GPU on fire.")),
    "error event at once": (
        stream(event(told("GPU on fire"))),
        (ServerFailed, "The server failed: GPU on fire."),
    ),
    "error event with a word": (
        stream(event(told("Who?", code="invalid_api_key"))),
        (Unauthorized, "The server does not accept the API key: Who?"),
    ),
    "error event with a status": (
        stream(event(told("Slow down", code=429))),
        (RateLimited, "Too many requests: Slow down."),
    ),
    "a page": (page("<html>Welcome</html>"), (EmptyReply, "The server sent a web page, not a reply.")),
    "plain JSON": (page({"choices": []}), (EmptyReply, 'The server sent JSON, not a reply: {{"choices": []}}.')),
    "nothing": (stream(), (EmptyReply, "The server sent an empty reply.")),
}


@pytest.mark.parametrize(("reply", "expected"), [pytest.param(*case, id=name) for name, case in REFUSALS.items()])
async def test_a_refusal_is_one_sentence_and_a_hint(reply: Reply, expected: Expected) -> None:
    await fails_as(reply, expected)


@pytest.mark.parametrize(("reply", "expected"), [pytest.param(*case, id=name) for name, case in BROKEN_STREAMS.items()])
async def test_a_broken_stream_is_one_sentence_and_a_hint(reply: Reply, expected: Expected) -> None:
    await fails_as(reply, expected)


async def fails_as(reply: Reply, expected: Expected) -> None:
    kind, sentence = expected
    with StreamingServer(reply) as server:
        answer = await ask(chat_at(server.base_url))
    assert type(answer.error) is kind
    assert str(answer.error) == sentence.format(url=server.base_url)
    assert answer.error.hint


async def test_nobody_listening_is_told_with_the_address() -> None:
    with StreamingServer() as server:
        gone = server.base_url
    answer = await ask(chat_at(gone))
    assert isinstance(answer.error, ConnectionFailed)
    assert str(answer.error) == f"Nothing answers at {gone}: connection refused."
    assert answer.error.hint_for(in_a_script) == "Is the server running? Set another one with --base-url."


CAUSES: list[tuple[OSError, str]] = [
    (socket.gaierror(-2, "Name or service not known"), "The server chat.example cannot be found."),
    (OSError(errno.ENETUNREACH, "?"), "Nothing answers at https://chat.example/v1: network is unreachable."),
    (
        ssl.SSLError(1, "wrong version"),
        "There is no secure connection to https://chat.example/v1: it does not speak TLS.",
    ),
]


@pytest.mark.parametrize(("cause", "sentence"), CAUSES)
def test_what_is_in_the_way_is_told(cause: OSError, sentence: str) -> None:
    endpoint = Endpoint("https://chat.example/v1", "m", KEY)
    wrapped = httpx2.ConnectError("failed")
    wrapped.__cause__ = ExceptionGroup("one for each address", [cause])
    error = NotConnected()
    error.__cause__ = wrapped
    assert str(explain(error, endpoint, begun=False)) == sentence


def test_a_slow_connection_is_given_up() -> None:
    endpoint = Endpoint("https://chat.example/v1", "m", KEY)
    error = explain(ConnectTimedOut(), endpoint, begun=False)
    assert isinstance(error, TimedOut)
    assert str(error) == "No connection to https://chat.example/v1 within 10 seconds."


def test_a_broken_proxy_setting_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "nonsense://proxy")
    endpoint = Endpoint("https://example.org/v1", "m", KEY, environ=os.environ)
    with pytest.raises(SettingsError, match="ALL_PROXY cannot be used as a proxy"):
        OpenAIChat(endpoint, dialect=Dialect("max_tokens"), prices=UnknownPrices())


async def test_an_empty_reply_names_the_base_url_to_check() -> None:
    with StreamingServer(page("<html>Welcome</html>")) as server:
        bare = server.base_url.removesuffix("/v1")
        answer = await ask(chat_at(bare))
    assert answer.error is not None
    assert answer.error.hint == f"Check the base URL; most end in /v1: {bare}/v1"


@pytest.mark.parametrize("code", ["context_length_exceeded", "exceed_context_size_error"])
async def test_a_conversation_too_long_for_the_model_says_how_to_send_less(code: str) -> None:
    with StreamingServer(page(told("Too long.", type=code, code=code), 400)) as server:
        answer = await ask(chat_at(server.base_url))
    assert answer.error is not None
    assert "/trim" in answer.error.hint_for(in_a_conversation)
    assert "--max-context-tokens N" in answer.error.hint_for(in_a_script)


async def test_the_hint_names_the_variable_of_the_key_and_never_the_key() -> None:
    echo = told(f"Incorrect API key provided: {KEY}, that is sk-tes*******cdef or sk-...cdef.")
    with StreamingServer(page(echo, 401)) as server:
        answer = await ask(chat_at(server.base_url))
    assert isinstance(answer.error, Unauthorized)
    assert str(answer.error).endswith("Incorrect API key provided: [key], that is [key] or [key].")
    assert answer.error.hint == "Check OPENAI_API_KEY, in the environment or in .env."


@pytest.mark.parametrize(
    ("provider", "hint"),
    [
        ("openai", "Set OPENAI_API_KEY, and use it with --base-url {address}."),
        ("ollama", "Set OLLAMA_API_KEY."),
        ("mine", 'Name the variable of its key in config.toml: [providers.mine], key_env = ["MY_KEY"].'),
    ],
)
async def test_a_server_without_a_key_that_wants_one_says_how_to_give_it(provider: str, hint: str) -> None:
    with StreamingServer(page({"error": "Unauthorized"}, 401)) as server:
        endpoint = Endpoint(server.base_url, "m", "no-key", provider=provider)
        answer = await ask(OpenAIChat(endpoint, dialect=Dialect("max_tokens"), prices=UnknownPrices()))
    assert str(answer.error) == "The server wants an API key: Unauthorized."
    assert answer.error is not None
    told = answer.error.hint_for(in_a_script)
    assert told == hint.format(address=server.base_url)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"message": "so it is"}, "so it is"),
        ({"detail": "so it is"}, "so it is"),
        ([{"error": {"message": "so it is"}}], "so it is"),
        ("so\r\n\tit \x1b[31mis", "so it [31mis"),
        ("<!DOCTYPE html><html><title>\n  Nope </title>", "Nope"),
        ("<html><p>no title", "an HTML page"),
        ("", ""),
        (None, ""),
        ({"status": 1}, ""),
        ([], ""),
    ],
)
def test_a_servers_message_is_found_in_any_shape(body: object, message: str) -> None:
    assert message_of(body) == message


def test_a_long_message_is_cut() -> None:
    assert len(message_of("a " * 100_000)) <= LENGTH


def test_a_placeholder_key_is_no_reason_to_hide_words() -> None:
    assert struck("There is no-key here.", "no-key") == "There is no-key here."


async def test_the_request_id_is_told_wherever_it_came_from() -> None:
    headers = {"Content-Type": "text/event-stream", "x-request-id": "req_7"}
    for steps in ((text("Ye"), event(told("GPU on fire"))), (text("Ye"), HANG_UP), (event(told("No")),), ()):
        with StreamingServer(Reply(steps, headers=headers)) as server:
            answer = await ask(chat_at(server.base_url))
        assert answer.error is not None
        assert answer.error.hint.endswith(" Request id: req_7")


@pytest.mark.parametrize("base", ["http://127.0.0.1:{port}/v1", "http://me:secret@127.0.0.1:{port}/v1"])
async def test_a_redirect_to_the_same_server_takes_the_key_along(base: str) -> None:
    with StreamingServer(page({}, 307, Location="/v2/chat/completions"), page(told("Bad key."), 401)) as server:
        port = server.base_url.partition("127.0.0.1:")[2].removesuffix("/v1")
        answer = await ask(chat_at(base.format(port=port)))
    assert str(answer.error) == "The server does not accept the API key: Bad key."
    assert server.requests[1].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("code", ["insufficient_quota", "invalid_api_key", "invalid_request_error", "model_not_found"])
async def test_what_the_stream_says_is_final_is_not_tried_again(code: str) -> None:
    with StreamingServer(stream(event(told("No.", code=code)))) as server:
        answer = await ask(chat_at(server.base_url))
    assert isinstance(answer.error, ProviderError)
    assert not answer.error.retryable


async def test_a_server_can_mark_nothing_in_what_is_told() -> None:
    mark = setting("model", "evil")
    refused = page(told(f"Use {mark}.", code="model_not_found"), 404, x_request_id="req_1")
    with StreamingServer(refused, stream(text("Ye"), event(told(f"Use {mark}.")))) as server:
        answers = [await ask(chat_at(server.base_url)) for _ in range(2)]
    for answer in answers:
        assert answer.error is not None
        said = f"{answer.error} {answer.error.hint_for(in_a_script)}"
        assert "--model evil" not in said
        assert not set(MARKS) & set(said)


async def test_a_request_id_that_is_the_key_is_not_told() -> None:
    with StreamingServer(page(told("No"), 500, x_request_id=KEY)) as server:
        answer = await ask(chat_at(server.base_url))
    assert answer.error is not None
    assert answer.error.hint.endswith("Request id: [key]")


async def test_a_redirect_can_forge_no_line() -> None:
    with StreamingServer() as other:
        forged = other.base_url.replace("127.0.0.1", "localhost") + "/%0Achat:%20forged/chat/completions"
        other.answer_with(page(told("No key"), 401))
        with StreamingServer(page({}, 307, Location=forged)) as server:
            answer = await ask(chat_at(server.base_url))
    assert isinstance(answer.error, Unauthorized)
    assert answer.error.hint.endswith("/v1/%0Achat:%20forged")


@pytest.mark.parametrize(("after", "retryable"), [(HANG_UP, True), (RESET, True)])
async def test_what_is_lost_behind_a_proxy_is_told_as_without_one(
    monkeypatch: pytest.MonkeyPatch, after: Any, retryable: bool
) -> None:
    with StreamingServer(stream(after)) as proxy:
        address = proxy.base_url.removesuffix("/v1")
        monkeypatch.setenv("HTTP_PROXY", address)
        endpoint = Endpoint("http://model.invalid/v1", "m", KEY, environ={"HTTP_PROXY": address})
        answer = await ask(OpenAIChat(endpoint, dialect=Dialect("max_tokens"), prices=UnknownPrices()))
    assert str(answer.error) == "The connection to http://model.invalid/v1 was lost before the reply."
    assert isinstance(answer.error, ConnectionFailed)
    assert answer.error.retryable is retryable


def test_long_words_and_pages_are_read_in_no_time() -> None:
    # A pattern that looked at each of a million places again and again would not end before the suite is given up.
    assert struck("a" * 1_000_000, KEY) == "a" * 1_000_000
    assert struck(f"{'a-' * 500_000}sk-***", KEY).endswith("[key]")
    assert message_of("<title>" * 150_000) == "an HTML page"
