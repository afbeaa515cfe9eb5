"""Runs a program in a pseudo terminal of 100 × 30, and notes its output, the times and the CPU seconds."""

import bisect
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

COLUMNS, ROWS = 100, 30

_ESCAPE = re.compile(rb"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\))")


@dataclass(frozen=True, slots=True)
class Written:
    """The output of a program, piece by piece with the time.monotonic() of each, and its CPU seconds."""

    pieces: Sequence[tuple[float, bytes]]
    cpu: float

    @property
    def data(self) -> bytes:
        return b"".join(data for _, data in self.pieces)

    @property
    def last(self) -> float:
        """The time of the last piece."""
        return self.pieces[-1][0] if self.pieces else 0.0

    def first_seen(self, word: re.Pattern[bytes]) -> dict[bytes, float]:
        """The time at which each word was first written. Escape sequences do not count as text."""
        ends = list(accumulate(len(data) for _, data in self.pieces))
        starts: list[tuple[int, int]] = []  # (in the text, in all data): where a stretch of text begins
        text, at, length = [], 0, 0
        data = self.data
        for escape in [*_ESCAPE.finditer(data), None]:
            stretch = data[at : escape.start()] if escape else data[at:]
            starts.append((length, at))
            text.append(stretch)
            length += len(stretch)
            at = escape.end() if escape else len(data)
        seen: dict[bytes, float] = {}
        for match in word.finditer(b"".join(text)):
            begin, offset = starts[bisect.bisect_left(starts, (match.end(), -1)) - 1]
            piece = bisect.bisect_left(ends, offset + match.end() - begin)
            seen.setdefault(match[0], self.pieces[piece][0])
        return seen


def run(command: Sequence[str], environ: Mapping[str, str], cwd: str, limit: float) -> Written | None:
    """Run a command to its end, and read as fast as it writes; None if it takes more than `limit` seconds."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=dict(environ), cwd=cwd, start_new_session=True
    )
    os.close(slave)
    pieces, ended = _read(master, time.monotonic() + limit)
    if not ended:
        process.kill()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    os.close(master)
    if not ended:
        return None
    if process.returncode:
        raise SystemExit(f"{command} failed: {b''.join(data for _, data in pieces[-5:]).decode(errors='replace')}")
    return Written(pieces, used.ru_utime + used.ru_stime)


def _read(master: int, deadline: float) -> tuple[list[tuple[float, bytes]], bool]:
    """Read until the program closes the terminal; also return whether it closed it in time."""
    pieces: list[tuple[float, bytes]] = []
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([master], [], [], left)[0]:
            break
        try:
            data = os.read(master, 65536)
        except OSError:  # Linux's way to say that the program has closed the terminal
            return pieces, True
        if not data:
            return pieces, True
        pieces.append((time.monotonic(), data))
    return pieces, False
