"""Reads the values of a JSON file one by one, so that only one of them is in memory, however large the file is.

They are the elements of a JSON array, the values of JSONL, or the one value that is there.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from chatbot_cli.sessions.importing.alternation import Unreadable
from chatbot_cli.text.file_kinds import BINARY, PACKED, certain_kind, likely_kind

CHUNK = 1 << 20  # bytes that are read at once
MOST = 256 << 20  # characters of one value
MOST_PARTS = 4_000_000  # of one value; each takes some hundred bytes of memory, however short it is
UNPACK = "Unpack it first, and import what is in it: conversations.json, if it is ChatGPT's export."

_BLANKS = re.compile(r"[ \t\r\n]*")
_LONGEST_TOKEN = 16  # characters; a word, an escape or a number that is cut ends so near to the end


def json_values(stream: BinaryIO, chunk: int = CHUNK, most: int = MOST) -> Iterator[object]:
    """The values in a stream of bytes, in UTF-8, UTF-16 or UTF-32. Raises Unreadable, RecursionError or OSError."""
    text = _Text(stream, chunk, most)
    beginning = text.next()
    if not beginning:
        raise Unreadable("it is empty")
    return _elements(text) if beginning == "[" else _lines(text)


def _elements(text: "_Text") -> Iterator[object]:
    text.at += 1
    delimiter = "" if text.next() == "]" else ","
    while delimiter == ",":
        yield text.value()
        delimiter = text.next()
        if delimiter not in (",", "]") or not delimiter:
            raise text.not_json(text.at)
        if delimiter == ",":
            text.at += 1
            text.next()
    text.at += 1
    if text.next():
        raise text.not_json(text.at)


def _lines(text: "_Text") -> Iterator[object]:
    """The one value, or the values of JSONL. There the first one is alone on its line."""
    begins = text.line
    value = text.value()
    ends = text.line
    following = text.next()
    if following and not begins == ends < text.line:
        raise text.not_json(text.at)
    yield value
    del value
    while following:
        yield text.value_of_line()
        following = text.next()


class _Text:
    """The text of a stream. A piece of it is `held`; what is before `at` in it has been read."""

    def __init__(self, stream: BinaryIO, chunk: int, most: int) -> None:
        self._stream = stream
        self._chunk = chunk
        self._most = most
        self._decoder = json.JSONDecoder()
        self._beginning = stream.read(max(chunk, _LONGEST_TOKEN))
        if certain_kind(self._beginning):
            raise _not_unicode(self._beginning)
        encoding = json.detect_encoding(self._beginning)
        self._bytes = codecs.getincrementaldecoder(encoding)("surrogatepass")
        self._lines_gone, self._columns_gone = 0, 0  # before what is held
        self._ended = False
        self.held, self.at = "", 0
        self._add(self._beginning)

    @property
    def line(self) -> int:
        """The number of the line that is being read."""
        return self._place(self.at)[0]

    def next(self) -> str:
        """The character after the blanks that come now; empty at the end."""
        while True:
            blanks = _BLANKS.match(self.held, self.at)
            self.at = blanks.end() if blanks else self.at
            if self.at < len(self.held) or self._ended:
                return self.held[self.at : self.at + 1]
            self._read_on()

    def value(self) -> object:
        """The value that begins here. Raises Unreadable."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self.held, self.at)
            except json.JSONDecodeError as error:
                if self._ended or not self._may_be_cut(error):
                    raise self.not_json(error.pos) from None
            except ValueError:  # a number with thousands of digits
                raise Unreadable("a number in it is too long") from None
            else:
                if end < len(self.held) - _LONGEST_TOKEN or self._ended:  # else a number may go on: 1 is 1.5e-7
                    self.at = end
                    return value
            self._read_on()

    def value_of_line(self) -> object:
        """The value that fills the rest of this line. Raises Unreadable."""
        while (end := self.held.find("\n", self.at)) < 0 and not self._ended:
            self._read_on()
        line = self.held[self.at : end if end >= 0 else None]
        try:
            value: object = json.loads(line)
        except ValueError:
            raise Unreadable(f"line {self.line} is not JSON") from None
        self.at += len(line)
        return value

    def not_json(self, at: int) -> Unreadable:
        """The error for what is held at an index."""
        line, column = self._place(at)
        return Unreadable(f"line {line}, column {column} is not JSON")

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        """Whether the value may be whole with more text after what is held."""
        return error.msg.startswith("Unterminated string") or error.pos >= len(self.held) - _LONGEST_TOKEN

    def _read_on(self) -> None:
        """Hold more text. It is twice as much for a value that was cut, so that it is not tried again too often."""
        size = len(self.held) - self.at
        if size > self._most:
            raise Unreadable(f"more than {self._most >> 20} MB of it are one conversation")
        if size > MOST_PARTS and sum(self.held.count(mark, self.at) for mark in "{[,") > MOST_PARTS:
            raise Unreadable(f"one conversation in it has more than {MOST_PARTS:,} parts")
        self._lines_gone, self._columns_gone = (number - 1 for number in self._place(self.at))
        self.held, self.at = self.held[self.at :], 0
        self._add(self._stream.read(max(self._chunk, size)))

    def _add(self, data: bytes) -> None:
        self._ended = not data
        try:
            self.held += self._bytes.decode(data, final=self._ended)
        except UnicodeDecodeError:
            raise _not_unicode(self._beginning) from None

    def _place(self, at: int) -> tuple[int, int]:
        """The line and the column of an index in what is held, both counted from 1."""
        lines = self.held.count("\n", 0, at)
        column = at - self.held.rfind("\n", 0, at) if lines else self._columns_gone + at + 1
        return self._lines_gone + lines + 1, column


def _not_unicode(beginning: bytes) -> Unreadable:
    """Names what the file is instead: ChatGPT's export arrives as a ZIP archive."""
    kind = likely_kind(beginning)
    if kind == BINARY:
        return Unreadable("it is not text in UTF-8")
    return Unreadable(f"it is {kind}", UNPACK if kind in PACKED else "")
