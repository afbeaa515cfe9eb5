"""A schema that was read once, with all that is asked of it again and again."""

from functools import cached_property
from typing import Any

from chatbot_cli.structured.schemas.field_order import FieldOrder
from chatbot_cli.structured.schemas.validation import Validation
from chatbot_cli.structured.servers.from_server import FromServer

_STARTS = {
    "object": "{",
    "array": "[",
    "string": '"',
    "number": "-0123456789",
    "integer": "-0123456789",
    "boolean": "tf",
    "null": "n",
}


class ParsedSchema:
    """The schema of a document, or of a row of a list."""

    def __init__(self, schema: Any) -> None:
        self.schema = schema
        self.validation = Validation(schema)

    @cached_property
    def order(self) -> FieldOrder:
        return FieldOrder(self.schema)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields in their order; none if the values are no objects."""
        return self.order.fields()

    @cached_property
    def starts(self) -> str:
        """The characters that a value may begin with."""
        kinds = self.schema.get("type") if isinstance(self.schema, dict) else None
        if kinds is None:
            kinds = "object" if self.fields else list(_STARTS)
        return "".join(_STARTS.get(kind, "") for kind in ([kinds] if isinstance(kinds, str) else kinds))

    @cached_property
    def items(self) -> "ParsedSchema | None":
        """The schema of the items, if the values are lists; only for their fields, not to judge them by."""
        items = self.order.items()
        return None if items is None else ParsedSchema(_with_definitions(items, self.schema))

    def as_meant(self, value: Any) -> Any:
        """A whole answer as the schema means it: unwrapped, without nulls for what is missing, its fields in order."""
        return self.order.ordered(self._from_server.whole(value))

    def row_as_meant(self, value: Any) -> Any:
        """The same for a row of a list, which has no wrapper of its own."""
        return self.order.ordered(self._from_server.one(value))

    @cached_property
    def _from_server(self) -> FromServer:
        return FromServer(self.schema)


def _with_definitions(items: Any, root: Any) -> Any:
    if not isinstance(items, dict):
        return items
    return {**{key: root[key] for key in ("$defs", "definitions") if key in root}, **items}
