"""Draws data as a table on the full screen: cells are broken to fit, and a narrow screen gets a line for each cell."""

from rich.console import Console
from rich.segment import Segment
from rich.table import Table as Grid
from rich.text import Text

from chatbot_cli.chat.shape import Table
from chatbot_cli.terminal.markdown.view import Line
from chatbot_cli.terminal.plain_table import GAP, natural_widths, numbers_in, on_lines, total
from chatbot_cli.terminal.rows import without_sign
from chatbot_cli.text.signs import INDENT

LEAST = 10  # cells that a column keeps when its cells are broken


def table_lines(console: Console, table: Table) -> list[Line]:
    """The lines of a table that fit the console, each indented, so that none begins as the program's own lines do."""
    table, room = on_lines(table), max(1, console.width - len(INDENT))
    widths = natural_widths(table)
    if total([min(width, LEAST) for width in widths]) > room or (len(table.rows) == 1 and total(widths) > room):
        grid = _cell_by_cell(table)
    else:
        grid = _in_columns(table)
    lines = console.render_lines(grid, console.options.update(width=room, height=None), pad=False)
    return [[Segment(INDENT), *without_sign(line)] if line else [] for line in lines]


def _in_columns(table: Table) -> Grid:
    grid = _grid()
    grid.show_header = True
    for name, right in zip(table.columns, numbers_in(table), strict=True):
        grid.add_column(Text(name), justify="right" if right else "left", min_width=1)
    for row in table.rows:
        grid.add_row(*map(Text, row))
    return grid


def _cell_by_cell(table: Table) -> Grid:
    """The names of the columns beside each row's cells."""
    grid = _grid()
    grid.add_column(style="quiet", ratio=1)
    grid.add_column(ratio=2)
    for number, row in enumerate(table.rows):
        if number:
            grid.add_row()
        for name, cell in zip(table.columns, row, strict=True):
            grid.add_row(Text(name), Text(cell))
    return grid


def _grid() -> Grid:
    return Grid(box=None, show_header=False, padding=(0, len(GAP), 0, 0), pad_edge=False, header_style="bold")
