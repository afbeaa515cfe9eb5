"""Whatever a server sends, in whatever pieces: an answer or a failure of ours, and nothing that acts on a screen."""

import asyncio
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.events import ReasoningDelta, TextDelta
from chatbot_cli.errors import ProviderError, RequestRefused, ServerFailed
from chatbot_cli.providers.route.endpoint import Timeouts
from chatbot_cli.providers.wire import observed_body
from chatbot_cli.text.safe import SafeStream, without_controls
from tests.providers.asking import KEY, ask, chat_at
from tests.streaming_server import DONE, SILENCE, Reply, StreamingServer, chunk, event, stream, text

ANY_TEXT = st.text(st.characters(codec=None), max_size=20)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "delta", "content", "usage", "error", "message", "finish_reason", "code", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
PIECES = st.one_of(
    st.binary(max_size=40),
    ANY_TEXT.map(lambda said: chunk(content=said)),
    ANY_JSON.map(lambda value: b"data: " + json.dumps(value).encode() + b"\n\n"),
    ANY_JSON.map(lambda value: chunk(content=value, refusal=value, reasoning_content=value)),
    ANY_JSON.map(lambda value: event({"choices": [{"delta": value, "finish_reason": value}], "usage": value})),
    st.sampled_from([b": comment\n\n", b"\r\n\r\n", b"data:\n\n", b"event: x\ndata: {}\n\n", b"\xff\xfe", DONE]),
    st.just(text("so") + chunk("stop")),
    st.sampled_from([b"data: " + b"[" * 50_000 + b"\n\n", b"data: " + b"1" * 5_000 + b"\n\n"]),
)
FORBIDDEN = frozenset(
    map(chr, [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)])
) - {"\n", "\t"}


@pytest.fixture(scope="module")
def server() -> Iterator[StreamingServer]:
    with StreamingServer() as running:
        yield running


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    """The bytes in pieces, cut wherever that is, in the middle of a character too."""
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[begin:end] for begin, end in pairwise(edges)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(PIECES, max_size=8), places=st.lists(st.integers(0, 10_000), max_size=6))
def test_whatever_comes_there_is_an_answer_or_a_failure_of_ours(
    server: StreamingServer, pieces: list[bytes], places: list[int]
) -> None:
    server.answer_with(stream(*cut(b"".join(pieces), places)))
    answer = asyncio.run(ask(chat_at(server.base_url)))
    assert answer.error is None or (str(answer.error) and "\n" not in str(answer.error))
    for said in answer.events:
        if isinstance(said, TextDelta | ReasoningDelta):
            said.text.encode()  # it can be sent again, and saved
    shown = SafeStream()
    seen = "".join(shown.feed(said.text) for said in answer.events if isinstance(said, TextDelta)) + shown.finish()
    assert FORBIDDEN.isdisjoint(seen)
    assert FORBIDDEN.isdisjoint(without_controls(answer.text))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    status=st.sampled_from([400, 401, 404, 407, 413, 418, 429, 500, 503]) | st.integers(300, 599),
    body=st.binary(max_size=60)
    | ANY_JSON.map(lambda value: json.dumps(value).encode())
    | ANY_JSON.map(lambda value: json.dumps({"error": {"message": value, "code": value, "type": value}}).encode()),
    kind=st.sampled_from(["application/json", "text/html", "nonsense", ""])
    | st.sampled_from(["utf-16", "idna", "undefined", "hex", "rot13", "zlib", "utf-7", "shift_jis", "no such"]).map(
        "text/plain; charset={}".format
    ),
)
def test_whatever_a_refusal_says_it_is_a_failure_of_ours(
    server: StreamingServer, status: int, body: bytes, kind: str
) -> None:
    server.answer_with(Reply((body,), status, {"Content-Type": kind}))
    answer = asyncio.run(ask(chat_at(server.base_url)))
    assert isinstance(answer.error, ProviderError)
    for said in (str(answer.error), answer.error.hint):
        assert said.isprintable()
        assert len(said) < 300
    assert KEY not in f"{answer.error} {answer.error.hint}"


@pytest.mark.parametrize("status", [200, 307, 500])
def test_nothing_endless_is_taken_in(server: StreamingServer, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observed_body, "LONGEST_EVENT", 10_000)
    monkeypatch.setattr(observed_body, "LONGEST_ERROR", 10_000)
    endless = (b"data: x\n" * 100,) * 20  # lines without an empty one: an event that never ends
    server.answer_with(Reply((*endless, SILENCE), status))
    answer = asyncio.run(ask(chat_at(server.base_url)))
    assert isinstance(answer.error, ServerFailed | RequestRefused)


@pytest.mark.parametrize("status", [200, 500])
def test_what_grows_a_thousandfold_is_not_taken_in(server: StreamingServer, status: int) -> None:
    bomb = gzip.compress(b"0" * 8_000_000 + random.Random(1).randbytes(30_000))  # more than an error may have
    server.answer_with(Reply((bomb, SILENCE), status, {"Content-Encoding": "gzip", "Content-Type": "text/plain"}))
    answer = asyncio.run(ask(chat_at(server.base_url, Timeouts(first_token=2.0))))
    assert isinstance(answer.error, ServerFailed)
