"""Writes rows to a terminal: a final row once, a live row again whenever it changes.

A paint is one write. It moves up to the first row that differs and writes from there; a live row that becomes final
without changing costs no bytes. Rows are erased one by one, on the way up, before anything is written: some terminals
push the screen into their scrollback when the whole of it is erased, and erasing after a full row eats the last
character of that row.
"""

from collections.abc import Callable, Sequence
from typing import IO

from chatbot_cli.frozen import frozen

HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
BEGIN_UPDATE, END_UPDATE = "\x1b[?2026h", "\x1b[?2026l"  # a terminal that supports these shows a paint all at once
ERASE_LINE = "\x1b[2K"
NEW_LINE = "\r\n"


@frozen
class Row:
    """A row of the terminal: its text with the codes for its styles, and its width in cells.

    No newline is written after a row that `wraps`: the terminal wraps the line itself, and copies both rows as one
    line. Only final rows wrap, since terminals differ in how many rows a wrapped line takes after a resize.
    """

    text: str
    width: int
    wraps: bool = False


@frozen
class Size:
    """A terminal's size in cells."""

    columns: int
    rows: int


EMPTY = Row("", 0)


class Painter:
    """Owns the end of the screen from `open` to `close`. Nobody else may write there in between.

    At least one row is live, even if it is empty. The cursor rests at the end of the last live row.
    """

    def __init__(self, file: IO[str], size: Callable[[], Size]) -> None:
        self._file = file
        self._size = size
        self._live = [EMPTY]
        self._columns = size().columns

    def open(self) -> None:
        """Hide the cursor."""
        self._write(HIDE_CURSOR)

    def close(self) -> None:
        """Erase the live rows and show the cursor."""
        self.paint([], [])
        self._write(SHOW_CURSOR)

    def paint(self, final: Sequence[Row], live: Sequence[Row], size: Size | None = None) -> None:
        """Append `final` to the final rows, and show `live` below in place of the old live rows.

        If the live rows do not fit on the screen, only the last of them are shown. `size` is the size they were laid
        out for, in case the terminal has been resized since.
        """
        size = size or self._size()
        cleared = self._clear_after_resize(size.columns)
        fitting = list(live[-max(1, size.rows - 2) :]) or [EMPTY]
        painted = cleared + _difference(self._live, [*final, *fitting])
        self._live = fitting
        if painted:
            self._write(f"{BEGIN_UPDATE}{painted}{END_UPDATE}")

    def _clear_after_resize(self, columns: int) -> str:
        """Erase the live rows if the width has changed: the terminal has wrapped each of them for the new width."""
        if columns == self._columns:
            return ""
        self._columns = columns
        height = sum(max(1, -(-row.width // columns)) for row in self._live)
        self._live = [EMPTY]
        return ERASE_LINE + (_up(1) + ERASE_LINE) * (height - 1) + "\r"

    def _write(self, text: str) -> None:
        self._file.write(text)
        self._file.flush()


def _difference(old: Sequence[Row], new: Sequence[Row]) -> str:
    """The output that turns the old rows into the new. The cursor is at the end of the last row before and after."""
    same = next((index for index, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    if same == len(old):
        return _appended(new[same:])
    first = min(same, len(new) - 1)  # if rows are removed, the last one is written again: the cursor ends there
    if first == len(old) - 1 and new[first].text.startswith(old[first].text) and not new[first].wraps:
        return new[first].text[len(old[first].text) :] + _appended(new[first + 1 :])
    return (ERASE_LINE + _up(1)) * (len(old) - 1 - first) + ERASE_LINE + "\r" + _text_of(new[first:])


def _appended(rows: Sequence[Row]) -> str:
    return NEW_LINE + _text_of(rows) if rows else ""


def _text_of(rows: Sequence[Row]) -> str:
    return "".join(row.text + ("" if row.wraps else NEW_LINE) for row in rows[:-1]) + rows[-1].text


def _up(count: int) -> str:
    return f"\x1b[{count}A" if count > 0 else ""
