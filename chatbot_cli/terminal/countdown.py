"""A line on a terminal that counts the seconds to the next try down, and is gone when it is over."""

import asyncio
import os
import time
import unicodedata
from collections.abc import Callable
from typing import TextIO

from chatbot_cli.chat.events import Retrying
from chatbot_cli.terminal.screen import trying_again
from chatbot_cli.text.safe import one_line

ERASE_LINE = "\r\x1b[K"
ROOM = 4  # columns left free, also for the ^C that the terminal itself writes there
SHORTEST = 0.2  # seconds between two looks at the clock


class Countdown:
    """Counts on `out`, which is a terminal that nothing else is written to meanwhile."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._clock = clock
        self._counting: asyncio.Task[None] | None = None

    def start(self, retrying: Retrying) -> None:
        """Count the seconds of a wait."""
        self.stop()
        self._counting = asyncio.create_task(self._count(retrying, self._clock() + retrying.seconds))

    def stop(self) -> None:
        """Take the line away."""
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None
            self._write(ERASE_LINE)

    async def _count(self, retrying: Retrying, end: float) -> None:
        while (left := end - self._clock()) > 0:
            text, columns = one_line(trying_again(retrying, left)), self._columns() - ROOM
            if _beginning(text, columns) != text:
                text = text.rpartition("; ")[2]  # when it is tried again, rather than why
            self._write(ERASE_LINE + _beginning(text, columns))
            await asyncio.sleep(max(SHORTEST, min(1.0, left % 1.0)))
        self._write(ERASE_LINE)

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._out.fileno()).columns
        except (OSError, ValueError):  # what says it is a terminal, and is none
            return 80

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def _beginning(text: str, columns: int) -> str:
    """So much of a text as fits, where some characters take two columns."""
    taken = 0
    for place, character in enumerate(text):
        taken += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if taken > columns:
            return text[:place]
    return text
