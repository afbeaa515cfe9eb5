"""A real server on 127.0.0.1 that speaks streamed Chat Completions, as well or as badly as its script says.

    with StreamingServer(answer("Hello, ", "Ada."), page({"error": {"message": "Slow down."}}, 429)) as server:
        ...  # talk to server.base_url, from this process or another
    assert server.requests[0].body["model"] == "gpt-6-luna"

A reply is data: a status, headers, and steps, most of which are bytes. The server takes one reply a request from its
script, then `otherwise` for ever. It runs in a thread of its own.
"""

import asyncio
import gzip
import json
import socket
import ssl
import struct
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus
from itertools import count
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

END_OF_HEAD = b"\r\n\r\n"
END_OF_BODY = b"0\r\n\r\n"
TLS_HELLO = b"\x16"  # how a client begins that takes the port for one of https
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\n\r\n"
TLS_TOO_NEW = b"\x15\x03\x01\x00\x02\x02\x46"  # the alert of a server that knows only older versions of TLS


class Act(Enum):
    """What a server can do besides sending bytes."""

    SILENCE = auto()  # say nothing until the client leaves
    HANG_UP = auto()  # close the connection, with the reply unfinished
    RESET = auto()  # the same, as a crash does it


SILENCE, HANG_UP, RESET = Act


@dataclass(frozen=True)
class Pause:
    """Say nothing for a while."""

    seconds: float


Step = bytes | Pause | Act


@dataclass(frozen=True)
class Reply:
    """What is done about one request. The head goes out before the first bytes, and at the latest at the end.

    A `bare` one is its bytes and nothing else: no head, no HTTP chunks.
    """

    steps: tuple[Step, ...]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/event-stream"})
    bare: bool = False

    @property
    def head(self) -> bytes:
        """Status line and headers. The body comes in HTTP chunks, so that its end cannot be mistaken."""
        lines = [f"{name}: {value}" for name, value in {**self.headers, "Transfer-Encoding": "chunked"}.items()]
        known = {status.value: status.phrase for status in HTTPStatus}
        return "\r\n".join([f"HTTP/1.1 {self.status} {known.get(self.status, '')}", *lines]).encode() + END_OF_HEAD


def event(data: object) -> bytes:
    """One server-sent event: a text as it is, anything else as JSON."""
    return f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()


def chunk(finish: str | None = None, usage: tuple[int, int] | None = None, **delta: Any) -> bytes:
    """One chunk of a reply: fields of its delta, why it ends, and the tokens sent and replied."""
    data: dict[str, Any] = {"object": "chat.completion.chunk", "id": "chatcmpl-1", "created": 0, "model": "served"}
    data["choices"] = [{"index": 0, "delta": delta, "finish_reason": finish}]
    if usage is not None:
        sent, reply = usage
        data["usage"] = {"prompt_tokens": sent, "completion_tokens": reply, "total_tokens": sent + reply}
    return event(data)


def text(*pieces: str) -> bytes:
    """Chunks with text."""
    return b"".join(chunk(content=piece) for piece in pieces)


DONE = event("[DONE]")
STOP = chunk("stop") + DONE


def stream(*steps: Step) -> Reply:
    """A reply in server-sent events, or whatever the steps make of it."""
    return Reply(steps)


def packed(*steps: bytes, status: int = 200, times: int = 1) -> Reply:
    """The same as a browser gets it: gzipped, once or more times."""
    whole = b"".join(steps)
    for _ in range(times):
        whole = gzip.compress(whole)
    codings = ", ".join(["gzip"] * times)
    return Reply((whole,), status, {**stream().headers, "Content-Encoding": codings})


def answer(*pieces: str, usage: tuple[int, int] | None = (12, 3), between: float = 0.0) -> Reply:
    """A reply as it should be, in these pieces, with this many seconds before each."""
    steps = [step for piece in pieces for step in (Pause(between), text(piece))]
    counted = b"" if usage is None else chunk(usage=usage)
    return stream(chunk(role="assistant", content=""), *steps, chunk("stop"), counted + DONE)


def page(body: object, status: int = 200, **headers: str) -> Reply:
    """A plain answer: HTML if the body is text, else JSON. A header's underscores stand for hyphens."""
    kind, content = ("text/html", body) if isinstance(body, str) else ("application/json", json.dumps(body))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply((content.encode(),), status, {"Content-Type": kind, **named})


@dataclass(frozen=True)
class Received:
    """A request as it came; `left` is set when the client leaves before the reply's end."""

    path: str
    headers: Mapping[str, str]  # names in lower case
    body: Any  # from JSON
    raw: bytes  # the same, as it came
    connection: int  # counted from 0; requests on a kept connection have the same
    left: Event = field(default_factory=Event)


Script = Reply | Callable[[Received], Reply]


class SpeaksTls(Exception):
    """The client speaks TLS to a server that does not."""


class StreamingServer:
    """Answers every request with the next reply of its script; a function in it makes one from the request.

    With `tls` it speaks https; without it, `no_tls` is its answer to a client that does.
    """

    def __init__(
        self,
        *script: Script,
        otherwise: Script | None = None,
        tls: ssl.SSLContext | None = None,
        no_tls: bytes = BAD_REQUEST,
    ) -> None:
        self.requests: list[Received] = []
        self._no_tls = no_tls
        self._tls = tls
        self._script = deque(script)
        self._otherwise = otherwise or answer("Hello!")
        self._connections = count()
        self._listening: Future[tuple[asyncio.AbstractEventLoop, int]] = Future()
        self._stop = asyncio.Event()
        self._conversations: set[asyncio.Task[None]] = set()
        self._thread = Thread(target=lambda: asyncio.run(self._listen()), name="streaming-server", daemon=True)

    def answer_with(self, script: Script) -> None:
        """Put a reply at the end of the script."""
        self._script.append(script)

    @property
    def base_url(self) -> str:
        """Where clients find it."""
        _, port = self._listening.result()
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        loop, _ = self._listening.result()
        loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _listen(self) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self._tls)
        self._listening.set_result((asyncio.get_running_loop(), server.sockets[0].getsockname()[1]))
        await self._stop.wait()
        server.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of our own: the one that asyncio would start complains when it is cancelled at the end.
        self._conversations.add(asyncio.create_task(self._converse(reader, writer)))

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection. It is always being read, also during a reply: so a client's leaving is noticed."""
        connection, replying = next(self._connections), None
        try:
            while received := await _read_request(reader, connection):
                if replying:
                    await replying[1]
                replying = received, asyncio.create_task(_send(self._reply_to(received), writer))
            if replying and not replying[1].done():
                replying[0].left.set()
                replying[1].cancel()
        except SpeaksTls:
            writer.write(self._no_tls)
        finally:
            writer.close()

    def _reply_to(self, received: Received) -> Reply:
        self.requests.append(received)
        reply = self._script.popleft() if self._script else self._otherwise
        return reply if isinstance(reply, Reply) else reply(received)


async def _read_request(reader: asyncio.StreamReader, connection: int) -> Received | None:
    """The next request of a connection; None when the client has left. Raises SpeaksTls."""
    try:
        first = await reader.readexactly(1)
        if first == TLS_HELLO:
            raise SpeaksTls
        request, *lines = (first + await reader.readuntil(END_OF_HEAD)).decode("latin-1").splitlines()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    except (ConnectionError, asyncio.IncompleteReadError):
        return None
    return Received(request.split()[1], headers, json.loads(body or "null"), body, connection)


async def _send(reply: Reply, writer: asyncio.StreamWriter) -> None:
    unsent = b"" if reply.bare else reply.head
    for step in reply.steps:
        match step:
            case bytes():
                writer.write(unsent + (step if reply.bare else _http_chunk(step)))
                unsent = b""
                await writer.drain()
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case Act.SILENCE:
                await asyncio.Event().wait()
            case Act.HANG_UP:
                return writer.close()
            case Act.RESET:
                linger_not = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
                return writer.transport.abort()
    if reply.bare:
        return writer.close()
    writer.write(unsent + END_OF_BODY)
    await writer.drain()
    return None


def _http_chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""
