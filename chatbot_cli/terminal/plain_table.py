"""Data as a table in plain text: aligned columns, or where these have no room, a line for each cell. Pure."""

import re
from collections.abc import Iterator

from chatbot_cli.chat.shape import Table
from chatbot_cli.text.safe import safe
from chatbot_cli.text.width import cells

GAP = "  "  # between two columns
_NUMBER = re.compile(r"[-+]?\d[\d.,]*(?:[eE][-+]?\d+)?")


def plain_table(table: Table, columns: int | None = None) -> Iterator[str]:
    """The lines of a table for a terminal with so many columns; None for a pipe, where no line is too long."""
    table = on_lines(table)
    widths = natural_widths(table)
    if columns is not None and total(widths) > columns:
        yield from _cell_by_cell(table)
        return
    right = numbers_in(table)
    for row in (table.columns, *table.rows):
        padded = (_padded(cell, width, right=number) for cell, width, number in zip(row, widths, right, strict=True))
        yield GAP.join(padded).rstrip()


def on_lines(table: Table) -> Table:
    """The table with each cell safe, and on one line."""
    return Table(
        tuple(map(_on_a_line, table.columns)), tuple(tuple(_on_a_line(cell) for cell in row) for row in table.rows)
    )


def natural_widths(table: Table) -> list[int]:
    """The cells that each column takes if nothing is broken."""
    return [max(map(cells, column)) for column in zip(table.columns, *table.rows, strict=True)]


def total(widths: list[int]) -> int:
    """The cells of a row."""
    return sum(widths) + len(GAP) * max(0, len(widths) - 1)


def numbers_in(table: Table) -> list[bool]:
    """For each column, whether it holds numbers alone; what is missing may be missing."""
    whole = [[row[number] for row in table.rows if row[number]] for number in range(len(table.columns))]
    return [bool(column) and all(map(_NUMBER.fullmatch, column)) for column in whole]


def _cell_by_cell(table: Table) -> Iterator[str]:
    for number, row in enumerate(table.rows):
        if number:
            yield ""
        for name, cell in zip(table.columns, row, strict=True):
            yield f"{name}: {cell}".rstrip()


def _padded(cell: str, width: int, *, right: bool) -> str:
    blanks = " " * (width - cells(cell))
    return blanks + cell if right else cell + blanks


def _on_a_line(cell: str) -> str:
    return safe(cell).replace("\n", " ").replace("\t", " ")
