"""The reply as it streams: a title rule, its Markdown, and a rule with its account below; open at the sides.

Finished blocks are printed once and never touched again. Only the open tail is drawn anew, in a Rich `Live` that is
cropped from the top to the rows that fit, so that the newest words can always be seen.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from rich.console import Console, ConsoleOptions, RenderResult
from rich.control import Control
from rich.live import Live
from rich.segment import ControlType, Segment
from rich.style import Style
from rich.text import Text

from chatbot_cli.chat.events import ReasoningDelta, ReplyEnded, TextDelta, TokensUsed, TurnEvent, WindowSlid
from chatbot_cli.chat.window_report import what_slid_out
from chatbot_cli.terminal.markdown_stream import MarkdownStream
from chatbot_cli.terminal.markdown_view import Line, lines_of
from chatbot_cli.terminal.safe_text import one_line
from chatbot_cli.terminal.screen import account, how_it_broke

PAINT_INTERVAL = 1 / 15  # seconds; more than the eye needs would only cost
PAINT_SHARE = 5  # the interval is at least so many times the last paint, so painting takes a fifth of a core at most
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


@dataclass(frozen=True, slots=True)
class ReplyState:
    """What is known of a reply besides its text. `thinking`: the model reasons aloud and has not begun to answer."""

    begun: bool = False
    thinking: bool = False
    used: TokensUsed | None = None
    ended: ReplyEnded | None = None


def advance(state: ReplyState, event: TurnEvent) -> ReplyState:
    """The state after one more event."""
    match event:
        case TextDelta():
            return state if state.begun else replace(state, begun=True, thinking=False)
        case ReasoningDelta():
            return replace(state, thinking=not state.begun)
        case TokensUsed():
            return replace(state, used=event)
        case ReplyEnded():
            return replace(state, ended=event)
        case _:
            return state


class Lines:
    """Lines of styled text as a renderable, so that Live draws exactly these."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self._lines:
            yield from line
            yield Segment.line()


def rule(console: Console, text: str) -> Line:
    """A quiet line across the screen that begins with a text."""
    style = console.get_style("quiet")
    label = f"── {one_line(text)} "
    return [Segment(label, style), Segment("─" * max(0, console.width - 1 - Segment(label).cell_length), style)]


class ReplyPanel:
    """One reply on the screen, from the question to its account. An async context manager."""

    def __init__(self, console: Console, title: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._title: str | None = title  # None once it stands in the scrollback
        self._clock = clock
        self._state = ReplyState()
        self._stream = MarkdownStream()
        self._live = self._new_live()
        self._painted: list[Line] = []
        self._width = console.width
        self._started = self._next_paint = clock()
        self._gap = False  # a blank line is due before the next block
        self._changed = False

    async def __aenter__(self) -> Self:
        self._live.start()
        self._paint()
        self._ticker = asyncio.create_task(self._paint_regularly())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ticker.cancel()
        try:
            with suppress(asyncio.CancelledError):
                await self._ticker
        finally:
            self._mind_the_width()
            self._live.update(Lines([]))
            self._live.stop()
            self._print_the_rest(error)

    def show(self, event: TurnEvent) -> None:
        """Take in the next event, and paint if it is time."""
        self._state = advance(self._state, event)
        if isinstance(event, TextDelta):
            self._stream.feed(event.text)
        elif isinstance(event, WindowSlid):
            self._console.print(Text(what_slid_out(event.window), self._quiet))
        self._changed = True
        if self._clock() >= self._next_paint:
            self._paint()

    @property
    def _quiet(self) -> Style:
        return self._console.get_style("quiet")

    async def _paint_regularly(self) -> None:
        """Turn the spinner, and paint what is left over when the stream stalls."""
        while True:
            await asyncio.sleep(max(PAINT_INTERVAL, self._next_paint - self._clock()))
            if self._changed or not self._state.begun:
                self._paint()

    def _paint(self) -> None:
        begin = self._clock()
        self._mind_the_width()
        self._print_finished()
        lines = self._waiting() if not self._state.begun else lines_of(self._stream.open_blocks(), self._console)
        if self._title is not None:
            lines = [rule(self._console, self._title), [], *lines]
        elif self._gap and lines:
            lines = [[], *lines]
        self._painted = lines[-max(3, self._console.height - 2) :]
        self._live.update(Lines(self._painted), refresh=True)
        self._changed = False
        now = self._clock()
        self._next_paint = now + max(PAINT_INTERVAL, PAINT_SHARE * (now - begin))

    def _new_live(self) -> Live:
        return Live(console=self._console, auto_refresh=False, transient=True, vertical_overflow="crop")

    def _mind_the_width(self) -> None:
        """When the window has become narrower, the terminal has wrapped the live lines: take away all their rows."""
        width = self._console.width
        if width == self._width:
            return
        self._width = width
        added = sum(max(0, -(-Segment.get_line_length(line) // width) - 1) for line in self._painted)
        self._live.update(Lines([]))
        self._live.stop()  # takes away as many rows as it has drawn lines
        self._console.control(Control(*[(ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2)] * added))
        self._live = self._new_live()
        self._live.start()

    def _print_finished(self) -> None:
        self._print_once(lines_of(self._stream.take_finished(), self._console))

    def _print_once(self, lines: list[Line]) -> None:
        """Print lines that are final above the live ones, with the title before the first of them."""
        if not lines:
            return
        if self._title is not None:
            lines = [rule(self._console, self._title), [], *lines]
            self._title = None
        elif self._gap:
            lines = [[], *lines]
        self._gap = True
        self._console.print(Lines(lines))

    def _print_the_rest(self, error: BaseException | None) -> None:
        """All that is not final yet, and the account. Of a reply that never began, nothing stays."""
        if not self._state.begun:
            return
        self._print_once(lines_of(self._stream.take_finished(), self._console))
        self._print_once(lines_of(self._stream.finish(), self._console))
        ended = self._state.ended or ReplyEnded(how_it_broke(error), self._clock() - self._started, self._state.used)
        self._console.print(Lines([[], rule(self._console, account(ended)), []]))

    def _waiting(self) -> list[Line]:
        seconds = self._clock() - self._started
        frame = SPINNER[int(seconds / PAINT_INTERVAL) % len(SPINNER)]
        doing = "thinking" if self._state.thinking else "waiting"
        return [[Segment(f"{frame} {doing} {seconds:.0f} s", self._quiet)]]
