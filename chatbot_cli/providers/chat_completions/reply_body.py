"""The body of a reply on its way to the SDK: unpacked, its beginning kept, and nothing in it but chunks."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import httpx2

from chatbot_cli.providers.chat_completions.event_stream import ChunkEvents

MOST_KEPT = 4096  # bytes
BEGINNING = "beginning"  # the extension of a response that holds the beginning of its body, unpacked
PACKED = "content-encoding"


async def only_chunks(response: httpx2.Response) -> None:
    """An event hook for responses: if one is a reply, let the SDK see only its chunks."""
    if response.request.method != "POST" or not response.is_success:
        return
    response.extensions[BEGINNING] = beginning = bytearray()
    packed = response.headers.pop(PACKED, "")  # from here on it is not packed
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Chunks(response.stream, packed, beginning)


class _Chunks(httpx2.AsyncByteStream):
    """The chunks in a body that may be packed; `beginning` becomes the beginning of all that is in it."""

    def __init__(self, raw: httpx2.AsyncByteStream, packed: str, beginning: bytearray) -> None:
        self._raw = raw
        self._body = httpx2.Response(200, headers={PACKED: packed} if packed else {}, stream=raw)  # unpacks
        self._beginning = beginning

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._body.is_stream_consumed:
            # After [DONE] the SDK begins a second time, to discard what is left, so that the connection can be kept.
            async for rest in self._raw:
                yield rest
            return
        events = ChunkEvents()
        async with aclosing(self._body.aiter_bytes()) as pieces:
            async for piece in pieces:
                self._beginning += piece[: MOST_KEPT - len(self._beginning)]
                if complete := events.feed(piece):
                    yield complete

    async def aclose(self) -> None:
        await self._body.aclose()
