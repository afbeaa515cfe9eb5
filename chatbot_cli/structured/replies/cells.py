"""Values of JSON as cells of a table or of CSV: which columns there are, and what stands in them. Pure."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

VALUE = "value"  # the column of what has no fields


def columns_of(rows: Iterable[Any], fields: Sequence[str]) -> tuple[str, ...]:
    """The fields of the schema, then others in the order in which they come, then one for rows without fields."""
    found = dict.fromkeys(fields)
    has_others = False
    for row in rows:
        if isinstance(row, dict):
            found |= dict.fromkeys(row)
        else:
            has_others = True
    return (*found, VALUE) if has_others and VALUE not in found else tuple(found)


def cells_of(row: Any, columns: Sequence[str]) -> tuple[str, ...]:
    """A row as text. What is absent, and null, is empty."""
    fields = row if isinstance(row, dict) else {VALUE: row}
    return tuple(cell(fields.get(column)) for column in columns)


def cell(value: Any) -> str:
    """A text as it is; null as nothing; else as JSON in one line."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
