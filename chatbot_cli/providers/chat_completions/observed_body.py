"""A response's body on its way to the SDK: what it begins with is kept, and each line is logged for `--debug`.

The SDK takes in whatever comes, so an endless event, or an endless error, ends here.
"""

import codecs
import logging
from collections.abc import AsyncGenerator, AsyncIterator

import httpx2

MOST_KEPT = 4096  # bytes
LONGEST_ERROR = 1_000_000  # bytes of a body that only says why there is no reply
LONGEST_EVENT = 64_000_000  # bytes of one event
LONGEST_PACKED = {True: 20_000, False: 4_000_000}  # bytes of a packed body, of an error and else: it may grow a lot
BEGINNING = "beginning"  # the extension of a response that holds them
ENDS_OF_EVENTS = (b"\n\n", b"\r\n\r\n", b"\r\r")

_log = logging.getLogger(__name__)


async def observe(response: httpx2.Response) -> None:
    """An event hook for responses: look on while the body comes."""
    if not _is_text(response.charset_encoding or "utf-8"):
        response.encoding = "utf-8"  # else reading why it refuses would fail somewhere deep inside
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.extensions[BEGINNING] = beginning = bytearray()
        packed = response.headers.get("content-encoding", "")
        most = None if response.is_success else LONGEST_ERROR
        if packed:
            most = LONGEST_PACKED[not response.is_success]
        response.stream = _Observed(response.stream, beginning, packed, most)


def _is_text(charset: str) -> bool:
    """Whether a charset turns any bytes into text: some codecs are no charsets, some fail over what is not theirs."""
    try:
        decoder = codecs.getincrementaldecoder(charset)("replace")
        return isinstance(decoder.decode(b"a\x00\xff", True), str) and isinstance(b"a".decode(charset, "replace"), str)
    except Exception:  # noqa: BLE001  each codec fails in its own way
        return False


class _Observed(httpx2.AsyncByteStream):
    """The same bytes, with their beginning put aside."""

    def __init__(
        self, body: httpx2.AsyncByteStream, beginning: bytearray, packed: str, most: int | None = None
    ) -> None:
        self._body = body
        self._beginning = beginning
        self._packed = packed
        self._most = most
        self._taken = self._since_event = 0  # bytes
        self._end = b""  # of the last piece
        self._line = b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = aiter(self._body)
        try:
            async for piece in pieces:
                self._take(piece)
                yield piece
                if self._most is not None and self._taken > self._most:
                    break  # what came till now is enough, or is too much
            if self._line:
                self._note(b"\n")
        finally:
            if isinstance(pieces, AsyncGenerator):  # left in the middle, it would wait for the garbage collector
                await pieces.aclose()

    async def aclose(self) -> None:
        await self._body.aclose()

    def _take(self, piece: bytes) -> None:
        """Keep what is to be kept of a piece. Raises DecodingError when its event is without an end."""
        self._taken += len(piece)
        seen, self._end = self._end + piece, piece[-3:]
        ended = any(end in seen for end in ENDS_OF_EVENTS)
        self._since_event = len(piece) if ended else self._since_event + len(piece)
        if self._most is None and self._since_event > LONGEST_EVENT:
            raise httpx2.DecodingError("an event without an end")
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
