"""What a process stands in: variables, folders and streams. Passed in everywhere, so that nothing reaches for it."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self, TextIO

from chatbot_cli.errors import UsageError
from chatbot_cli.frozen import frozen


@frozen
class Surroundings:
    """The surroundings of one run. `stdin` is None when the process was started without one."""

    environ: Mapping[str, str]
    cwd: Path
    home: Path
    stdin: TextIO | None
    stdout: TextIO
    stderr: TextIO

    @classmethod
    def of_process(cls) -> Self:
        """This process's own. Raises UsageError when it stands in a folder that is gone."""
        try:
            cwd = Path.cwd()
        except OSError:
            raise UsageError("The current folder is gone.", "Go to another one: cd") from None
        home = Path(os.environ.get("HOME") or Path.home())
        nowhere = Path(os.devnull)
        stdout, stderr = (stream or nowhere.open("w") for stream in (sys.stdout, sys.stderr))
        return cls(os.environ, cwd, home, sys.stdin, stdout, stderr)

    @property
    def stdin_is_terminal(self) -> bool:
        """Whether a person can type at stdin."""
        return self.stdin is not None and self.stdin.isatty()

    @property
    def is_dumb(self) -> bool:
        """Whether the terminal can do no more than append text."""
        return self.environ.get("TERM") in ("dumb", "unknown")
