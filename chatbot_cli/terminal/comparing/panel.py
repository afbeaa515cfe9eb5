"""Answers side by side while they stream: live columns, which are printed in full when all have ended.

Nothing is final before: a column that waits would hold up the rows of all. If a text is longer than the screen, its
last rows are shown until then.
"""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from types import TracebackType
from typing import Self

from rich.console import Console

from chatbot_cli.chat.compare_events import OfAnswer
from chatbot_cli.chat.events import TurnEvent
from chatbot_cli.chat.shape import Shape
from chatbot_cli.system.suspending import gives_back
from chatbot_cli.terminal.comparing.account import Account
from chatbot_cli.terminal.comparing.columns import Columns
from chatbot_cli.terminal.markdown.view import Line
from chatbot_cli.terminal.painter import Painter, Row, Size
from chatbot_cli.terminal.rhythm import Rhythm
from chatbot_cli.terminal.rows import row_of


class ColumnsPanel:
    """Several answers on the screen. An async context manager. `told` gets the account of each at the end."""

    def __init__(
        self,
        console: Console,
        names: Sequence[str],
        shape: Shape | None,
        told: Callable[[Account], None],
        clock: Callable[[], float] = time.monotonic,
        *,
        tells_thoughts: bool = True,
    ) -> None:
        self._console, self._told, self._clock = console, told, clock
        self._columns = Columns([Account(name, clock, tells_thoughts=tells_thoughts) for name in names], shape)
        self._painter = Painter(console.file, self._size)
        self._gives_back = ExitStack()
        self._rhythm = Rhythm(self._paint, clock)

    async def __aenter__(self) -> Self:
        self._gives_back.enter_context(gives_back(self._released))
        self._painter.open()
        self._paint()
        self._rhythm.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            await self._rhythm.stop()
        finally:
            accounts = [column.account for column in self._columns.all]
            for account in accounts:
                if not account.over:
                    account.end(None)
            if any(account.state.begun for account in accounts):
                self._painter.paint(self._rows(self._columns.whole), [])
            self._painter.close()
            self._gives_back.close()
            for account in accounts:
                self._told(account)

    def show(self, event: TurnEvent) -> None:
        """Take in an event, and paint if it is time."""
        if isinstance(event, OfAnswer):
            self._columns.all[event.number].note(event.event)
        if self._rhythm.is_due:
            self._paint()

    @asynccontextmanager
    async def _released(self) -> AsyncIterator[None]:
        """Erase what is live while the process is stopped, and show it again."""
        self._painter.close()
        yield
        self._painter.open()
        self._paint()

    def _paint(self) -> None:
        begin = self._clock()
        while True:
            size = self._size()
            rows = self._rows(lambda columns: self._columns.live(columns, size.rows - 2))  # noqa: B023  called at once
            if self._size() == size:  # else it was resized during the layout
                break
        self._painter.paint([], rows, size)
        self._rhythm.painted(begin)

    def _size(self) -> Size:
        return Size(self._console.width, self._console.height)

    def _rows(self, lines: Callable[[int], Sequence[Line]]) -> list[Row]:
        """The lines that are made for the width of the screen, as its rows."""
        return [row_of(line, self._console) for line in lines(self._console.width)]
