"""How far an update of documents is: one line on a terminal, redrawn; a line now and then anywhere else."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.table import Table
from rich.text import Text

from chatbot_cli.terminal.theme import make_console
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.width import cut_inside

BETWEEN_LINES = 10.0  # seconds, where nothing can be redrawn
REDRAWN = 4  # times a second
SLOW_START = 2.0  # seconds before the time left can be told
NARROW = 60  # cells; below it there is room for the counts and the time alone


class UpdateLines:
    """Says every ten seconds how far it is, for pipes and screen readers."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._said, self._files = out, time.monotonic(), 0

    def looking(self, files: int) -> None:
        self._say(f"{counted(files, 'file')} found")

    def begins(self, files: int, size: int) -> None:
        self._files = files

    def reading(self, name: str, files: int, size: int) -> None:
        self._say(f"{files:,} of {counted(self._files, 'file')} read")

    def _say(self, line: str) -> None:
        if time.monotonic() - self._said >= BETWEEN_LINES:
            self._said = time.monotonic()
            print(line, file=self._out, flush=True)


class UpdateBar:
    """Draws how many files are read, which is next, how fast, and the time left."""

    def __init__(self, out: TextIO) -> None:
        self.progress = _Line(make_console(out))
        self._task = self.progress.add_task("looking", total=None, files=0, count=0, name="", began=time.monotonic())

    @contextmanager
    def drawn(self) -> Iterator["UpdateBar"]:
        """While this lasts, the line stands at the bottom."""
        with self.progress:
            yield self

    def looking(self, files: int) -> None:
        self.progress.update(self._task, files=files)

    def begins(self, files: int, size: int) -> None:
        self.progress.update(
            self._task, description="reading", total=max(1, size), files=0, count=files, began=time.monotonic()
        )

    def reading(self, name: str, files: int, size: int) -> None:
        self.progress.update(self._task, completed=size, files=files, name=one_line(name))


class _Line(Progress):
    """What the line has room for, however wide the terminal is by now."""

    def __init__(self, console: Console) -> None:
        self._screen = console  # first: the line is laid out before Rich has kept it
        super().__init__(console=console, transient=True, refresh_per_second=REDRAWN, redirect_stdout=False)

    def make_tasks_table(self, tasks: Iterable[Task]) -> Table:
        width = self._screen.width
        what = TextColumn("{task.description}", markup=False)
        if width < NARROW:
            self.columns = (what, _Counts(), _Left())
        else:
            bar = BarColumn(24, style="quiet", complete_style="bar", finished_style="bar", pulse_style="bar")
            self.columns = (what, bar, _Counts(), _Rate(), _Left(), _Name(width))
        return super().make_tasks_table(tasks)


class _Counts(ProgressColumn):
    def render(self, task: Task) -> Text:
        files, count = task.fields["files"], task.fields["count"]
        return Text(f"{files:,}/{count:,}" if count else counted(files, "file"))


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        seconds = time.monotonic() - task.fields["began"]
        rate = task.completed / seconds if seconds > 0 else 0.0
        return Text(f"{rate / 1e6:.1f} MB/s" if rate else "", style="quiet")


class _Left(ProgressColumn):
    """The time left, by the bytes. The slow files come last, so it is no promise."""

    def render(self, task: Task) -> Text:
        seconds = time.monotonic() - task.fields["began"]
        if not task.completed or not task.total or seconds < SLOW_START:
            return Text("")
        left = round(seconds * (task.total - task.completed) / task.completed)
        return Text(f"{left // 60}:{left % 60:02}", style="quiet")


class _Name(ProgressColumn):
    def __init__(self, width: int) -> None:
        super().__init__()
        self._room = max(10, width - 66)

    def render(self, task: Task) -> Text:
        return Text(cut_inside(task.fields["name"], self._room), style="quiet")
