"""What a tool prints, told as its progress: on stdout it would stand in an answer that is read by a program.

Nor does it read the keys, which are for the chat.
"""

import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from io import UnsupportedOperation
from typing import Any, TextIO

SHORTEST_PAUSE = 0.1  # seconds between two lines that are told; of those in between, the last one counts
LONGEST_LINE = 200  # characters

_ENDS = re.compile("[\r\n]")  # a bar of progress goes back to the beginning of its line

_listener: ContextVar["_Lines | None"] = ContextVar("listener", default=None)
_lock = threading.Lock()


@contextmanager
def prints_told_to(tell: Callable[[str], None]) -> Iterator[None]:
    """Tell what is printed in this context, also by threads and tasks that it starts, line by line.

    Others print as always.
    """
    stand_before_streams()
    lines = _Lines(tell)
    token = _listener.set(lines)
    try:
        yield
    finally:
        _listener.reset(token)
        lines.finish()


class _Lines:
    """Takes text in pieces, and tells its lines, not too many of them."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell, self._held, self._last = tell, "", ""
        self._told_at = 0.0

    def write(self, text: str) -> None:
        *lines, rest = _ENDS.split(self._held + text)
        self._held = rest[-LONGEST_LINE:]
        for line in lines:
            if line.strip():
                self._last = line
        if self._last and time.monotonic() - self._told_at >= SHORTEST_PAUSE:
            self._tell_last()

    def finish(self) -> None:
        self._last = self._held.strip() or self._last
        if self._last:
            self._tell_last()

    def _tell_last(self) -> None:
        line, self._last, self._told_at = self._last, "", time.monotonic()
        self._tell(line[:LONGEST_LINE])


class _Bytes:
    """Takes what is written to the buffer of a stream."""

    def __init__(self, lines: _Lines) -> None:
        self._lines = lines

    def write(self, data: bytes) -> int:
        self._lines.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def flush(self) -> None:
        pass


class _Routed:
    """A stream in front of `stream`, which all who do not print for a tool write to."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        lines = _listener.get()
        if lines is None:
            return self.stream.write(text)
        lines.write(text)
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        if _listener.get() is None:
            self.stream.flush()

    @property
    def buffer(self) -> Any:
        lines = _listener.get()
        return self.stream.buffer if lines is None else _Bytes(lines)

    def isatty(self) -> bool:
        return _listener.get() is None and self.stream.isatty()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class _RoutedInput:
    """Stdin, which is at its end for a tool: the keys are for the chat."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> str:
        return self._stream.read(size) if _listener.get() is None else ""

    def readline(self, size: int = -1) -> str:
        return self._stream.readline(size) if _listener.get() is None else ""

    def __iter__(self) -> Iterator[str]:
        return iter(self.readline, "")

    def isatty(self) -> bool:
        return _listener.get() is None and self._stream.isatty()

    def fileno(self) -> int:
        if _listener.get() is not None:
            raise UnsupportedOperation("a tool has no stdin")  # so input() does not read the terminal by itself
        return self._stream.fileno()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def stand_before_streams() -> None:
    """Put ourselves in front of the streams, once; whoever has replaced them since is kept."""
    with _lock:
        for name, routed in (("stdout", _Routed), ("stderr", _Routed), ("stdin", _RoutedInput)):
            stream = getattr(sys, name)
            if stream is not None and not isinstance(stream, routed):
                setattr(sys, name, routed(stream))
