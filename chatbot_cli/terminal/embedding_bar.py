"""How far the vectors of a collection are: one line on a terminal, redrawn; a line now and then anywhere else."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeRemainingColumn
from rich.table import Table

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
        self.progress = _Line(make_console(out))
        self._task = self.progress.add_task("embedding", total=max(1, texts))

    @contextmanager
    def drawn(self) -> Iterator["EmbeddingBar"]:
        """While this lasts, the line stands at the bottom."""
        with self.progress:
            yield self

    def __call__(self, done: int) -> None:
        self.progress.update(self._task, completed=done)


class _Line(Progress):
    """What the line has room for, however wide the terminal is by now."""

    def __init__(self, console: Console) -> None:
        self._screen = console  # first: the line is laid out before Rich has kept it
        self._left = TimeRemainingColumn()  # one for all: it works out the time only now and then
        super().__init__(console=console, transient=True, refresh_per_second=REDRAWN, redirect_stdout=False)

    def make_tasks_table(self, tasks: Iterable[Task]) -> Table:
        what, counts = TextColumn("embedding"), MofNCompleteColumn()
        is_narrow = self._screen.width < NARROW
        self.columns = (what, counts) if is_narrow else (what, BarColumn(24), counts, self._left)
        return super().make_tasks_table(tasks)
