"""Takes out of a stream of server-sent events what is no chunk of a reply, before an SDK reads it.

An SDK parses the data of every event as JSON, also where there is none. By the WHATWG's standard, comments, `id`,
`retry` and `event` alone make no event; gateways use all of them, and words such as `ping`, to keep a connection open.
"""

import json
import logging
import re
from collections.abc import Callable

from chatbot_cli.providers.wire.lean_chunks import lean

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DONE = b"[DONE]"  # the data of the event that ends a stream
SHOWN = 200  # bytes of what is left out, in the log

_LINE_END = re.compile(rb"\r\n?|\n")
_MAYBE_CHUNK = re.compile(rb"\{|\[(?!\s*[a-z])", re.IGNORECASE)  # `[` and a letter is a word in brackets

_log = logging.getLogger(__name__)


def written(data: bytes) -> bytes:
    """Data as an event without a name; nothing for none."""
    return b"".join(b"data: %b\n" % line for line in data.split(b"\n")) + b"\n" if data else b""


class ChunkEvents:
    """Keeps the events that hold a chunk, an error or the end of a reply, and of these only the data.

    A chunk that is broken is kept too: reading it must fail. What begins like no JSON object or list is left out.
    `write` makes an event of the data again, as the SDK wants it.
    """

    def __init__(self, write: Callable[[bytes], bytes] = written) -> None:
        self._write = write
        self._line = bytearray()  # the beginning of a line that has no end yet
        self._after_cr = False  # a line feed that comes next belongs to the line before
        self._at_start = True
        self._data: list[bytes] = []
        self._is_error = False

    def feed(self, piece: bytes) -> bytes:
        """The events that are complete with this piece of the stream, as a stream that every parser reads."""
        start = 1 if self._after_cr and piece.startswith(b"\n") else 0
        self._after_cr = piece.endswith(b"\r") if piece else self._after_cr
        events = bytearray()
        for end in _LINE_END.finditer(piece, start):
            self._line += piece[start : end.start()]
            start = end.end()
            line, self._line = bytes(self._line), bytearray()
            events += self._take(line)
        self._line += piece[start:]
        return bytes(events)

    def _take(self, line: bytes) -> bytes:
        """Take the next line; the event that it completes, or nothing."""
        if self._at_start:
            line, self._at_start = line.removeprefix(BYTE_ORDER_MARK), False
        if not line:
            if not self._data:
                self._is_error = False
                return b""
            data, is_error = b"\n".join(self._data).strip(), self._is_error
            self._data, self._is_error = [], False
            return self._write(_error(data) if is_error and data else _chunk(data))
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._is_error = value.strip().lower() == b"error"
        elif name and not _is_text(line):
            return line + b"\n"  # no event stream at all: reading it must fail
        return b""


def _chunk(data: bytes) -> bytes:
    """The data if it may be a chunk or the end of the stream, else nothing."""
    if data[: len(DONE)].upper() == DONE:
        return DONE
    if not data or _MAYBE_CHUNK.match(data) or not _is_text(data):
        return lean(data)
    _log.debug("left out, since it is no chunk of a reply: %s", data[:SHOWN].decode("utf-8", "replace"))
    return b""


def _error(data: bytes) -> bytes:
    """The data of an event named `error`, in the shape in which every SDK recognises an error."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):  # words
        told = data.decode("utf-8", "replace")
    if isinstance(told, dict) and told.get("error"):
        return data
    return json.dumps({"error": told if told and isinstance(told, dict) else {"message": told}}).encode()


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
