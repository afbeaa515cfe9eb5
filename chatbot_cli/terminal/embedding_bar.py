"""How far the vectors of a collection are: one line on a terminal, redrawn; a line now and then anywhere else."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from chatbot_cli.terminal.theme import make_console
from chatbot_cli.text.counts import counted

BETWEEN_LINES = 10.0  # seconds, where nothing can be redrawn
REDRAWN = 4  # times a second
NARROW = 60  # cells; below it there is room for the counts alone


class EmbeddingLines:
    """Says every ten seconds how far it is, for pipes and screen readers."""

    def __init__(self, out: TextIO, texts: int) -> None:
        self._out, self._texts, self._said = out, texts, time.monotonic()

    def __call__(self, done: int) -> None:
        if time.monotonic() - self._said >= BETWEEN_LINES:
            self._said = time.monotonic()
            print(f"{done:,} of {counted(self._texts, 'text')} embedded", file=self._out, flush=True)


class EmbeddingBar:
    """Draws how many texts are embedded, and the time left."""

    def __init__(self, out: TextIO, texts: int) -> None:
        console = make_console(out)
        columns = [TextColumn("embedding"), MofNCompleteColumn()]
        if console.width >= NARROW:
            columns = [TextColumn("embedding"), BarColumn(24), MofNCompleteColumn(), TimeRemainingColumn()]
        self._progress = Progress(
            *columns, console=console, transient=True, refresh_per_second=REDRAWN, redirect_stdout=False
        )
        self._task = self._progress.add_task("embedding", total=max(1, texts))

    @contextmanager
    def drawn(self) -> Iterator["EmbeddingBar"]:
        """While this lasts, the line stands at the bottom."""
        with self._progress:
            yield self

    def __call__(self, done: int) -> None:
        self._progress.update(self._task, completed=done)
