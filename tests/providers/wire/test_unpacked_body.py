"""A body that comes packed is unpacked within limits, a piece at a time, or refused with a sentence."""

import asyncio
import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import aclosing

import pytest

from chatbot_cli.chat.events import TextDelta
from chatbot_cli.errors import EmptyReply, ReplyCut, ServerFailed, TransientError
from chatbot_cli.providers.reachability.asking import ask_server
from chatbot_cli.providers.reachability.findings import ModelServer
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.providers.wire import observed_body, reply_body, unpacked_body
from chatbot_cli.providers.wire.unpacked_body import PIECE, Inflating
from tests.providers.asking import HELLO as QUESTION
from tests.providers.asking import KEY, ask, chat_at
from tests.streaming_server import SILENCE, STOP, Reply, Step, StreamingServer, event, packed, page, stream, text

HELLO = text("Hel", "lo!") + STOP
GZIP = gzip.compress(HELLO)
MEGABYTE = 1 << 20
TOO_MUCH = "The server sent more than any reply holds."


def coded(coding: str, *pieces: Step, status: int = 200, kind: str = "text/event-stream") -> Reply:
    return Reply(pieces, status, {"Content-Type": kind, "Content-Encoding": coding})


def bomb(unit: bytes, megabytes: int = 3, wbits: int = zlib.MAX_WBITS | 16) -> bytes:
    """Megabytes in a few hundred bytes. `unit` is repeated."""
    packing = zlib.compressobj(9, zlib.DEFLATED, wbits)
    piece = unit * (MEGABYTE // len(unit))
    return b"".join(packing.compress(piece) for _ in range(megabytes)) + packing.flush()


async def found(reply: Reply) -> list[tuple[str, str]]:
    """What the doctor finds at a server that sends this for its list of models."""
    with StreamingServer(otherwise=reply) as server:
        findings = await ask_server(ModelServer(Endpoint(server.base_url, "m", KEY, "OPENAI_API_KEY")))
        return [(finding.grade, finding.value.replace(server.base_url, "{url}")) for finding in findings]


async def test_every_request_asks_for_a_body_that_is_not_packed() -> None:
    moved = page({}, 307, Location="/v2")
    with StreamingServer(moved, stream(HELLO), page({"data": []})) as server:
        await ask(chat_at(server.base_url))
        await ask_server(ModelServer(Endpoint(server.base_url, "m", KEY)))
    assert [request.headers["accept-encoding"] for request in server.requests] == ["identity"] * 3


def in_bytes(data: bytes) -> Sequence[bytes]:
    return [bytes([byte]) for byte in data]


@pytest.mark.parametrize(
    "reply",
    [
        coded("gzip", GZIP),
        coded(" GZIP ", GZIP),
        coded("x-gzip", *in_bytes(GZIP)),
        coded("identity, gzip", GZIP),
        coded(", gzip,", GZIP),
        coded("gzip", gzip.compress(HELLO[:90]) + gzip.compress(b"") + gzip.compress(HELLO[90:])),
        coded("gzip", GZIP + b"\0" * 512),
        coded("gzip", GZIP, b"garbage"),
        coded("gzip", GZIP + bomb(b"0")),
        coded("deflate", zlib.compress(HELLO)),
        coded("deflate", *in_bytes(zlib.compress(HELLO, wbits=-zlib.MAX_WBITS))),
        coded("deflate", zlib.compress(HELLO) + b"garbage"),
        coded("identity", HELLO),
        coded("identity, Identity", HELLO),
        coded("none", HELLO),
        coded("UTF-8", HELLO),
        coded("", HELLO),
    ],
)
async def test_a_body_with_one_coding_is_read(reply: Reply) -> None:
    with StreamingServer(reply) as server:
        answer = await ask(chat_at(server.base_url))
    assert (answer.text, answer.error) == ("Hello!", None)


async def test_a_packed_reply_streams() -> None:
    packing = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    first = packing.compress(text("Hello!")) + packing.flush(zlib.Z_SYNC_FLUSH)
    with StreamingServer(coded("gzip", first, SILENCE)) as server:
        async with aclosing(chat_at(server.base_url).stream(QUESTION)) as events:
            assert await anext(events) == TextDelta("Hello!")


@pytest.mark.parametrize(
    ("coding", "named"),
    [
        ("gzip, gzip, gzip", "gzip, gzip, gzip"),
        ("gzip,deflate", "gzip, deflate"),
        ("br", "br"),
        ("ZSTD", "zstd"),
        ("\x1b]0;x", "]0;x"),
        (KEY, "[key]"),
        ("x" * 5_000, f"{'x' * 63}…"),
    ],
)
async def test_other_codings_are_refused_with_a_sentence(coding: str, named: str) -> None:
    sentence = f"The server packs its answer as {named}, and this chat does not unpack that."
    with StreamingServer(coded(coding, HELLO)) as server:
        error = (await ask(chat_at(server.base_url))).error
    assert isinstance(error, ServerFailed)
    assert (str(error), error.retryable) == (sentence, False)
    assert await found(coded(coding, b'{"data": []}')) == [("fail", sentence)]


BOMBS = {
    "an event without an end": coded("gzip", bomb(b"0")),
    "deflate": coded("deflate", bomb(b"0", wbits=zlib.MAX_WBITS)),
    "many members": coded("gzip", gzip.compress(b"0" * MEGABYTE) * 3),
    "empty lines": coded("gzip", bomb(b"\n")),
    "comments": coded("gzip", bomb(b": ping\n\n")),
    "an event of many lines": coded("gzip", bomb(b"data: 1\n")),
}


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of what comes out, as it comes."""
    lengths: list[int] = []
    feed = Inflating.feed

    def counting(self: Inflating, data: bytes) -> Iterator[bytes]:
        for piece in feed(self, data):
            lengths.append(len(piece))
            yield piece

    monkeypatch.setattr(Inflating, "feed", counting)
    return lengths


@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_is_given_up_before_it_is_large(
    name: str, pieces: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observed_body, "LONGEST_EVENT", MEGABYTE)
    monkeypatch.setattr(reply_body, "LONGEST_EVENT", MEGABYTE)
    with StreamingServer(BOMBS[name]) as server:
        answer = await ask(chat_at(server.base_url))
    assert str(answer.error) == TOO_MUCH
    assert max(pieces) <= PIECE
    assert sum(pieces) <= MEGABYTE + 2 * PIECE


async def test_a_bomb_of_events_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked_body, "MOST_UNPACKED", 200_000)
    with StreamingServer(coded("gzip", bomb(event({"choices": []}), 2)), coded("gzip", bomb(text("a"), 2))) as server:
        empty, endless = [await ask(chat_at(server.base_url)) for _ in range(2)]
    assert str(empty.error) == TOO_MUCH
    assert isinstance(endless.error, ReplyCut)
    assert endless.text


@pytest.mark.parametrize("status", [401, 404, 429, 500])
async def test_a_bomb_in_a_refusal_changes_nothing(status: int) -> None:
    with StreamingServer(coded("gzip", bomb(b"0"), status=status), page("0" * 2_000_000, status)) as server:
        packed_one, plain = [await ask(chat_at(server.base_url)) for _ in range(2)]
    assert str(packed_one.error).startswith(str(plain.error).partition("0")[0])
    assert type(packed_one.error) is type(plain.error)
    assert len(str(packed_one.error)) < 300


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (
            coded("gzip, gzip, gzip", b"x", status=500),
            "The server failed (500): its message is packed (gzip, gzip, gzip).",
        ),
        (coded("br", b"x", status=401), "The server does not accept the API key: its message is packed (br)."),
        (coded("gzip", b"no gzip", status=500), "The server failed (500)."),
        (
            coded("gzip", gzip.compress(b'{"error": {"message": "Oops"}}')[:-6], status=500, kind="application/json"),
            "The server failed (500): Oops.",
        ),
    ],
)
async def test_a_refusal_that_cannot_be_unpacked_is_told_by_its_status(reply: Reply, sentence: str) -> None:
    with StreamingServer(reply) as server:
        assert str((await ask(chat_at(server.base_url))).error) == sentence


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "br"])
async def test_what_is_in_a_redirect_does_not_matter(coding: str) -> None:
    moved = Reply((bomb(b"0"),), 307, {"Content-Encoding": coding, "Location": "/v2"})
    with StreamingServer(moved, stream(HELLO)) as server:
        assert (await ask(chat_at(server.base_url))).text == "Hello!"


@pytest.mark.parametrize("length", [10, 60, 100])
async def test_a_packed_reply_that_breaks_off_is_lost(length: int) -> None:
    whole = gzip.compress(text("Half") + text("more", "and more"))
    with StreamingServer(coded("gzip", whole[: min(length, len(whole) - 1)])) as server:
        answer = await ask(chat_at(server.base_url))
    assert isinstance(answer.error, TransientError | ReplyCut)
    assert not isinstance(answer.error, EmptyReply)


async def test_a_list_of_models_is_unpacked_within_limits() -> None:
    models = b'{"data": [{"id": "m"}]}'
    ok, listed = await found(coded("gzip", gzip.compress(models), kind="application/json"))
    assert (ok[0], listed) == ("ok", ("ok", "m is in the server's list"))
    endless = [("warn", "reached; its list of models is endless")]
    assert await found(coded("gzip", bomb(b"{},", 6), kind="application/json")) == endless
    assert await found(coded("gzip", bomb(b"\n", 6))) == endless
    assert await found(coded("gzip", b"no gzip")) == [("fail", "The list of models of {url} cannot be read.")]
    assert await found(packed(b"0", times=3)) == [
        ("fail", "The server packs its answer as gzip, gzip, gzip, and this chat does not unpack that.")
    ]


async def test_unpacking_can_be_stopped_between_two_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    fed: list[bytes] = []
    feed = Inflating.feed

    def stopping(self: Inflating, data: bytes) -> Iterator[bytes]:
        for piece in feed(self, data):
            asking.cancel()  # heard when the loop runs next
            fed.append(piece)
            yield piece

    monkeypatch.setattr(Inflating, "feed", stopping)
    with StreamingServer(coded("gzip", bomb(b": ping\n\n"))) as server:
        asking = asyncio.create_task(ask(chat_at(server.base_url)))
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert len(fed) == 1


async def test_choices_without_end_in_one_chunk_are_not_built() -> None:
    many = b'data: {"choices": [' + b",".join([b"{}"] * 1_000_000) + b"]}\n\n"
    with StreamingServer(packed(many, HELLO)) as server:
        assert (await ask(chat_at(server.base_url))).text == "Hello!"
