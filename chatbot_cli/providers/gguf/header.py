"""Reads what a GGUF file says of itself: its header, a list of keys and values before the weights. It trusts none."""

import struct
from collections.abc import Mapping
from typing import BinaryIO

MAGIC = b"GGUF"
VERSIONS = (2, 3)
FIRST_READ, MOST_READ = 4 << 20, 1 << 28  # bytes; most of a header is the list of tokens
MOST_KEPT = 1 << 20  # bytes of a text
MOST_KEYS = 1 << 16
MOST_NUMBERS = 4_096  # of a list: one for each layer; longer ones are about tokens
MOST_ENTRIES = 1 << 22  # of all lists that are read one by one; a vocabulary has 250,000, and twice as many merges

Value = int | float | bool | str | tuple[int | float, ...]

_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9
_LENGTH = struct.Struct("<Q")


class NotGguf(Exception):
    """The file is of another kind, or of a version that nobody reads."""


class Broken(Exception):
    """The file begins as it should, and then makes no sense; or it ends in the midst of its header."""


class _EndsHere(Exception):
    """More bytes are needed."""


def read_header(file: BinaryIO) -> Mapping[str, Value]:
    """The keys of a header with their values. Long lists are left out. Raises NotGguf, Broken and OSError."""
    content = file.read(FIRST_READ)
    if not content.startswith(MAGIC):
        raise NotGguf
    while True:
        try:
            return _Reader(content).header()
        except _EndsHere:
            more = file.read(len(content) * 3) if len(content) < MOST_READ else b""
            if not more:
                raise Broken from None
            content += more


class _Reader:
    """Reads one value after the other out of the beginning of a file."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, len(MAGIC)
        self._entries_left = MOST_ENTRIES

    def header(self) -> dict[str, Value]:
        version = self._number("I")
        if version not in VERSIONS:
            raise NotGguf
        self._number("Q")  # how many tensors there are
        keys = self._number("Q")
        if keys > MOST_KEYS:
            raise Broken
        found: dict[str, Value] = {}
        for _ in range(int(keys)):
            key = self._text()
            value = self._value(int(self._number("I")))
            if value is not None:
                found[key] = value
        return found

    def _value(self, kind: int) -> Value | None:
        if kind == _TEXT:
            return self._text()
        if kind == _LIST:
            return self._list(int(self._number("I")), int(self._number("Q")))
        if kind not in _NUMBERS:
            raise Broken
        return self._number(_NUMBERS[kind])

    def _list(self, kind: int, length: int) -> Value | None:
        if kind == _TEXT:
            self._skip_texts(length)
            return None
        if kind not in _NUMBERS:  # nobody writes lists of lists
            raise Broken
        if length > MOST_NUMBERS:
            self._skip(length * struct.calcsize(f"<{_NUMBERS[kind]}"))
            return None
        self._spend(length)
        return tuple(self._number(_NUMBERS[kind]) for _ in range(length))

    def _spend(self, entries: int) -> None:
        self._entries_left -= entries
        if self._entries_left < 0:  # no model has so many, and to read them takes minutes
            raise Broken

    def _skip_texts(self, count: int) -> None:
        """Pass over a list of texts. A vocabulary has 250,000, so nothing is done for each that need not be."""
        self._spend(count)
        at, content, length_at = self._at, self._content, _LENGTH.unpack_from
        try:
            for _ in range(count):
                at += 8 + length_at(content, at)[0]
        except (struct.error, OverflowError):
            raise _EndsHere from None
        self._at = at

    def _number(self, form: str) -> int | float:
        shape = f"<{form}"
        try:
            (number,) = struct.unpack_from(shape, self._content, self._at)
        except (struct.error, OverflowError):
            raise _EndsHere from None
        self._at += struct.calcsize(shape)
        return number if isinstance(number, float) else int(number)

    def _text(self) -> str:
        length = int(self._number("Q"))
        start = self._at
        self._skip(length)
        return self._content[start : start + min(length, MOST_KEPT)].decode("utf-8", "replace")

    def _skip(self, length: int) -> None:
        if self._at + length > len(self._content):
            raise _EndsHere
        self._at += length
