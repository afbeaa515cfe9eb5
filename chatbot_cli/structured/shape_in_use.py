"""A shape that is asked for something: its schema, read once, and what was made of it."""

import json
from functools import cached_property
from typing import Any

from chatbot_cli.chat.shape import SentSchema, ShapeReading, Table
from chatbot_cli.structured.replies.as_csv import as_csv
from chatbot_cli.structured.replies.parsed_schema import ParsedSchema
from chatbot_cli.structured.replies.partial import NOTHING, begun, partial, without_nulls
from chatbot_cli.structured.replies.reading import JsonReading, RowsReading
from chatbot_cli.structured.replies.reply_json import NotJson, read
from chatbot_cli.structured.replies.tables import GrowingRows, table_of_value
from chatbot_cli.structured.servers.server_schema import for_server, wrapper


class ShapeInUse:
    """What `JsonShape` says and does."""

    def __init__(self, source: str, many: bool) -> None:
        self._many = many
        self._schema = ParsedSchema(json.loads(source))
        row = self._schema if many else self._schema.items
        self._row_fields = (row or self._schema).fields
        self._rows = GrowingRows(row) if row else None
        self._wrapper = wrapper(self._schema.schema, many)

    @cached_property
    def in_words(self) -> str:
        schema = json.dumps(self.for_server("").schema, ensure_ascii=False, separators=(",", ":"))
        return (
            "Answer with JSON alone: nothing before it, nothing after it, no code fence. "
            f"It must be valid by this JSON Schema:\n{schema}"
        )

    def for_server(self, subset: str) -> SentSchema:
        return for_server(self._schema.schema, subset, self._many)

    def reading(self) -> ShapeReading:
        return RowsReading(self._schema) if self._many else JsonReading(self._schema)

    def table(self, text: str) -> Table:
        if self._rows:
            return self._rows.table(text)
        value = self._begun(text)
        return table_of_value(_scalar(text) if value is NOTHING else value)

    def grown(self, text: str) -> Any:
        if self._rows:
            return self._rows.rows(text)
        value = self._begun(text)
        if self._wrapper:
            return None if value is NOTHING else value
        return value if isinstance(value, dict) else {}

    def csv(self, document: str) -> str:
        return as_csv(document, self._row_fields)

    def _begun(self, text: str) -> Any:
        """As much as there is of what is no list, unwrapped."""
        value = partial(begun(text))
        if self._wrapper and isinstance(value, dict) and value.keys() <= {self._wrapper}:
            value = value.get(self._wrapper, NOTHING)
        return without_nulls(value)


def _scalar(text: str) -> Any:
    try:
        found = read(text)
    except NotJson:
        return NOTHING
    return NOTHING if found.problems else found.value
