"""A lock on a file that another chat may change at the same time. The system frees it when a process ends."""

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chatbot_cli.system.private_files import open_file

PATIENCE = 1.0  # seconds; who holds one has a small file to write
BETWEEN_TRIES = 0.01  # seconds
_HELD_ELSEWHERE = (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK)

if sys.platform == "win32":
    import msvcrt

    def _try(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock `path`, a file that is made for it, and stays.

    Goes on without it where there are no locks, or where another holds it for longer than a second.
    """
    descriptor = None
    with suppress(OSError):
        descriptor = open_file(path)
        _wait_for(descriptor)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)  # and so it is free


def _wait_for(descriptor: int) -> None:
    """Raises OSError if it cannot be had."""
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            return _try(descriptor)
        except OSError:
            if time.monotonic() > ends:
                raise
        time.sleep(BETWEEN_TRIES)


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Whether the lock `path` can be had at once; if so, it is held meanwhile. The file is made for it, and stays.

    Where there are no locks it can be had always. Raises OSError if the file cannot be made.
    """
    descriptor = open_file(path)
    try:
        is_mine = True
        try:
            _try(descriptor)
        except OSError as error:
            is_mine = error.errno not in _HELD_ELSEWHERE
        yield is_mine
    finally:
        os.close(descriptor)  # and so it is free
