"""Writes lines to a terminal: those that are final once, those that are live again whenever they change.

A paint is one write. It goes up to the first line that differs, and writes from there; a live line that has become
final without changing costs no bytes. Erasing is done line by line, on the way up and before anything is written:
erasing the whole screen makes some terminals push it into their scrollback, and erasing behind a full line eats its
last character.
"""

from collections.abc import Callable, Sequence
from typing import IO

from chatbot_cli.frozen import frozen

HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
BEGIN_UPDATE, END_UPDATE = "\x1b[?2026h", "\x1b[?2026l"  # a terminal that knows these shows the paint all at once
ERASE_LINE = "\x1b[2K"
NEW_LINE = "\r\n"


@frozen
class Row:
    """A line for the terminal: its text with the codes for its styles, and its width in cells.

    After a row that `wraps` no new line is begun: the terminal does it by itself, and copies both as the one line that
    they are. Only rows that are final do so: how many rows a wrapped line takes after a resize, few terminals agree on.
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
    """Owns the end of the screen from `open` to `close`. Between two paints nobody else may write there.

    At least one row is live, if only an empty one, and the cursor rests at the end of the last.
    """

    def __init__(self, file: IO[str], size: Callable[[], Size]) -> None:
        self._file = file
        self._size = size
        self._live = [EMPTY]
        self._columns = size().columns

    def open(self) -> None:
        """Hide the cursor while there is painting to be done."""
        self._write(HIDE_CURSOR)

    def close(self) -> None:
        """Take away what is live, and give the cursor back."""
        self.paint([], [])
        self._write(SHOW_CURSOR)

    def paint(self, final: Sequence[Row], live: Sequence[Row], size: Size | None = None) -> None:
        """Let `final` rows follow what is final already, and `live` ones those, cropped from above to what fits.

        `size` is the one that the live rows were laid out for, if it may have changed since.
        """
        size = size or self._size()
        cleared = self._clear_after_resize(size.columns)
        fitting = list(live[-max(1, size.rows - 2) :]) or [EMPTY]
        painted = cleared + _change(self._live, [*final, *fitting])
        self._live = fitting
        if painted:
            self._write(f"{BEGIN_UPDATE}{painted}{END_UPDATE}")

    def _clear_after_resize(self, columns: int) -> str:
        """Take away the live rows when the width has changed: the terminal has wrapped them anew, each by itself."""
        if columns == self._columns:
            return ""
        self._columns = columns
        height = sum(max(1, -(-row.width // columns)) for row in self._live)
        self._live = [EMPTY]
        return ERASE_LINE + (_up(1) + ERASE_LINE) * (height - 1) + "\r"

    def _write(self, text: str) -> None:
        self._file.write(text)
        self._file.flush()


def _change(old: Sequence[Row], new: Sequence[Row]) -> str:
    """What turns the old rows into the new ones, the cursor at the end of the last before and after."""
    same = next((index for index, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    if same == len(old):
        return _below(new[same:])
    first = min(same, len(new) - 1)  # of fewer rows the last is written again, to end where it ends
    if first == len(old) - 1 and new[first].text.startswith(old[first].text) and not new[first].wraps:
        return new[first].text[len(old[first].text) :] + _below(new[first + 1 :])
    return (ERASE_LINE + _up(1)) * (len(old) - 1 - first) + ERASE_LINE + "\r" + _written(new[first:])


def _below(rows: Sequence[Row]) -> str:
    return NEW_LINE + _written(rows) if rows else ""


def _written(rows: Sequence[Row]) -> str:
    return "".join(row.text + ("" if row.wraps else NEW_LINE) for row in rows[:-1]) + rows[-1].text


def _up(count: int) -> str:
    return f"\x1b[{count}A" if count > 0 else ""
