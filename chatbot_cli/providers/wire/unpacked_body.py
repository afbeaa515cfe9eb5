"""Unpacks a response's body that comes packed, though every request asks for one that is not.

A few hundred bytes can hold gigabytes. So a body is unpacked here and not by httpx2: a piece at a time, counted by what
comes out, and with a rest between the pieces in which deadlines and Ctrl-C are heard.
"""

import asyncio
import logging
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator

import httpx2

from chatbot_cli.providers.failures.body_errors import PackedOtherwise, TooMuch
from chatbot_cli.text.short import shorten_foreign

PIECE = 1 << 14  # bytes that come out at a time; what reads them does not let the loop run in between
MOST_UNPACKED = 256_000_000  # bytes of a reply, or of a list of models
MOST_OF_REFUSAL = 1_000_000  # bytes
LONGEST_NAME = 64  # characters of the codings' names that are shown

_HEADER = "content-encoding"
_UNPACKED = ("", "identity", "none", "utf-8", "utf8")  # the last three are in use, and mean nothing
_GZIP, _DEFLATE = ("gzip", "x-gzip"), ("deflate",)

_log = logging.getLogger(__name__)


async def ask_unpacked(request: httpx2.Request) -> None:
    """An event hook for requests: ask for a body that is not packed."""
    request.headers["Accept-Encoding"] = "identity"


async def unpack(response: httpx2.Response) -> None:
    """An event hook for responses: unpack the body while it is read. From here on the response says it is not packed.

    Raises PackedOtherwise if a successful response has more than one coding, or one that is not known. A refusal of
    that kind has a sentence for a body: its status is told.
    """
    values = response.headers.get_list(_HEADER, split_commas=True)
    response.headers.pop(_HEADER, None)
    codings = [name for value in values if (name := value.strip().lower()) not in _UNPACKED]
    if not codings or not isinstance(response.stream, httpx2.AsyncByteStream):
        return
    names = shorten_foreign(", ".join(codings), LONGEST_NAME)
    if len(codings) == 1 and codings[0] in (*_GZIP, *_DEFLATE):
        response.stream = _Unpacked(response.stream, names, is_refusal=not response.is_success)
    elif response.is_success:
        raise PackedOtherwise(names, response.request)
    else:
        response.headers["Content-Type"] = "text/plain"
        response.stream = _Told(response.stream, f"its message is packed ({names})")


class _Told(httpx2.AsyncByteStream):
    """A sentence in place of a body that is not read."""

    def __init__(self, body: httpx2.AsyncByteStream, sentence: str) -> None:
        self._body = body
        self._sentence = sentence

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._sentence.encode()

    async def aclose(self) -> None:
        await self._body.aclose()


class _Unpacked(httpx2.AsyncByteStream):
    """What comes out of a body with one coding. Of a refusal, it is all that can be unpacked, up to a limit."""

    def __init__(self, packed: httpx2.AsyncByteStream, coding: str, *, is_refusal: bool) -> None:
        self._packed = packed
        self._coding = coding
        self._is_refusal = is_refusal
        self._inflating = Inflating(is_gzip=coding in _GZIP)
        self._seen = 0  # bytes that came in, and that came out
        self._begun = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        begun, self._begun = self._begun, True
        pieces = aiter(self._packed)
        try:
            async for packed in pieces:
                _log.debug("received %d bytes, packed as %s", len(packed), self._coding)
                if begun:
                    yield packed  # the rest of a body that was read to its end, to be discarded
                    continue
                self._count(packed)
                for piece in self._inflating.feed(packed):
                    self._count(piece)
                    yield piece
                    await asyncio.sleep(0)
            if not (begun or self._is_refusal or self._inflating.is_whole):
                raise httpx2.RemoteProtocolError("the packed body breaks off")
        except (zlib.error, TooMuch) as error:
            if not self._is_refusal:
                raise error if isinstance(error, TooMuch) else httpx2.DecodingError(str(error)) from error
        finally:
            if isinstance(pieces, AsyncGenerator):  # else it stays open until it is garbage
                await pieces.aclose()

    async def aclose(self) -> None:
        await self._packed.aclose()

    def _count(self, piece: bytes) -> None:
        self._seen += len(piece)
        if self._seen > (MOST_OF_REFUSAL if self._is_refusal else MOST_UNPACKED):
            raise TooMuch


class Inflating:
    """Unpacks gzip, also of several members, or deflate with or without its header. It holds a piece, never the whole.

    What follows the packed data is left out, as gzip does.
    """

    def __init__(self, *, is_gzip: bool) -> None:
        self._is_gzip = is_gzip
        self._head = b""  # of deflate, as long as it is too short to tell which kind it is
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16) if is_gzip else None
        self._is_first = self._says_nothing = True  # this member of gzip
        self._fed = self._over = False

    @property
    def is_whole(self) -> bool:
        """Whether the end of the packed data has come, or nothing at all."""
        if self._inflate is None:
            return not self._head
        return self._over or self._inflate.eof or not self._fed

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """What comes out with the next bytes, in pieces of at most `PIECE` bytes. Raises zlib.error."""
        self._fed = self._fed or bool(packed)
        if self._inflate is None:
            packed, self._head = self._head + packed, b""
            if len(packed) < 2:
                self._head = packed
                return
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS if _has_header(packed) else -zlib.MAX_WBITS)
        while not self._over:
            if self._inflate.eof:
                if not packed:
                    return
                self._begin_member()
                continue
            piece = self._next(self._inflate, packed)
            packed = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
            if piece:
                self._says_nothing = False
                yield piece
            elif not packed:
                return

    def _begin_member(self) -> None:
        self._over = not self._is_gzip
        self._is_first, self._says_nothing = False, True
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def _next(self, inflate: "zlib._Decompress", packed: bytes) -> bytes:
        try:
            return inflate.decompress(packed, PIECE)
        except zlib.error:
            if self._is_first or not self._says_nothing:
                raise
            self._over = True  # what follows the last member is none
            return b""


def _has_header(packed: bytes) -> bool:
    """Whether deflate begins with the header of zlib, as it should."""
    return packed[0] & 0x0F == zlib.DEFLATED and int.from_bytes(packed[:2]) % 31 == 0
