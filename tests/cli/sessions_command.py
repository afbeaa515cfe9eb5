"""The saved conversations of a home, and runs of `chat sessions` in this process."""

import io
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from chatbot_cli.chat.messages import Ending
from chatbot_cli.cli.sessions import session_app
from chatbot_cli.sessions.database.opening import open_database
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from chatbot_cli.sessions.summaries import read_summaries
from chatbot_cli.sessions.transfer import insert_record, read_record
from chatbot_cli.system.folders import Folders

DAY = 86_400
NOW = time.time()
SETUP = {"persona": "tutor", "display_name": "Tutor", "system_prompt": "Be patient.", "model": "demo", "base_url": ""}
HOSTILE = "\x1b[2J\x00\x7f\x9b\u202e\ud800 \u200b😀 | # > `"
HOLDER = """
import sys
from pathlib import Path
from chatbot_cli.sessions.session_lock import SessionLocks
locks = SessionLocks(Path(sys.argv[1]))
print(locks.take(int(sys.argv[2])), flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Done:
    """What a run came to."""

    exit_code: object
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Saved:
    """The saved conversations of a home."""

    def __init__(self, home: Path) -> None:
        self.folder = Folders.of({}, home).data

    def add(
        self,
        title: str,
        *said: str,
        days: float = 1,
        ending: Ending | None = Ending.COMPLETE,
        name: str = "",
        draft: str = "",
    ) -> int:
        """A conversation of questions and answers in turn, the last with this ending, active so many days ago."""
        at = NOW - days * DAY
        messages = tuple(
            MessageRecord(
                number,
                number - 1 or None,
                text,
                at,
                None if number % 2 else ReplyRecord(ending if number == len(said) else Ending.COMPLETE, model="demo"),
            )
            for number, text in enumerate(said, start=1)
        )
        record = SessionRecord(
            title, at, at, SETUP, messages, len(messages) - len(messages) % 2 or None, draft=draft, name=name
        )
        with closing(open_database(self.folder)) as connection:
            return insert_record(connection, record, at)

    def record(self, session: int) -> SessionRecord:
        with closing(open_database(self.folder)) as connection:
            return read_record(connection, session)

    @property
    def titles(self) -> list[str]:
        with closing(open_database(self.folder)) as connection:
            return [summary.title for summary in read_summaries(connection, time.time())]

    @contextmanager
    def open_elsewhere(self, session: int) -> Iterator[None]:
        """Another process holds the conversation, as a chat does in which it is open."""
        with subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(self.folder), str(session)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "True\n"
            yield
            holder.kill()


def home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Saved:
    """Let this process have its home in a folder of the test, and nobody at stdin."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TERM", "xterm-256color")
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return Saved(tmp_path)


def sessions(*arguments: str, terminal: bool = False) -> Done:
    out, err = Terminal() if terminal else io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as exit_:
        session_app(list(arguments), prog_name="chat sessions")
    return Done(exit_.value.code or 0, out.getvalue(), err.getvalue())


def answering(answer: str, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Done:
    """A run at a terminal, where a question is answered."""
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    return sessions(*arguments, terminal=True)


def piping(text: bytes, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Done:
    """A run that gets something through stdin."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text), "utf-8"))
    return sessions(*arguments)
