"""One contestant of the streaming benchmark, run by it in a process of its own: it shows a reply on its terminal.

    python -m benchmarks.streaming_contestants NAME TOKENS TOKENS_PER_SECOND FILE

Everything is imported and warm when the clock starts. The figures that only this process knows go to FILE as JSON.
"""

import asyncio
import bisect
import gc
import io
import json
import operator
import selectors
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TextIO

from rich.console import Console
from rich.live import Live
from rich.markdown import Markdown

from benchmarks.streaming_document import MARKER, Document, document, every_kind
from chatbot_cli.chat.events import ReplyEnded, TextDelta, TurnEvent
from chatbot_cli.chat.messages import Ending
from chatbot_cli.terminal.reply_panel import ReplyPanel
from chatbot_cli.terminal.screen import ReplyView, show_turn
from chatbot_cli.terminal.theme import make_console

RAW, ONE_SHOT, OURS = "raw write", "one print at the end", "our panel"
FEWEST_PAINTS = 10  # of a tenth; with fewer its cost is not known
AT_ONCE = 256  # tokens of an unpaced reply between two looks at the loop: about as many as one read of a socket brings


@dataclass(frozen=True, slots=True)
class Run:
    """The costs of a run, in seconds. `began` is a time.monotonic(); a `…_chunk` is the mean for one token."""

    began: float
    cpu: float
    first_chunk: float | None
    last_chunk: float | None
    pause: float  # the longest time in which a key would have waited
    cpu_pause: float  # the same in CPU seconds, to tell a slow program from a busy machine


class _View:
    """The open and the end of a contestant that is no panel."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return

    def show(self, event: TurnEvent) -> None:
        if isinstance(event, TextDelta):
            self.add(event.text)

    def add(self, text: str) -> None:
        self._text += text


class Raw(_View):
    """Writes each token as it arrives: the least possible cost."""

    def add(self, text: str) -> None:
        self._file.write(text)
        self._file.flush()


class OneShot(_View):
    """Writes nothing until the end, then the whole reply."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        Console(file=self._file).print(Markdown(self._text))


class NaiveLive(_View):
    """The usual first attempt: it renders all of the text again for each token."""

    overflow: Literal["ellipsis", "visible"] = "ellipsis"  # Rich's default

    async def __aenter__(self) -> Self:
        console = Console(file=self._file)
        self._live = Live(console=console, refresh_per_second=10, vertical_overflow=self.overflow)
        self._live.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._live.stop()

    def add(self, text: str) -> None:
        self._text += text
        self._live.update(Markdown(self._text))


class VisibleLive(NaiveLive):
    """The same, for those who have noticed that the newest words are hidden."""

    overflow = "visible"


def _panel(file: TextIO) -> ReplyPanel:
    return ReplyPanel(make_console(file), "Assistant · gpt-6-luna")


CONTESTANTS: dict[str, Callable[[TextIO], AbstractAsyncContextManager[ReplyView]]] = {
    RAW: Raw,
    ONE_SHOT: OneShot,
    OURS: _panel,
    "Live": NaiveLive,
    "Live, visible": VisibleLive,
}


class Watch(selectors.DefaultSelector):
    """Measures how long the event loop does not look at its input."""

    def __init__(self) -> None:
        super().__init__()
        self._since = (time.perf_counter(), time.thread_time())
        self.longest = self.longest_cpu = 0.0

    def start(self) -> None:
        """Forget all earlier measurements."""
        self.longest = self.longest_cpu = 0.0
        self._since = (time.perf_counter(), time.thread_time())

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.longest = max(self.longest, time.perf_counter() - self._since[0])
        self.longest_cpu = max(self.longest_cpu, time.thread_time() - self._since[1])
        ready = super().select(timeout)
        self._since = (time.perf_counter(), time.thread_time())
        return ready


class Shown(io.TextIOWrapper):
    """The terminal; it notes the CPU seconds used before each write."""

    def __init__(self) -> None:
        super().__init__(sys.stdout.buffer, sys.stdout.encoding, line_buffering=True)
        self.writes: list[tuple[float, str]] = []

    def write(self, text: str, /) -> int:
        self.writes.append((time.process_time(), text))
        return super().write(text)

    def cpu_by_token(self, markers: Mapping[str, int]) -> list[tuple[int, float]]:
        """For each paint: the tokens on the terminal, and the CPU seconds used so far."""
        known: list[tuple[int, float]] = []
        for cpu, text in self.writes:
            newest = max((markers[found] for found in MARKER.findall(text) if found in markers), default=-1)
            if newest > (known[-1][0] if known else -1):
                known.append((newest, cpu))
        return known


async def arriving(reply: Document, rate: float, fed: list[float]) -> AsyncGenerator[TurnEvent, None]:
    """The reply as it arrives from the network: `rate` tokens a second; 0 is as fast as they are taken.

    `fed` gets the CPU seconds used before each token.
    """
    start = time.monotonic()
    for index, token in enumerate(reply.tokens):
        if rate:
            await asyncio.sleep(max(0.0, start + index / rate - time.monotonic()))
        elif index % AT_ONCE == 0:
            await asyncio.sleep(0)
        fed.append(time.process_time())
        yield TextDelta(token)
    yield ReplyEnded(Ending.COMPLETE, time.monotonic() - start, None)


def measured(name: str, reply: Document, rate: float) -> Run:
    """Show a reply on the terminal, and measure."""
    contestant, watch, terminal, fed = CONTESTANTS[name], Watch(), Shown(), list[float]()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(watch)) as runner:
        runner.run(show_turn(arriving(every_kind(), 0, []), contestant(io.StringIO())))
        gc.collect()
        watch.start()
        began, cpu_before = time.monotonic(), time.process_time()
        runner.run(show_turn(arriving(reply, rate, fed), contestant(terminal)))
        cpu_after = time.process_time()
    later = name == OURS  # its tokens are done when they are on the terminal, not when they were taken
    # An unpaced reply is taken in whole while its beginning is painted; that is no part of the first tenth's cost.
    taken_in = statistics.median(map(operator.sub, fed[1:], fed)) * len(fed) if later and not rate else 0.0
    known = terminal.cpu_by_token(reply.markers) if later else list(enumerate(fed))
    first = last = None
    if len(known) >= FEWEST_PAINTS:
        first = (_at(reply.first_tenth, known) - cpu_before - taken_in) / reply.first_tenth
        last = (cpu_after - _at(reply.last_tenth, known)) / (len(reply.tokens) - reply.last_tenth)
    return Run(began, cpu_after - cpu_before, first, last, watch.longest, watch.longest_cpu)


def _at(token: int, known: Sequence[tuple[int, float]]) -> float:
    """The CPU seconds at a token, from those at its neighbours."""
    right = max(1, bisect.bisect_left(known, (token, 0.0)))
    (before, low), (after, high) = known[right - 1], known[min(right, len(known) - 1)]
    return low + (high - low) * (token - before) / max(1, after - before)


def main() -> None:
    """Run one contestant."""
    name, tokens, rate, log = sys.argv[1:]
    run = measured(name, document(int(tokens)), float(rate))
    Path(log).write_text(json.dumps(asdict(run)), encoding="utf-8")


if __name__ == "__main__":
    main()
