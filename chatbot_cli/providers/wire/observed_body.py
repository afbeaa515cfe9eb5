"""Observes a response's body as it arrives: limits its size, and logs each line for `--debug`.

The SDK sets no limit to the size of an event or an error, so this module does.
"""

import codecs
import logging
from collections.abc import AsyncGenerator, AsyncIterator

import httpx2

from chatbot_cli.providers.failures.body_errors import TooMuch

LONGEST_ERROR = 1_000_000  # bytes of the body of a refusal
LONGEST_EVENT = 8_000_000  # bytes of one event; a megabyte holds the longest reply of any model
ENDS_OF_EVENTS = (b"\n\n", b"\r\n\r\n", b"\r\r")

_log = logging.getLogger(__name__)


async def observe(response: httpx2.Response) -> None:
    """An event hook for responses: observe the body while it is read."""
    if not _is_text(response.charset_encoding or "utf-8"):
        response.encoding = "utf-8"  # else the SDK would fail to decode the body of a refusal
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Observed(response.stream, None if response.is_success else LONGEST_ERROR)


def _is_text(charset: str) -> bool:
    """Whether a charset decodes any bytes. Some codecs do not make text, and some raise an error on foreign bytes."""
    try:
        decoder = codecs.getincrementaldecoder(charset)("replace")
        return isinstance(decoder.decode(b"a\x00\xff", True), str) and isinstance(b"a".decode(charset, "replace"), str)
    except Exception:  # noqa: BLE001  each codec fails in its own way
        return False


class _Observed(httpx2.AsyncByteStream):
    """A body that passes on the same bytes."""

    def __init__(self, body: httpx2.AsyncByteStream, most: int | None = None) -> None:
        self._body = body
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
                    break  # the body is too long, or enough of it is known
            if self._line:
                self._note(b"\n")
        finally:
            if isinstance(pieces, AsyncGenerator):  # else it stays open until it is garbage
                await pieces.aclose()

    async def aclose(self) -> None:
        await self._body.aclose()

    def _take(self, piece: bytes) -> None:
        """Count and log a piece. Raises TooMuch if the event it belongs to is longer than `LONGEST_EVENT`."""
        self._taken += len(piece)
        seen, self._end = self._end + piece, piece[-3:]
        ended = any(end in seen for end in ENDS_OF_EVENTS)
        self._since_event = len(piece) if ended else self._since_event + len(piece)
        if self._most is None and self._since_event > LONGEST_EVENT:
            raise TooMuch
        if _log.isEnabledFor(logging.DEBUG):
            self._note(piece)

    def _note(self, piece: bytes) -> None:
        """Log the lines that are complete."""
        *lines, self._line = (self._line + piece).split(b"\n")
        for line in filter(bytes.strip, lines):
            _log.debug("received %s", line.decode("utf-8", "backslashreplace"))
