"""The body of a reply on its way to an SDK: its beginning kept, and nothing in it but chunks."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable

import httpx2

from chatbot_cli.providers.failures.body_errors import TooMuch
from chatbot_cli.providers.wire.event_stream import ChunkEvents, written
from chatbot_cli.providers.wire.observed_body import LONGEST_EVENT

MOST_KEPT = 4096  # bytes
BEGINNING = "beginning"  # the extension of a response that holds the beginning of its body
_ASKS = "asks"  # the extension of a request for a reply, and of one that it was redirected to


async def note_question(request: httpx2.Request) -> None:
    """An event hook for requests: remember which of them asks for a reply, since a redirect may turn it into a GET."""
    if request.method == "POST":
        request.extensions[_ASKS] = True


class OnlyChunks:
    """An event hook for responses: let the SDK see only the chunks of a reply. `write` is as for ChunkEvents."""

    def __init__(self, write: Callable[[bytes], bytes] = written) -> None:
        self._write = write

    async def __call__(self, response: httpx2.Response) -> None:
        """Keep the beginning of the body, and the chunks in it."""
        if not (response.request.extensions.get(_ASKS) and response.is_success):
            return
        response.extensions[BEGINNING] = beginning = bytearray()
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _Chunks(response.stream, beginning, ChunkEvents(self._write))


class _Chunks(httpx2.AsyncByteStream):
    """The chunks in a body; `beginning` becomes the beginning of all that is in it."""

    def __init__(self, body: httpx2.AsyncByteStream, beginning: bytearray, events: ChunkEvents) -> None:
        self._body = body
        self._events = events
        self._beginning = beginning
        self._begun = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._begun:
            # After [DONE] an SDK begins a second time, to discard what is left, so that the connection can be kept.
            async for rest in self._body:
                yield rest
            return
        self._begun = True
        pieces = aiter(self._body)
        idle = 0  # bytes without a chunk
        try:
            async for piece in pieces:
                self._beginning += piece[: MOST_KEPT - len(self._beginning)]
                complete = self._events.feed(piece)
                idle = 0 if complete else idle + len(piece)
                if idle > LONGEST_EVENT:
                    raise TooMuch
                if complete:
                    yield complete
        finally:
            if isinstance(pieces, AsyncGenerator):  # else it stays open until it is garbage
                await pieces.aclose()

    async def aclose(self) -> None:
        await self._body.aclose()
