"""Processes of the fork server, with the interface of `subprocess`."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from tests.end_to_end import fork_server
from tests.terminal_session import PATIENCE, Streams

LANG = "C.UTF-8"


class ForkedProcess:
    """A process that the server has forked. Through `end` comes its id, and its exit code once it has ended."""

    def __init__(self, end: int) -> None:
        self._end = os.fdopen(end, "rb", buffering=0)
        self._exit_code: int | None = None
        first = self._end.readline()
        assert first, "the fork server has ended"
        self.pid = int(first)

    def poll(self) -> int | None:
        """The exit code; None as long as it runs."""
        with suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, as soon as it has ended. Raises subprocess.TimeoutExpired."""
        if self._exit_code is None:
            ready, _, _ = select.select([self._end], [], [], timeout)
            if not ready:
                raise subprocess.TimeoutExpired("chat", timeout or 0)
            with self._end:
                self._exit_code = int(self._end.readline())
        return self._exit_code

    def send_signal(self, sig: int, /) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)


class ForkServer:
    """Starts the server, and asks it for processes."""

    def __init__(self) -> None:
        self.hurry = False  # whether the demo model answers at once
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._server = subprocess.Popen(
                [sys.executable, fork_server.__file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={"PATH": "/usr/bin:/bin", "LANG": LANG, "TERM": "xterm-256color"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )

    def start(
        self, command: Sequence[str], environ: Mapping[str, str], folder: Path, streams: Streams, *, in_terminal: bool
    ) -> ForkedProcess:
        """Start the command; it is `chat`, whatever its first word. With `in_terminal` it is controlled by stderr's."""
        assert environ["LANG"] == LANG  # Python asks for it once, when it starts
        message: dict[str, object] = {"arguments": command, "environ": environ, "folder": str(folder)}
        message |= {"has_terminal": in_terminal, "hurry": self.hurry}
        end, theirs = os.pipe()
        socket.send_fds(self._requests, [json.dumps(message).encode()], [*streams, theirs])
        os.close(theirs)
        return ForkedProcess(end)

    def start_in_terminal(
        self, command: Sequence[str], environ: Mapping[str, str], folder: Path, streams: Streams
    ) -> ForkedProcess:
        """The same, with a terminal at stderr."""
        return self.start(command, environ, folder, streams, in_terminal=True)

    def run(
        self, command: Sequence[str], environ: Mapping[str, str], folder: Path, stdin: bytes
    ) -> tuple[int, bytes, bytes]:
        """Run the command between pipes; its exit code, and what it wrote to stdout and to stderr."""
        (stdin_end, feed), (out, stdout_end), (err, stderr_end) = os.pipe(), os.pipe(), os.pipe()
        streams = (stdin_end, stdout_end, stderr_end)
        process = self.start(command, environ, folder, streams, in_terminal=False)
        for descriptor in streams:
            os.close(descriptor)
        with ThreadPoolExecutor() as readers:
            stdout, stderr = readers.submit(read_all, out), readers.submit(read_all, err)
            try:
                with suppress(BrokenPipeError), open(feed, "wb") as pipe:
                    pipe.write(stdin)
                return process.wait(PATIENCE), stdout.result(PATIENCE), stderr.result(PATIENCE)
            finally:
                process.kill()

    def close(self) -> None:
        """End the server."""
        self._requests.close()
        self._server.wait()


def read_all(descriptor: int) -> bytes:
    """All that comes, to the end."""
    with open(descriptor, "rb") as pipe:
        return pipe.read()
