"""Whatever a server sends, in whatever pieces: an answer or a failure of ours, and nothing that acts on a screen."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.events import ReasoningDelta, TextDelta
from chatbot_cli.terminal.safe_text import SafeStream, without_controls
from tests.providers.asking import ask, chat_at
from tests.streaming_server import DONE, StreamingServer, chunk, event, stream, text

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


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
