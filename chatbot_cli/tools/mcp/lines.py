"""What a server writes to its stdout, line by line: an answer that the library cannot read is answered all the same.

The library drops such a line, and the call would wait for its timeout. Knows no library.
"""

import json
import re
from typing import Protocol, Self

UNREADABLE = "The server's answer cannot be read."
INVALID = -32700  # JSON-RPC: what came is no message

_HALVES = re.compile("[\ud800-\udfff]")  # halves of characters, which the library does not take


class Bytes(Protocol):
    """A stream of bytes. `receive` raises what the library raises when there are no more."""

    async def receive(self) -> bytes: ...

    def __aiter__(self) -> Self: ...

    async def __anext__(self) -> bytes: ...


class WholeLines:
    """The text of a stream, of one or more whole lines at a time. What is no text is replaced.

    The library joins what it has of a line anew with every piece: one of 50 MB took it seventeen seconds.
    """

    def __init__(self, stream: Bytes, encoding: str = "utf-8", errors: str = "replace") -> None:
        self._stream, self._encoding = stream, encoding
        self._pieces: list[bytes] = []  # of a line that has not ended

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        while True:
            piece = await anext(self._stream)
            end = piece.rfind(b"\n") + 1
            self._pieces.append(piece[:end] if end else piece)
            if end:
                whole = b"".join(self._pieces)
                self._pieces = [piece[end:]]
                return whole.decode(self._encoding, "replace")


def without_halves(line: str) -> str:
    """A message with no half characters; empty if the line is no JSON."""
    try:
        return json.dumps(_whole(json.loads(line)), ensure_ascii=False)
    except (ValueError, RecursionError):
        return ""


def as_failure(line: str) -> str:
    """A message that says that the answer in this line cannot be read; empty if the line answers no request."""
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(answer, dict) or "method" in answer or not isinstance(answer.get("id"), int | str):
        return ""
    return json.dumps({"jsonrpc": "2.0", "id": answer["id"], "error": {"code": INVALID, "message": UNREADABLE}})


def _whole(value: object) -> object:
    if isinstance(value, str):
        return _HALVES.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return {_whole(key): _whole(one) for key, one in value.items()} if isinstance(value, dict) else value
