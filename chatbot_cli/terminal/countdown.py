"""A line on a terminal that counts down the seconds to the next try, and is erased afterwards."""

import asyncio
import time
from collections.abc import Callable
from typing import TextIO

from chatbot_cli.chat.events import Retrying
from chatbot_cli.system.terminal_size import columns_of
from chatbot_cli.terminal.screen import trying_again
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.width import beginning

ERASE_LINE = "\r\x1b[K"
ROOM = 4  # columns left free, also for the ^C that the terminal itself writes there
USUAL_COLUMNS = 80
SHORTEST = 0.2  # seconds between two looks at the clock


class Countdown:
    """Counts down on the terminal `out`. Nothing else may be written there meanwhile."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._clock = clock
        self._counting: asyncio.Task[None] | None = None

    def start(self, retrying: Retrying) -> None:
        """Count down the seconds of a wait."""
        self.stop()
        self._counting = asyncio.create_task(self._count(retrying, self._clock() + retrying.seconds))

    def stop(self) -> None:
        """Erase the line."""
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None
            self._write(ERASE_LINE)

    async def _count(self, retrying: Retrying, end: float) -> None:
        while (left := end - self._clock()) > 0:
            text, columns = one_line(trying_again(retrying, left)), self._columns() - ROOM
            if beginning(text, columns) != text:
                text = text.rpartition("; ")[2]  # when it is tried again, rather than why
            self._write(ERASE_LINE + beginning(text, columns))
            await asyncio.sleep(max(SHORTEST, min(1.0, left % 1.0)))
        self._write(ERASE_LINE)

    def _columns(self) -> int:
        return columns_of(self._out) or USUAL_COLUMNS

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
