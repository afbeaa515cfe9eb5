"""One child process, as its parent sees it."""

import os
import selectors
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from chatbot_cli.readers.child.limits import IDLE, OUT_OF_MEMORY, SECONDS
from chatbot_cli.readers.child.wire import LENGTH, MOST_BYTES, framed
from chatbot_cli.readers.document import ReadingStopped, Unreadable

_PACKAGE = Path(__file__).parents[3]  # the folder that has ours
_STEP = 1 << 20  # bytes
_MOST_FILES = 500  # for one child
_ENDING = 1  # seconds that one may take to end that says no more
# What the child may see of the environment: no keys.
_SEEN = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "VIRTUAL_ENV", "PYTHONHOME", "LD_LIBRARY_PATH")


class ChildProcess:
    """A child that reads one file at a time. It has no terminal, so Ctrl-C does not reach it."""

    def __init__(self) -> None:
        """Start it. Raises Unreadable if the system does not let it."""
        if sys.platform == "win32":  # no pipe of it can be waited for with a time limit
            raise Unreadable("its reader does not work on Windows", failed=True)
        path = [str(_PACKAGE), *filter(os.path.isabs, sys.path)]  # it finds the libraries that this process does
        seen = {name: os.environ[name] for name in _SEEN if name in os.environ}
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "chatbot_cli.readers.child.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env=seen | {"PYTHONPATH": os.pathsep.join(path)},
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            raise Unreadable(f"its reader could not be started ({error.strerror})", failed=True) from error
        self._stopped = False
        self._used, self._files = time.monotonic(), 0
        for pipe in (self._to, self._from):
            os.set_blocking(pipe.fileno(), False)

    @property
    def _to(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101  it was asked for
        return self._process.stdin

    @property
    def _from(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101  it was asked for
        return self._process.stdout

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_gone(self) -> bool:
        return self._process.poll() is not None

    @property
    def may_be_used(self) -> bool:
        """Whether it is there, will not end by itself just now, and has not read too many files for its memory."""
        return not self.is_gone and time.monotonic() - self._used < IDLE / 2 and self._files < _MOST_FILES

    def ask(self, payload: bytes) -> bytes:
        """Its answer. Raises Unreadable if there is none in time, and ReadingStopped."""
        deadline = time.monotonic() + SECONDS
        unsent, answer = memoryview(framed(payload)), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._from, selectors.EVENT_READ)
            selector.register(self._to, selectors.EVENT_WRITE)
            while not _is_whole(answer):
                ready = selector.select(deadline - time.monotonic())
                if time.monotonic() > deadline:
                    raise Unreadable(f"it took too long (more than {SECONDS} seconds)", failed=True)
                for key, _ in ready:
                    if key.fileobj is self._to:
                        unsent = self._send(unsent)
                        if not unsent:
                            selector.unregister(self._to)
                    else:
                        answer += self._receive()
        self._used, self._files = time.monotonic(), self._files + 1
        return bytes(answer[LENGTH:])

    def _send(self, unsent: memoryview) -> memoryview:
        try:
            return unsent[os.write(self._to.fileno(), unsent[:_STEP]) :]
        except BlockingIOError:
            return unsent
        except OSError:
            raise self._ending() from None

    def _receive(self) -> bytes:
        try:
            received = os.read(self._from.fileno(), _STEP)
        except BlockingIOError:
            return b""
        if not received:
            raise self._ending()
        return received

    def _ending(self) -> Exception:
        """Why it has gone without an answer."""
        try:
            status = self._process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        if self._stopped:
            return ReadingStopped()
        if status == OUT_OF_MEMORY:
            return Unreadable("it needs too much memory", failed=True)
        return Unreadable(f"its reader broke down (status {status})", failed=True)

    def stop(self) -> None:
        """End it at once, from any thread: who waits for its answer gets ReadingStopped."""
        self._stopped = True
        self._process.kill()

    def kill(self) -> None:
        """End it, and let nothing of it stay."""
        self._process.kill()
        self._process.wait()
        self._to.close()
        self._from.close()


def _is_whole(answer: bytearray) -> bool:
    if len(answer) < LENGTH:
        return False
    wanted = int.from_bytes(answer[:LENGTH], "big")
    if wanted > MOST_BYTES:
        raise Unreadable("damaged", failed=True)
    return len(answer) >= LENGTH + wanted
