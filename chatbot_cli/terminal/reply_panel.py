"""The reply as it streams: a title rule, its Markdown, and a footer rule below; no borders at the sides.

Final rows are painted once and never touched again. Only the open tail is live: it is painted again when it changes,
no more often than a fifth of a core allows. If it does not fit on the screen, its last rows are shown.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from types import TracebackType
from typing import Self

from rich.console import Console

from chatbot_cli.chat.events import (
    AskedAgain,
    ReasoningDelta,
    ReplyEnded,
    RequestBuilt,
    Retrying,
    TextDelta,
    TokensUsed,
    TurnEvent,
)
from chatbot_cli.chat.messages import Ending
from chatbot_cli.frozen import frozen
from chatbot_cli.hints import Spelling, as_keyword, spelled
from chatbot_cli.system.suspending import gives_back
from chatbot_cli.terminal.backlog import Backlog
from chatbot_cli.terminal.figures import footers
from chatbot_cli.terminal.markdown.view import Line
from chatbot_cli.terminal.painter import Painter, Row, Size
from chatbot_cli.terminal.program_lines import message_lines, rule, wrapped_rule
from chatbot_cli.terminal.reply_body import MarkdownBody, ReplyBody
from chatbot_cli.terminal.rows import rows_of
from chatbot_cli.terminal.screen import ending_and_reason, notice_of, trying_again

PAINT_INTERVAL = 1 / 20  # seconds; a shorter one costs more and looks the same
LONGEST_INTERVAL = 1.0  # seconds; for blocks so long that a paint takes a fifth of a second and more
PAINT_SHARE = 5  # the interval is at least this many times the duration of the last paint: a fifth of a core at most
BACKLOG_STEP = 4096  # characters taken into one paint, so that no paint takes long when much text arrives at once
LIVE_SHARE = 2  # while there is a backlog, it gets at least this many times the time of the live rows
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


@frozen
class ReplyState:
    """The progress of a reply, without its text. `thinking`: the model sends reasoning and has not begun to answer.

    While it is `awaited`, nothing of it has come: of the first try, or of one that comes in its place. `used` are the
    tokens of the tries so far. It `is_free` if it costs nothing in any case.
    """

    begun: bool = False
    awaited: bool = True
    thinking: bool = False
    used: TokensUsed | None = None
    used_before: TokensUsed | None = None
    ended: ReplyEnded | None = None
    is_free: bool = True


def advance(state: ReplyState, event: TurnEvent) -> ReplyState:
    """The state after one more event."""
    match event:
        case TextDelta():
            return replace(state, begun=True, awaited=False, thinking=False) if state.awaited else state
        case ReasoningDelta():
            return replace(state, thinking=state.awaited)
        case TokensUsed():
            return replace(state, used=state.used_before + event if state.used_before else event)
        case AskedAgain(is_free=is_free):
            return replace(state, awaited=True, used_before=state.used, is_free=is_free)
        case RequestBuilt(is_free=is_free):
            return replace(state, is_free=is_free)
        case ReplyEnded():
            return replace(state, ended=event)
        case _:
            return state


class ReplyPanel:
    """One reply on the screen, from its title to its footer. An async context manager.

    Without a `body`, it is Markdown that continues `reply_so_far`.
    """

    def __init__(
        self,
        console: Console,
        title: str,
        reply_so_far: str = "",
        clock: Callable[[], float] = time.monotonic,
        spelling: Spelling = as_keyword,
        body: ReplyBody | None = None,
    ) -> None:
        self._spelling = spelling
        self._console = console
        self._title: str | None = title  # None once it is final
        self._clock = clock
        self._state = ReplyState()
        self._body = body or MarkdownBody(console, reply_so_far)
        self._backlog = Backlog()  # text that has arrived and is not in the body yet
        self._painter = Painter(console.file, self._size)
        self._gives_back = ExitStack()
        self._started = self._next_paint = clock()
        self._unpainted = 0  # characters that have arrived and are not painted, since the user stopped the painting
        self._live_seconds = 0.0  # how long the last layout of the live rows took
        self._changed = False
        self._next_try: tuple[Retrying, float] | None = None  # the event, and the time of the next try by the clock

    async def __aenter__(self) -> Self:
        self._gives_back.enter_context(gives_back(self._released))
        self._painter.open()
        self._paint()
        self._ticker = asyncio.create_task(self._paint_regularly())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ticker.cancel()
        try:
            (stopped,) = await asyncio.gather(self._ticker, return_exceptions=True)
            if isinstance(stopped, Exception):
                raise stopped
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
        self._painter.close()
        yield
        self._painter.open()
        self._paint()

    def show(self, event: TurnEvent) -> None:
        """Take in an event, and paint if it is time."""
        self._state = advance(self._state, event)
        is_taken = self._body.takes(event)
        if isinstance(event, TextDelta):
            if not is_taken:
                self._backlog.put(event.text)
        elif isinstance(event, Retrying):
            self._next_try = event, self._clock() + event.seconds
        elif notice := notice_of(event):
            self._painter.paint(self._rows(message_lines(self._console, spelled(notice, self._spelling))), [])
        self._changed = True
        if self._clock() >= self._next_paint:
            self._paint()

    def _size(self) -> Size:
        return Size(self._console.width, self._console.height)

    async def _paint_regularly(self) -> None:
        """Turn the spinner, and paint the remaining text when the stream stalls."""
        while True:
            await asyncio.sleep(max(0.0, self._next_paint - self._clock()))
            if self._changed or self._backlog or self._state.awaited:
                self._paint()
            else:
                self._next_paint = self._clock() + PAINT_INTERVAL

    def _paint(self) -> None:
        begin = self._clock()
        final = self._take_in()
        while self._backlog and self._clock() - begin < LIVE_SHARE * self._live_seconds:
            final += self._take_in()
        before_live = self._clock()
        size, live = self._size(), self._rows(self._live())
        self._live_seconds = self._clock() - before_live
        while (now := self._size()) != size:  # resized during the layout: all rows must have the same width
            size, live = now, self._rows(self._live())
        self._painter.paint(final, live, size)
        self._changed = False
        end = self._clock()
        self._next_paint = end + min(LONGEST_INTERVAL, max(PAINT_INTERVAL, PAINT_SHARE * (end - begin)))

    def _take_in(self) -> list[Row]:
        """Feed one step of the backlog to the body, and return the rows that have become final."""
        self._body.feed(self._backlog.take(BACKLOG_STEP))
        return self._rows(self._titled(self._body.take_final()), final=True)

    def _titled(self, lines: list[Line]) -> list[Line]:
        """Lines that are final, with the title above the first of them."""
        return [*self._take_title(), *lines] if lines else []

    def _take_title(self) -> list[Line]:
        title, self._title = self._title, None
        return [] if title is None else [rule(self._console, title), []]

    def _live(self) -> list[Line]:
        """The lines below the final ones, as they look now."""
        lines = self._body.open_lines() if self._state.begun else []
        if self._state.awaited:
            lines += [*([[]] if lines else []), *self._waiting()]
        return lines if self._title is None else [rule(self._console, self._title), [], *lines]

    def _paint_the_rest(self, error: BaseException | None) -> None:
        """Paint everything that is not final yet, and the footer. Nothing remains of a reply that never began."""
        if not self._state.begun:
            return
        while self._backlog:
            self._paint()
        ended = self._state.ended or self._ended_by(error)
        lines = [*self._titled(self._body.rest(error)), *self._take_title(), []]
        if self._unpainted:
            missing = f"… and {self._unpainted:,} characters more; /history shows them."
            lines += [*message_lines(self._console, missing), []]
        lines += [*self._footer(ended), []]
        self._painter.paint(self._rows(lines, final=True), [])

    def _ended_by(self, error: BaseException | None) -> ReplyEnded:
        ending, reason = ending_and_reason(error)
        return ReplyEnded(ending, self._clock() - self._started, self._state.used, reason, self._state.is_free)

    def _footer(self, ended: ReplyEnded) -> list[Line]:
        """A rule with as many figures as fit, or several lines if the reason why a reply was cut is long."""
        look = "problem" if ended.ending is Ending.LOST else "quiet"
        for text in (texts := footers(ended)):
            line = rule(self._console, text, look)
            if sum(segment.cell_length for segment in line) < self._console.width:
                return [line]
        return wrapped_rule(self._console, texts[0], look)

    def _waiting(self) -> list[Line]:
        seconds = self._clock() - self._started
        frame = SPINNER[int(seconds / PAINT_INTERVAL) % len(SPINNER)]
        status = f"{'thinking' if self._state.thinking else 'waiting'} {seconds:.0f} s"
        if self._next_try and (left := self._next_try[1] - self._clock()) > 0:
            status = trying_again(self._next_try[0], left)
        return message_lines(self._console, status, sign=f"{frame} ")

    def _rows(self, lines: Sequence[Line], *, final: bool = False) -> list[Row]:
        return rows_of(lines, self._console, final=final)
