"""A home with documents, and runs of `chat docs` in this process."""

import io
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.cli.docs import docs_app
from tests.cli.sessions_command import Done, home_of_its_own


class DocsHome:
    """A home with a folder `notes`."""

    def __init__(self, home: Path) -> None:
        self.home, self.notes = home, home / "notes"
        self.kept = home / ".local/share/chatbot-cli/docs"
        self.notes.mkdir()

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            path = self.notes / f"{name}.md"
            path.write_text(text)
            os.utime(path, (1_000_000_000, 1_000_000_000))

    def listed(self) -> Any:
        return json.loads(docs("list", "--json").out)


def docs_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DocsHome:
    """Let this process have its home in a folder of the test."""
    home_of_its_own(tmp_path, monkeypatch)
    return DocsHome(tmp_path)


def docs(*arguments: str) -> Done:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as exit_:
        docs_app(list(arguments), prog_name="chat docs")
    return Done(exit_.value.code or 0, out.getvalue(), err.getvalue())
