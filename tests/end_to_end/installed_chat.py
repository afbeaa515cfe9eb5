"""Starts the installed `chat` in surroundings of its own: in a terminal, or between pipes.

Where a start is not what is tested, a fork server has it with the libraries loaded: that costs a fifth.
"""

import os
import re
import select
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from tests.end_to_end.forked_process import ForkServer
from tests.streaming_server import StreamingServer
from tests.terminal_session import PATIENCE, TerminalSession, start_anew

CHAT = Path(sys.executable).with_name("chat")
KEY = "sk-made-up-0123456789abcdef"

TOOLBAR = re.compile(r" · \d+ of \d+ exchanges?(?: and \d+ pinned)? · ~?[\d.]+k? of ")
PROMPT = "›"
ACCOUNT = re.compile(r"^── .*\d\.\d s(?: · [\d.,]+/s)?(?: · price unknown| · \$[\d.]+)? ─+$", re.MULTILINE)

# Escape sequences that were shown instead of obeyed, and control keys that the terminal itself has echoed.
GARBAGE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f␛]|\^[@-_]|\[[?>=]?\d+(;\d+)*[A-Za-z~]")


@dataclass(frozen=True)
class Finished:
    """What a run came to."""

    exit_code: int
    out: str
    err: str


class InstalledChat:
    """The program, an empty home, and an empty folder to start it in. Nothing of our own environment reaches it."""

    def __init__(
        self, root: Path, command: Sequence[str] = (str(CHAT),), fork_server: ForkServer | None = None
    ) -> None:
        self.command: Sequence[str] = command
        self._fork_server = fork_server
        self.home, self.folder = root / "home", root / "folder"
        self.home.mkdir()
        self.folder.mkdir()
        self.environ = {
            "PATH": f"{CHAT.parent}:/usr/bin:/bin",
            "HOME": str(self.home),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "CHAT_TRIES": "1",  # a failure is told at once; the tests of trying again say otherwise
        }
        self._started: list[subprocess.Popen[bytes]] = []

    @property
    def forked_by(self) -> ForkServer | None:
        """Where processes come from, if they are not started anew. What a shell starts is."""
        return self._fork_server if self.command == (str(CHAT),) else None

    def at(self, server: StreamingServer) -> Self:
        """With a key for this server."""
        self.environ |= {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.base_url}
        return self

    def close(self) -> None:
        """End what was started between pipes."""
        for process in self._started:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()

    def start(self, *arguments: str, stdin: int = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
        """Start it anew with pipes for stdout and stderr, and without a terminal."""
        process = subprocess.Popen(
            [*self.command, *arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environ,
            cwd=self.folder,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def run(self, *arguments: str, stdin: str | bytes = b"") -> Finished:
        """Run it to its end with this on stdin."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        if server := self.forked_by:
            exit_code, out, err = server.run([*self.command, *arguments], self.environ, self.folder, data)
            return Finished(exit_code, out.decode(), err.decode())
        process = self.start(*arguments, stdin=subprocess.PIPE)
        return finish(process, data)

    def in_terminal(
        self, *arguments: str, stdin: bytes | None = None, columns: int = 80, rows: int = 24
    ) -> "ChatSession":
        """Start it in a terminal."""
        start = self.forked_by.start_in_terminal if self.forked_by else start_anew
        command = [*self.command, *arguments]
        return ChatSession(command, self.environ, cwd=self.folder, columns=columns, rows=rows, stdin=stdin, start=start)


def finish(process: "subprocess.Popen[bytes]", stdin: bytes | None = None) -> Finished:
    """Read what a process still writes, to its end."""
    out, err = process.communicate(stdin, PATIENCE)
    return Finished(process.returncode, out.decode(), err.decode())


def begin_reading(pipe: IO[bytes] | None) -> bytes:
    """The first that comes through a pipe: one write of the process, as long as these are short."""
    assert pipe is not None
    ready, _, _ = select.select([pipe], [], [], PATIENCE)
    assert ready, "nothing came"
    return os.read(pipe.fileno(), 4096)


class ChatSession(TerminalSession):
    """A conversation in a terminal. At its end nothing `forbidden` may stand there."""

    forbidden: re.Pattern[str] | None = GARBAGE

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, traceback)
        found = self.forbidden.search(self.text) if self.forbidden else None
        if error is None:
            assert not found, f"{found[0]!r} is on the screen:\n{self.text}"

    @property
    def lines(self) -> list[str]:
        """All lines, from the first in the scrollback."""
        return self.text.split("\n")

    @property
    def is_ready(self) -> bool:
        """Whether the prompt takes keys: the toolbar stands below it."""
        return any(TOOLBAR.search(line) for line in self.screen)

    @property
    def toolbar(self) -> str:
        """The line below the prompt."""
        return next(line for line in reversed(self.screen) if TOOLBAR.search(line))

    @property
    def line(self) -> str:
        """What stands in the prompt now; a line of it for each of its lines."""
        rows = self.screen[: self.screen.index(self.toolbar)] if self.is_ready else self.screen
        last = max(number for number, row in enumerate(rows) if row.startswith(PROMPT))
        return "\n".join([row[2:] for row in rows[last:]]).rstrip()

    def wait_until_ready(self) -> str:
        """Wait for the prompt."""
        return self.wait_for(lambda: self.is_ready)

    def wait_for_line(self, line: str) -> None:
        """Wait until exactly this stands in the prompt."""
        self.wait_for(lambda: self.is_ready and self.line == line)

    def enter(self, keys: str) -> str:
        """Type at the prompt, press Enter, and wait for the next prompt; return what has appeared between the two."""
        self.wait_until_ready()
        before = self._prompts()
        self.send(keys + "\r")
        self.wait_for(lambda: self.is_ready and len(self._prompts()) > len(before))
        return "\n".join(self.lines[before[-1] + 1 : self._prompts()[-1]])

    def begin(self, question: str, shown: str) -> None:
        """Ask, and wait until this is shown of the reply, in a line of its own."""
        self.wait_until_ready()
        self.send(question + "\r")
        self.wait_for(lambda: shown in self.lines)

    def leave(self) -> None:
        """Press Ctrl-D."""
        self.wait_until_ready()
        self.send("\x04")
        assert self.wait_for_exit() == 0

    def _prompts(self) -> list[int]:
        return [number for number, line in enumerate(self.lines) if line.startswith(PROMPT)]
