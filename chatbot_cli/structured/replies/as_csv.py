"""A document as CSV, as RFC 4180 has it: a header, commas, CRLF, quotes where they are needed. Pure.

A list has a line for each of its items, anything else has one. Cells that begin with = + - @ stay as they are, since
they are data; a spreadsheet may take them for formulas.
"""

import csv
import io
import json
from collections.abc import Sequence

from chatbot_cli.structured.replies.cells import cells_of, columns_of


def as_csv(document: str, fields: Sequence[str]) -> str:
    """The CSV of a document, JSON; `fields` are the names that the schema has for its rows."""
    value = json.loads(document)
    rows = value if isinstance(value, list) else [value]
    columns = columns_of(rows, fields)
    written = io.StringIO(newline="")
    lines = csv.writer(written, lineterminator="\r\n")
    if columns:
        lines.writerow(columns)
        lines.writerows(cells_of(row, columns) for row in rows)
    return written.getvalue()
