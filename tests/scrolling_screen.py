"""A terminal emulator with scrollback, whose lines are text as soon as they have left the screen.

pyte has one too, HistoryScreen. It can page back, and takes several times as long for everything.
"""

import unicodedata
from typing import Any

import pyte
from pyte import modes
from pyte.screens import Char, Margins, StaticDefaultDict
from wcwidth import wcwidth

Row = StaticDefaultDict[int, Char]


class ScrollingScreen(pyte.Screen):
    """A screen that keeps what leaves it at the top."""

    def __init__(self, columns: int, rows: int) -> None:
        self.scrollback: list[str] = []  # the oldest line first, without blanks at its end
        super().__init__(columns, rows)

    @property
    def visible(self) -> list[str]:
        """The lines on the screen, without blanks at their ends."""
        return [_text(self.buffer[y]) for y in range(self.lines)]

    def index(self) -> None:
        """Go to the next line, and scroll at the last."""
        top, bottom = self.margins or Margins(0, self.lines - 1)
        if self.cursor.y == bottom:
            self.scrollback.append(_text(self.buffer[top]))
        super().index()

    def draw(self, data: str) -> None:
        """Draw as terminals do: a wide character is not cut by the edge, and none without a width wraps or ends."""
        if data.isascii():
            super().draw(data)
            return
        for character in data:
            width = wcwidth(character)
            if width == 2 and self.cursor.x == self.columns - 1:
                self.cursor.x = self.columns
            if width > 0 or (unicodedata.combining(character) and self.cursor.x < self.columns):
                super().draw(character)

    def reset(self) -> None:
        """Begin anew, with nothing."""
        super().reset()
        self.scrollback.clear()

    def erase_in_display(self, how: int = 0, *arguments: Any, **named: Any) -> None:
        """Erase; 3 stands for the scrollback, too."""
        super().erase_in_display(how, *arguments, **named)
        if how == 3:
            self.scrollback.clear()

    def restore_cursor(self) -> None:
        """Go back to where the cursor was; whether it can be seen is not saved with that."""
        super().restore_cursor()
        self.cursor.hidden = modes.DECTCEM not in self.mode


def _text(row: Row) -> str:
    """A wide character has an empty cell after it."""
    return "".join([row[x].data for x in range(max(row) + 1)]).rstrip() if row else ""
