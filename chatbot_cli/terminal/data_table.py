"""Draws data as a table on the full screen: whole, or again and again while it arrives."""

import sys
from collections.abc import Iterator, Sequence
from itertools import dropwhile

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from chatbot_cli.chat.shape import FIELD_AND_VALUE, Table
from chatbot_cli.terminal.markdown.view import Line
from chatbot_cli.terminal.plain_table import GAP, natural_widths, numbers_in, on_lines, total
from chatbot_cli.terminal.rows import without_sign
from chatbot_cli.text.width import beginning, cells

LEAST = 10  # cells that a column keeps when its cells are broken
MOST_LINES = 3  # of a cell in a list; the rest is "…"
MOST_LINES_OF_ONE = 12  # of a value, where there is one object


class DataTable:
    """The table of one reply. Its columns only grow, so that what is drawn again does not jump.

    If it `is_whole`, no cell is cut.
    """

    def __init__(self, console: Console, *, is_whole: bool = False) -> None:
        self._console = console
        self._most_lines = sys.maxsize if is_whole else MOST_LINES
        self._most_lines_of_one = sys.maxsize if is_whole else MOST_LINES_OF_ONE
        self._columns: tuple[str, ...] = ()
        self._widths: list[int] = []

    def lines(self, table: Table, last: int | None = None) -> list[Line]:
        """The lines of a table that fit the console, the titles first; with `last`, so many of its last lines.

        Where columns have no room, or there is one object, each cell has a line of its own, after its name; of a list,
        those that are not empty.
        """
        rows = table.rows if last is None else table.rows[-last:]
        shown, room = on_lines(Table(table.columns, rows)), max(1, self._console.width)
        if shown.columns == FIELD_AND_VALUE:
            titles, lines = [], list(self._named(shown.rows, room, self._most_lines_of_one))
        elif widths := fitting(self._grown(shown), room):
            titles = [[Segment(line, self._console.get_style("bold"))] for line in _titles(shown, widths)]
            lines = list(self._in_columns(shown, widths))
        else:
            titles, lines = [], list(self._cell_by_cell(shown, room))
        if last is not None:
            lines = list(dropwhile(lambda line: not line, lines[-max(1, last - len(titles)) :]))
        return [*titles, *map(without_sign, lines)]

    def _grown(self, table: Table) -> list[int]:
        widths = natural_widths(table)
        if table.columns == self._columns:
            widths = list(map(max, widths, self._widths))
        self._columns, self._widths = table.columns, widths
        return widths

    def _in_columns(self, table: Table, widths: Sequence[int]) -> Iterator[Line]:
        right = numbers_in(table)
        most = self._most_lines
        broken = [[broken_to(cell, width, most) for cell, width in zip(row, widths, strict=True)] for row in table.rows]
        is_airy = any(len(cell) > 1 for row in broken for cell in row)
        for number, row in enumerate(broken):
            if number and is_airy:
                yield []
            for line in range(max(map(len, row), default=0)):
                texts = [cell[line] if line < len(cell) else "" for cell in row]
                yield _without_end(_joined(texts, widths, right))

    def _cell_by_cell(self, table: Table, room: int) -> Iterator[Line]:
        for number, row in enumerate(table.rows):
            if number:
                yield []
            filled = [(name, cell) for name, cell in zip(table.columns, row, strict=True) if cell]
            yield from self._named(filled or [(name, "") for name in table.columns], room, self._most_lines)

    def _named(self, cells_by_name: Sequence[Sequence[str]], room: int, most: int) -> Iterator[Line]:
        """A line for each cell, or some, beside its quiet name."""
        quiet = self._console.get_style("quiet")
        width = min(max((cells(name) for name, _ in cells_by_name), default=0), room // 3)
        beside = room - width - len(GAP)
        for name, cell in cells_by_name:
            names = broken_to(name, max(1, width), most)
            texts = broken_to(cell, max(1, beside), most)
            for line in range(max(len(names), len(texts))):
                label = names[line] if line < len(names) else ""
                text = texts[line] if line < len(texts) else ""
                begin = Segment(label + " " * (width - cells(label)) + GAP, quiet)
                yield [begin, Segment(text.rstrip())] if text.strip() else _without_end(begin.text, quiet)


def table_lines(console: Console, table: Table, *, is_whole: bool = False) -> list[Line]:
    """The lines of a table that fit the console; if it `is_whole`, no cell is cut."""
    return DataTable(console, is_whole=is_whole).lines(table)


def fitting(widths: Sequence[int], room: int) -> list[int]:
    """The widths of columns that fit into so many cells: the widest are made narrower. Empty if they have no room."""
    if total([min(width, LEAST) for width in widths]) > room:
        return []
    most = min(room, max(widths, default=0))  # a value may be far wider than any screen
    while total([min(width, most) for width in widths]) > room:
        most -= 1
    return [min(width, most) for width in widths]


def broken_to(text: str, width: int, most: int = MOST_LINES) -> list[str]:
    """A text as lines of so many cells, at blanks where that is possible; of more than `most` lines the first."""
    if cells(text) <= width:
        return [text]
    read = text[: 2 * (most + 1) * width]
    lines = [line.plain.rstrip() for line in Text(read).wrap(_MEASURING, width, overflow="fold")]
    if len(lines) <= most and len(read) == len(text):
        return lines or [""]
    kept = lines[:most]
    return [*kept[:-1], f"{beginning(kept[-1], width - 1).rstrip()}…"]


_MEASURING = Console(file=None, force_terminal=False, _environ={})  # Rich wraps for a console, whose looks do not count


def _titles(table: Table, widths: Sequence[int]) -> Iterator[str]:
    names = [broken_to(name, width) for name, width in zip(table.columns, widths, strict=True)]
    for line in range(max(map(len, names), default=0)):
        texts = [name[line] if line < len(name) else "" for name in names]
        yield _joined(texts, widths, numbers_in(table)).rstrip()


def _joined(texts: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for text, width, is_number in zip(texts, widths, right, strict=True):
        blanks = " " * (width - cells(text))
        padded.append(blanks + text if is_number else text + blanks)
    return GAP.join(padded)


def _without_end(text: str, style: Style | None = None) -> Line:
    return [Segment(kept, style)] if (kept := text.rstrip()) else []
