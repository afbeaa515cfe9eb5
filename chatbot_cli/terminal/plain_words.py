"""What the plain screen writes of a reply: its text as it comes, or data in lines for somebody who listens."""

from collections.abc import Iterator
from typing import Protocol

from chatbot_cli.chat.events import AskedAgain, DocumentArrived, RowsArrived, TextDelta, TurnEvent
from chatbot_cli.chat.shape import FIELD_AND_VALUE, Shape, Table
from chatbot_cli.errors import InvalidReply
from chatbot_cli.terminal.plain_table import on_lines

EMPTY = "There is nothing in it.\n"


class PlainWords(Protocol):
    """The words for one reply."""

    def of(self, event: TurnEvent) -> str:
        """What is to be written now; empty for most events."""
        ...

    def rest(self, error: BaseException | None) -> str:
        """What is to be written at the end; `error` says why it ended, if it did not just do so."""
        ...


class TextInWords:
    """A reply that is a text is written as it comes."""

    def of(self, event: TurnEvent) -> str:
        return event.text if isinstance(event, TextDelta) else ""

    def rest(self, error: BaseException | None) -> str:
        return ""


class DataInWords:
    """Data is written when it is valid: a row of a list at once, all else at the end. What is not valid, as it came."""

    def __init__(self, shape: Shape, reply_so_far: str = "") -> None:
        self._shape = shape
        self._pieces = [reply_so_far]
        self._before = ""
        self._written = 0  # rows
        self._is_whole = False

    def of(self, event: TurnEvent) -> str:
        match event:
            case TextDelta(text):
                self._pieces.append(text)
            case AskedAgain():
                self._before, self._pieces = "".join(self._pieces), []
            case RowsArrived(rows):
                return self._rows(self._shape.table("\n".join(rows)))
            case DocumentArrived(document):
                self._is_whole = True
                table = self._shape.table(document)
                if not table.rows:
                    return EMPTY
                return self._rows(Table(table.columns, table.rows[self._written :]))
        return ""

    def rest(self, error: BaseException | None) -> str:
        """What came of a reply that is not whole, unless its rows have been written."""
        if self._is_whole or (self._written and not isinstance(error, InvalidReply)):
            return ""
        return error.text if isinstance(error, InvalidReply) else "".join(self._pieces) or self._before

    def _rows(self, table: Table) -> str:
        lines = list(_lines(table, self._written))
        self._written += len(table.rows)
        return "".join(f"{line}\n" for line in lines)


def in_words(shape: Shape, document: str) -> str:
    """A document in lines: its fields, or each of its rows after its number."""
    return DataInWords(shape).of(DocumentArrived(document)).rstrip("\n")


def as_far_as_it_came(shape: Shape, text: str) -> str:
    """A reply that was to be data, and broke off: its whole rows after their numbers, or its text if it has none."""
    words, rows = DataInWords(shape, text), shape.reading().arrived(text)
    return (words.of(RowsArrived(tuple(rows))) + words.rest(None)).rstrip("\n")


def _lines(table: Table, before: int) -> Iterator[str]:
    """The rows in lines, after so many that were `before`. What is empty is left out."""
    table = on_lines(table)
    if table.columns == FIELD_AND_VALUE:
        yield "data"
        yield from (f"{name}: {cell}" for name, cell in table.rows if cell)
        return
    for number, row in enumerate(table.rows, start=before + 1):
        yield f"row {number}"
        yield from (f"{name}: {cell}" for name, cell in zip(table.columns, row, strict=True) if cell)
