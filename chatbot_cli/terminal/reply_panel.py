"""The reply as it streams: a title rule, its Markdown, and a footer rule below; no borders at the sides.

Final rows are painted once and never touched again. Only the open tail is live: it is painted again when it changes,
no more often than a fifth of a core allows. If it does not fit on the screen, its last rows are shown.

When the model calls tools, all text before the calls is final, and the panel leaves the terminal alone until the next
event: the user may be asked there. Then each call that runs is a live row, and a final one when it has a result.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from types import TracebackType
from typing import Self

from rich.console import Console

from chatbot_cli.chat.events import (
    CallsArrived,
    Finished,
    ReasoningDelta,
    TextDelta,
    ThoughtsSealed,
    TokensUsed,
    TurnEvent,
)
from chatbot_cli.chat.thoughts import FOLD
from chatbot_cli.chat.tool_events import SecretsFound
from chatbot_cli.hints import Spelling, as_keyword, spelled
from chatbot_cli.system.suspending import gives_back
from chatbot_cli.terminal.backlog import Backlog
from chatbot_cli.terminal.markdown.view import Line
from chatbot_cli.terminal.painter import Painter, Row, Size
from chatbot_cli.terminal.program_lines import message_lines
from chatbot_cli.terminal.reply_body import ReplyBody
from chatbot_cli.terminal.reply_lines import ReplyLines
from chatbot_cli.terminal.rhythm import Rhythm
from chatbot_cli.terminal.rows import rows_of
from chatbot_cli.terminal.screen import notice_of

BACKLOG_STEP = 4096  # characters taken into one paint, so that no paint takes long when much text arrives at once
LIVE_SHARE = 2  # while there is a backlog, it gets at least this many times the time of the live rows
STAYS_QUIET = (
    CallsArrived | SecretsFound | Finished | TokensUsed | ReasoningDelta | ThoughtsSealed
)  # events that may come before the user is asked


class ReplyPanel:
    """One reply on the screen, from its title to its footer. An async context manager.

    The text, and what comes after calls, has a new `body` each; the first continues `reply_so_far`. Without a `body` it
    is Markdown. Without a `title` there is no footer either. `thoughts` says how those of the model are shown.
    """

    def __init__(
        self,
        console: Console,
        title: str,
        reply_so_far: str = "",
        clock: Callable[[], float] = time.monotonic,
        spelling: Spelling = as_keyword,
        body: Callable[[str], ReplyBody] | None = None,
        thoughts: str = FOLD,
    ) -> None:
        self._spelling = spelling
        self._console = console
        self._clock = clock
        self._lines = ReplyLines(console, title, reply_so_far, clock, body, thoughts)
        self._backlog = Backlog()  # text that has arrived and is not in the body yet
        self._painter = Painter(console.file, self._size)
        self._gives_back = ExitStack()
        self._rhythm = Rhythm(self._tick, clock)
        self._unpainted = 0  # characters that have arrived and are not painted, since the user stopped the painting
        self._live_seconds = 0.0  # how long the last layout of the live rows took
        self._changed = False
        self._is_quiet = False  # the user may be asked about calls, so the terminal is not ours

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
            while self._backlog:  # in steps, so that keys can be read between two
                self._paint()
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            self._unpainted = len(self._backlog)
            self._backlog.clear()
            raise
        finally:
            self._paint_the_rest(error)
            self._painter.close()
            self._gives_back.close()

    @asynccontextmanager
    async def _released(self) -> AsyncIterator[None]:
        """Erase what is live while the process is stopped, and show it again."""
        if self._is_quiet:
            yield
            return
        self._painter.close()
        yield
        self._painter.open()
        self._paint()

    def show(self, event: TurnEvent) -> None:
        """Take in an event, and paint if it is time."""
        if isinstance(event, CallsArrived | SecretsFound) and not self._is_quiet:
            self._be_quiet(self._lines.before_calls() if isinstance(event, CallsArrived) else [])
        elif self._is_quiet and not isinstance(event, STAYS_QUIET):
            self._go_on()
        ended_call = self._lines.note(event)
        if self._is_quiet:
            return
        is_taken = self._lines.body.takes(event)
        if isinstance(event, TextDelta):
            if not is_taken:
                self._backlog.put(event.text)
        elif ended_call:
            live = self._rows(self._lines.open())
            self._painter.paint(self._rows(self._lines.of_calls(ended_call), final=True), live)
        elif notice := notice_of(event):
            self._painter.paint(self._rows(message_lines(self._console, spelled(notice, self._spelling))), [])
        self._changed = True
        if self._rhythm.is_due:
            self._paint()

    def _be_quiet(self, last_lines: Sequence[Line]) -> None:
        """Make all text so far final, and these lines below it, and leave the terminal to others until `_go_on`."""
        while self._backlog:
            self._paint()
        self._painter.paint(self._rows(last_lines, final=True), [])
        self._painter.close()
        self._is_quiet = True

    def _go_on(self) -> None:
        self._painter.open()
        self._is_quiet = False

    def _size(self) -> Size:
        return Size(self._console.width, self._console.height)

    def _tick(self) -> None:
        """Turn the spinner, and paint the remaining text when the stream stalls."""
        if not self._is_quiet and (self._changed or self._backlog or self._lines.are_alive):
            self._paint()

    def _paint(self) -> None:
        begin = self._clock()
        final = self._take_in()
        while self._backlog and self._clock() - begin < LIVE_SHARE * self._live_seconds:
            final += self._take_in()
        before_live = self._clock()
        size, live = self._size(), self._rows(self._lines.open())
        self._live_seconds = self._clock() - before_live
        while (now := self._size()) != size:  # resized during the layout: all rows must have the same width
            size, live = now, self._rows(self._lines.open())
        self._painter.paint(final, live, size)
        self._changed = False
        self._rhythm.painted(begin)

    def _take_in(self) -> list[Row]:
        """Feed one step of the backlog to the body, and return the rows that have become final."""
        self._lines.body.feed(self._backlog.take(BACKLOG_STEP))
        return self._rows(self._lines.take_final(), final=True)

    def _paint_the_rest(self, error: BaseException | None) -> None:
        """Paint everything that is not final yet, and the footer. Nothing remains of a reply that never began."""
        if not self._lines.remain:
            return
        if self._is_quiet:
            self._go_on()
        while self._backlog:
            self._paint()
        self._painter.paint(self._rows(self._lines.rest(error, self._unpainted), final=True), [])

    def _rows(self, lines: Sequence[Line], *, final: bool = False) -> list[Row]:
        return rows_of(lines, self._console, final=final)
