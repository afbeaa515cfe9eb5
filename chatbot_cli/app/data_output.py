"""Writes data on stdout, where nothing else is written: as JSON, as lines of JSON, as CSV, or as a table."""

import io
import json
import re
from collections.abc import Callable, Sequence
from typing import TextIO

from chatbot_cli.app.shapes import JSONL
from chatbot_cli.chat.shape import Shape, Table
from chatbot_cli.system.terminal_size import columns_of
from chatbot_cli.text.safe import safe, without_controls
from chatbot_cli.text.sign_guard import SignGuard

_NOT_ASCII = re.compile(r"[^\n\r -~]")


class DataWriter:
    """Writes the data of one answer on `out` in one of OUTPUTS; `draw` shows a table.

    Rows that arrive are written at once if lines of JSON are wanted. `earlier` counts the rows that the beginning of
    a continued reply has: they have been written by another start.
    """

    def __init__(self, shape: Shape, output: str, out: TextIO, draw: Callable[[Table], None], earlier: int = 0) -> None:
        self._shape, self._output, self._out, self._draw = shape, output, out, draw
        self._earlier = earlier
        self.written = 0  # rows of `many`

    def rows(self, rows: Sequence[str]) -> None:
        """Take rows that are complete and valid, each a line of JSON."""
        if self._output == JSONL:
            self._lines(rows)

    def document(self, document: str) -> None:
        """Write a document, but for the rows of it that are written already."""
        match self._output:
            case "jsonl":
                self._lines(_on_lines(document)[self._earlier + self.written :])
            case "csv":
                self._csv(self._shape.csv(document))
            case "table":
                self._draw(self._shape.table(document))
            case _:
                self._write(self._shown(document) + "\n")

    def raw(self, text: str) -> None:
        """Write a reply that is not valid, as it came."""
        clean = safe if self._out.isatty() else without_controls
        self._write(self._guarded(clean(text).rstrip("\n")) + "\n")

    def _lines(self, rows: Sequence[str]) -> None:
        if rows:
            self._write("".join(f"{self._shown(row)}\n" for row in rows))
            self.written += len(rows)

    def _csv(self, text: str) -> None:
        if self._out.isatty():
            return self._write(self._guarded(safe(text)))
        if isinstance(self._out, io.TextIOWrapper):
            self._out.reconfigure(newline="")  # the ends of its lines are right on every system
        return self._write(text)

    def _guarded(self, text: str) -> str:
        """The text without the program's signs at the beginning of a row, if it is written to a terminal."""
        if not self._out.isatty():
            return text
        guard = SignGuard(lambda: columns_of(self._out))
        return guard.feed(text) + guard.finish()

    def _shown(self, text: str) -> str:
        """JSON for this stream: what cannot be written, or would act on a terminal, is an escape of JSON."""
        unicode = (self._out.encoding or "utf-8").lower().replace("-", "") == "utf8"
        if unicode and not self._out.isatty():
            return text
        return _NOT_ASCII.sub(lambda match: match[0] if unicode and match[0].isprintable() else _escape(match[0]), text)

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def _on_lines(document: str) -> list[str]:
    """A document of JSON on one line; of an array each element."""
    found = json.loads(document)
    return [json.dumps(one, ensure_ascii=False) for one in (found if isinstance(found, list) else [found])]


def _escape(character: str) -> str:
    return json.dumps(character)[1:-1]
