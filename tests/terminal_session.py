"""A real process in a pseudo terminal, with an emulator that shows what a person would see."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import pyte

from tests.scrolling_screen import ScrollingScreen

PATIENCE = 30.0  # seconds; a limit for a broken program, not a wait

# Makes the terminal at stderr the controlling one, as a shell has it, so that keys become signals and /dev/tty exists.
LAUNCHER = """
import fcntl, os, sys, termios
fcntl.ioctl(2, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""

Streams = tuple[int, int, int]  # descriptors for stdin, stdout and stderr


class Process(Protocol):
    """What is asked of a process, as `subprocess.Popen` has it."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int, /) -> None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


Starter = Callable[[Sequence[str], Mapping[str, str], Path, Streams], Process]


def start_anew(command: Sequence[str], environ: Mapping[str, str], folder: Path, streams: Streams) -> Process:
    """Start a command in the terminal at stderr."""
    stdin, stdout, stderr = streams
    return subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, *command],
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        env=dict(environ),
        cwd=folder,
        start_new_session=True,
    )


class _Emulator(ScrollingScreen):
    """A screen that answers when the program asks where the cursor is."""

    answer: Callable[[str], None]

    def write_process_input(self, data: str) -> None:
        self.answer(data)


class TerminalSession:
    """Starts a command in a terminal of the given size. `stdin` is piped in instead of the keyboard, if given."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        cwd: Path,
        columns: int = 80,
        rows: int = 24,
        stdin: bytes | None = None,
        start: Starter = start_anew,
    ) -> None:
        self._master, slave = pty.openpty()
        self.emulator = _Emulator(columns, rows)
        self.emulator.answer = self.send
        self._feed: Callable[[bytes], None] = pyte.ByteStream(self.emulator).feed
        self.raw = b""
        self.resize(columns, rows)
        keyboard, feed = (slave, None) if stdin is None else os.pipe()
        self.process = start(command, environ, cwd, (keyboard, slave, slave))
        os.close(slave)
        if stdin is not None and feed is not None:
            os.close(keyboard)
            with open(feed, "wb") as pipe:
                pipe.write(stdin)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window; the program is told as by a real terminal."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.emulator.resize(rows, columns)

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> None:
        """Send a signal from outside."""
        self.process.send_signal(number)

    @property
    def screen(self) -> list[str]:
        """The visible lines, without blanks at their ends."""
        return self.emulator.visible

    @property
    def scrollback(self) -> list[str]:
        """The lines that have left the screen at the top, oldest first."""
        return self.emulator.scrollback

    @property
    def text(self) -> str:
        """Everything that can be seen by scrolling."""
        return "\n".join([*self.scrollback, *self.screen])

    @property
    def modes(self) -> list[object]:
        """How the terminal treats keys and output, as a program finds it and should leave it."""
        return termios.tcgetattr(self._master)

    def wait_for(self, condition: str | Callable[[], bool], patience: float = PATIENCE) -> str:
        """Read what the program writes until a text is on the screen, or a condition holds; return all the text."""
        holds: Callable[[], bool] = (lambda: condition in self.text) if isinstance(condition, str) else condition
        deadline = time.monotonic() + patience
        while not holds():
            if not self._read(deadline - time.monotonic()):
                raise AssertionError(f"waited in vain for {condition!r}; the screen:\n{self.text}")
        return self.text

    def wait_for_exit(self, patience: float = PATIENCE) -> int:
        """Read to the end, and return the exit code."""
        deadline = time.monotonic() + patience
        while self._read(deadline - time.monotonic()):
            pass
        try:
            return self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise AssertionError(f"waited in vain for the end; the screen:\n{self.text}") from None

    def _read(self, seconds: float) -> bool:
        """Take in the next piece of output; False when there is none in time, or no more will come."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            piece = os.read(self._master, 65536)
        except OSError:  # how Linux says that the other side has closed the terminal
            return False
        self.raw += piece
        self._feed(piece)
        return bool(piece)
