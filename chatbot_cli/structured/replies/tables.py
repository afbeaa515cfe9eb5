"""A document as a table while it arrives, for a screen that draws it again and again."""

from typing import Any

from chatbot_cli.chat.shape import FIELD_AND_VALUE, Table
from chatbot_cli.structured.replies.cells import cell, cells_of, columns_of
from chatbot_cli.structured.replies.parsed_schema import ParsedSchema
from chatbot_cli.structured.replies.partial import NOTHING, partial, without_nulls
from chatbot_cli.structured.replies.reply_json import NotJson, read
from chatbot_cli.structured.replies.row_scanner import RowScanner


class GrowingRows:
    """The rows of a list that arrives. Each time only what is new of its text is read, and the row that is not whole.

    For a text that does not begin with the last one it begins anew.
    """

    def __init__(self, schema: ParsedSchema) -> None:
        self._schema = schema
        self._begin()

    def _begin(self) -> None:
        self._text = ""
        self._scanner: RowScanner[list[Any]] = RowScanner(_any_row, self._schema.starts)
        self._rows: list[Any] = []
        self._columns = self._schema.fields
        self._cells: list[tuple[str, ...]] = []

    def rows(self, text: str) -> list[Any]:
        """The rows of the text, the last one maybe not whole. They are to be looked at only."""
        self._read_on(text)
        last = self._last()
        return [*self._rows] if last is NOTHING else [*self._rows, last]

    def table(self, text: str) -> Table:
        """The rows as text."""
        self._read_on(text)
        last = self._last()
        arriving = [] if last is NOTHING else [last]
        new = [*self._rows[len(self._cells) :], *arriving]
        columns = columns_of(new, self._columns)
        if columns != self._columns:
            self._columns, self._cells = columns, []
        self._cells += [cells_of(row, columns) for row in self._rows[len(self._cells) :]]
        return Table(columns, (*self._cells, *(cells_of(row, columns) for row in arriving)))

    def _read_on(self, text: str) -> None:
        if not text.startswith(self._text):
            self._begin()
        self._rows += [row for (row,) in self._scanner.feed(text[len(self._text) :])]
        self._text = text

    def _last(self) -> Any:
        unfinished = self._scanner.failed or self._scanner.unfinished
        last = without_nulls(partial(unfinished)) if unfinished else NOTHING
        return NOTHING if last == {} else last  # it may be the object around the list


def table_of_value(value: Any) -> Table:
    """An object with a line for each field, a list with one for each item, anything else as one cell."""
    if isinstance(value, dict):
        return Table(FIELD_AND_VALUE, tuple((name, cell(inner)) for name, inner in value.items()))
    rows = value if isinstance(value, list) else [] if value is NOTHING else [value]
    columns = columns_of(rows, ())
    return Table(columns, tuple(cells_of(row, columns) for row in rows))


def _any_row(text: str) -> list[Any] | None:
    try:
        found = read(text)
    except NotJson:
        return None
    return None if found.problems else [without_nulls(found.value)]
