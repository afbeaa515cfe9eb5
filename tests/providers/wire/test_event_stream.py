"""What gateways put between the chunks of a reply to keep a connection open, and what is left of it for the SDK."""

import pytest

from chatbot_cli.errors import ReplyCut, ServerFailed
from chatbot_cli.providers.wire import reply_body
from chatbot_cli.providers.wire.event_stream import BYTE_ORDER_MARK, ChunkEvents
from tests.providers.asking import ask, chat_at
from tests.streaming_server import DONE, STOP, StreamingServer, event, packed, stream, text

NO_CHUNKS = {
    "data alone": b"data:\n\n",
    "data without a colon": b"data\n\n",
    "data with a blank": b"data: \n\n",
    "two lines without data": b"data:\ndata\n\n",
    "retry alone": b"retry: 3000\n\n",
    "event alone": b"event: ping\n\n",
    "id alone": b"id: 7\n\n",
    "a comment after an id": b"id: 7\n\n: still here\n\n\n\n",
    "a comment that is no UTF-8": b": caf\xe9\n\n",
    "fields that nobody knows": b"foo: bar\nbaz\n\n",
    "a word": b"data: ping\n\n",
    "a word in brackets": b"data: [KEEP-ALIVE]\n\n",
    "a word with a name": b"event: heartbeat\ndata: OK\nid: 3\n\n",
    "JSON that says ping": b'event: ping\ndata: {"type": "ping"}\n\n',
    "an empty object": b"data: {}\n\n",
    "null": b"data: null\n\n",
    "an empty text": b'data: ""\n\n',
    "a number": b"data: 1764230400\n\n",
    "an error without data": b"event: error\ndata:\n\n",
}
LINE_ENDS = {"LF": b"\n", "CRLF": b"\r\n", "CR": b"\r"}
MANY = b"".join(NO_CHUNKS.values())


def filtered(*pieces: bytes) -> bytes:
    events = ChunkEvents()
    return b"".join(map(events.feed, pieces))


@pytest.mark.parametrize("end", LINE_ENDS.values(), ids=LINE_ENDS)
@pytest.mark.parametrize("name", NO_CHUNKS)
async def test_what_holds_no_chunk_does_not_harm_a_reply(name: str, end: bytes) -> None:
    idle = NO_CHUNKS[name]
    steps = [idle + text("Hel"), idle, text("lo!") + idle, STOP]
    with StreamingServer(stream(*(step.replace(b"\n", end) for step in steps))) as server:
        reply = await ask(chat_at(server.base_url))
    assert (reply.text, reply.error) == ("Hello!", None)


async def test_a_reply_is_read_wherever_the_network_cuts_it() -> None:
    whole = (BYTE_ORDER_MARK + NO_CHUNKS["data alone"] + event({"choices": [{"delta": {"content": "né"}}]})).replace(
        b"\n", b"\r\n"
    ) + b'id: 7\r\rdata: ping\n\n: \n\ndata: {"choices":\ndata: [{"finish_reason":"stop"}]}\n\ndata:[DONE]\n\n'
    with StreamingServer() as server:
        chat = chat_at(server.base_url)
        for border in range(len(whole) + 1):
            server.answer_with(stream(whole[:border], whole[border:]))
            reply = await ask(chat)
            assert (reply.text, reply.error) == ("né", None), whole[:border]
        assert {request.connection for request in server.requests} == {0}


@pytest.mark.parametrize("end", LINE_ENDS.values(), ids=LINE_ENDS)
def test_a_stream_is_the_same_at_every_cut(end: bytes) -> None:
    whole = BYTE_ORDER_MARK + (MANY + event({"a": "né"}) + MANY + b"data: [1,\ndata:2]\n\n" + DONE).replace(b"\n", end)
    left = b'data: {"type": "ping"}\n\ndata: {}\n\n'
    expected = left + event({"a": "né"}) + left + b"data:  [1,\ndata: 2]\n\n".replace(b"  ", b" ") + DONE
    assert filtered(*(whole[place : place + 1] for place in range(len(whole)))) == expected
    for cut in range(len(whole) + 1):
        assert filtered(whole[:cut], b"", whole[cut:]) == expected


@pytest.mark.parametrize("end", LINE_ENDS.values(), ids=LINE_ENDS)
def test_an_event_goes_on_with_its_last_byte(end: bytes) -> None:
    events = ChunkEvents()
    (last,) = end[:1]
    whole = b"data: {}" + end + bytes([last])  # of CRLF, the line feed is not waited for
    assert [events.feed(bytes([byte])) for byte in whole] == [b""] * (len(whole) - 1) + [b"data: {}\n\n"]
    assert events.feed(b"\n" if end == b"\r\n" else b"") == b""


def test_a_byte_order_mark_counts_at_the_beginning_only() -> None:
    mark = BYTE_ORDER_MARK
    assert filtered(mark + b"data: {}\n\n") == b"data: {}\n\n"
    assert filtered(mark + mark + b"data: {}\n\n") == b""
    assert filtered(b"\n" + mark + b"data: {}\n\n") == b""


@pytest.mark.parametrize("done", [b"data: [DONE]", b"data:[DONE]", b"data:  [DONE] ", b"data: [done]"])
def test_the_end_of_a_stream_is_recognised(done: bytes) -> None:
    assert filtered(done + b"\n\n") == DONE


async def test_words_that_are_left_out_are_named_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level("DEBUG", "chatbot_cli"),
        StreamingServer(stream(b"data: ping\n\n", text("Yes."), STOP)) as server,
    ):
        await ask(chat_at(server.base_url))
    assert "left out, since it is no chunk of a reply: ping" in caplog.text


@pytest.mark.parametrize(
    "broken", [b'data: {"choices": [{"del\n\n', b'data: [{"choices"\n\n', b"data: caf\xe9\n\n", b"caf\xe9: x\n\n"]
)
async def test_a_broken_chunk_is_not_left_out(broken: bytes) -> None:
    with StreamingServer(stream(text("Half"), broken, text("lost"), STOP), stream(broken)) as server:
        cut, none = await ask(chat_at(server.base_url)), await ask(chat_at(server.base_url))
    assert isinstance(cut.error, ReplyCut)
    assert (cut.text, cut.error.reason) == ("Half", "the server sent something unreadable")
    assert isinstance(none.error, ServerFailed)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ('{"error": {"message": "GPU 7 is on fire"}}', "GPU 7 is on fire"),
        ('{"message": "GPU 7 is on fire", "type": "overloaded"}', "GPU 7 is on fire"),
        ('"GPU 7 is on fire"', "GPU 7 is on fire"),
        ("GPU 7 is on fire", "GPU 7 is on fire"),
        ("[" * 50_000, "[" * 159 + "…"),
        ("{}", "the server failed"),
    ],
)
async def test_an_event_named_error_is_one(data: str, told: str) -> None:
    failure = f"event: error\ndata: {data}\n\n".encode()
    with StreamingServer(stream(text("Half"), failure, STOP)) as server:
        reply = await ask(chat_at(server.base_url))
    assert isinstance(reply.error, ReplyCut)
    assert (reply.text, reply.error.reason) == ("Half", told)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (b"data: Error: no GPU\n\ndata: [DONE]\n\n", "The server sent plain text, not a reply: Error: no GPU."),
        (b"id: 7\r\rdata\r\r: wait\r\r", "The server sent an empty reply."),
        (BYTE_ORDER_MARK + DONE, "The server sent an empty reply."),
        (BYTE_ORDER_MARK + b'{"status": "ok"}', 'The server sent JSON, not a reply: {"status": "ok"}.'),
        (b"<title>Hi</title>data: ping\n\n", "The server sent a web page, not a reply: Hi."),
    ],
)
async def test_a_stream_without_a_chunk_is_described_by_what_it_holds(sent: bytes, sentence: str) -> None:
    with StreamingServer(stream(sent), packed(sent)) as server:
        for _ in range(2):
            assert str((await ask(chat_at(server.base_url))).error) == sentence


async def test_a_packed_stream_is_unpacked_and_its_connection_kept() -> None:
    with StreamingServer(otherwise=packed(MANY, text("Hello!"), MANY, STOP)) as server:
        chat = chat_at(server.base_url)
        assert [(await ask(chat)).text for _ in range(2)] == ["Hello!"] * 2
    assert [request.connection for request in server.requests] == [0, 0]


async def test_of_a_long_body_only_the_beginning_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_body, "MOST_KEPT", 30)
    with StreamingServer(stream(b"Sorry, ", b"the model is being moved to another house.")) as server:
        reply = await ask(chat_at(server.base_url))
    assert str(reply.error) == "The server sent plain text, not a reply: Sorry, the model is being move."
