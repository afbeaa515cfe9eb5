"""A response's body on its way to the SDK: what it begins with is kept, and each line is logged for `--debug`.

The SDK takes in whatever comes, so an endless line, or an endless error, ends here.
"""

import logging
from collections.abc import AsyncGenerator, AsyncIterator

import httpx2

MOST_KEPT = 4096  # bytes
LONGEST_ERROR = 1_000_000  # bytes of a body that only says why there is no reply
LONGEST_LINE = 64_000_000  # bytes of one event
BEGINNING = "beginning"  # the extension of a response that holds them

_log = logging.getLogger(__name__)


async def observe(response: httpx2.Response) -> None:
    """An event hook for responses: look on while the body comes."""
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.extensions[BEGINNING] = beginning = bytearray()
        packed, most = response.headers.get("content-encoding", ""), LONGEST_ERROR if response.is_error else None
        response.stream = _Observed(response.stream, beginning, packed, most)


class _Observed(httpx2.AsyncByteStream):
    """The same bytes, with their beginning put aside."""

    def __init__(
        self, body: httpx2.AsyncByteStream, beginning: bytearray, packed: str, most: int | None = None
    ) -> None:
        self._body = body
        self._beginning = beginning
        self._packed = packed
        self._most = most
        self._taken = self._since_line = 0  # bytes
        self._line = b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = aiter(self._body)
        try:
            async for piece in pieces:
                self._take(piece)
                yield piece
                if self._most is not None and self._taken > self._most:
                    break
            if self._line:
                self._note(b"\n")
        finally:
            if isinstance(pieces, AsyncGenerator):  # left in the middle, it would wait for the garbage collector
                await pieces.aclose()

    async def aclose(self) -> None:
        await self._body.aclose()

    def _take(self, piece: bytes) -> None:
        """Keep what is to be kept of a piece. Raises DecodingError when its line is without an end."""
        self._taken += len(piece)
        self._since_line = len(piece) - piece.rfind(b"\n") if b"\n" in piece else self._since_line + len(piece)
        if self._most is None and self._since_line > LONGEST_LINE:
            raise httpx2.DecodingError("a line without an end")
        if len(self._beginning) < MOST_KEPT:
            self._beginning += piece[: MOST_KEPT - len(self._beginning)]
        if _log.isEnabledFor(logging.DEBUG):
            self._note(piece)

    def _note(self, piece: bytes) -> None:
        """Log the lines that are whole by now."""
        if self._packed:
            _log.debug("received %d bytes, packed as %s", len(piece), self._packed)
            return
        *lines, self._line = (self._line + piece).split(b"\n")
        for line in filter(bytes.strip, lines):
            _log.debug("received %s", line.decode("utf-8", "backslashreplace"))
