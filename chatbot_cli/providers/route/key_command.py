"""Gets an API key from a command that the user names, such as `pass show mistral`: run once, and without a shell."""

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import replace
from threading import Lock, Thread
from typing import IO

from chatbot_cli.errors import SettingsError
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.secrets.striking import struck
from chatbot_cli.text.short import shorten_foreign

LONGEST = 10.0  # seconds
MOST_BYTES = 65_536  # that are read of each stream
QUOTED = 200  # characters of what the command says

_printed: dict[tuple[str, ...], str] = {}  # by command; never written anywhere
_one_at_a_time = Lock()


def with_key(endpoint: Endpoint, patience: float = LONGEST) -> Endpoint:
    """The endpoint with the key that its command prints. Blocks; the command is run once. Raises SettingsError."""
    if not (command := endpoint.key_command):
        return endpoint
    with _one_at_a_time:
        if command not in _printed:
            _printed[command] = _first_line(command, endpoint, patience)
        return replace(endpoint, api_key=_printed[command], key_command=())


def _first_line(command: tuple[str, ...], endpoint: Endpoint, patience: float) -> str:
    name, correct = command[0], f"Correct key_cmd of [providers.{endpoint.provider}] in config.toml."
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command, as a list, without a shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env=dict(endpoint.environ) or None,
        )
    except OSError as error:
        raise SettingsError(f"The command for the key, {name}, cannot be run: {error.strerror}.", correct) from None
    out, err = _Reader(process.stdout), _Reader(process.stderr)
    try:
        status = process.wait(patience)
    except subprocess.TimeoutExpired:
        raise SettingsError(f"The command for the key, {name}, takes longer than {patience:g} s.", correct) from None
    finally:
        _end(process)
    out.join(1.0)  # a child that holds the pipe does not hold us: what was written until now is there
    err.join(0.1)
    lines = out.text().splitlines()
    key = lines[0].strip() if lines else ""
    if status == 0 and key:
        return key
    said = shorten_foreign(struck(err.text(), *filter(None, map(str.strip, lines))), QUOTED).rstrip(". ")
    problem = f"ended with {status}" if status else "prints nothing"
    raise SettingsError(f"The command for the key, {name}, {problem}{said and ': '}{said}.", correct)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the command and its children."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:  # Windows
            process.kill()
    with suppress(subprocess.TimeoutExpired):
        process.wait(1.0)


class _Reader(Thread):
    """Reads a pipe to its end, and keeps the beginning."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        super().__init__(name="key command", daemon=True)
        self._pipe, self._read = pipe, bytearray()
        self.start()

    def run(self) -> None:
        if self._pipe is None:
            return
        with self._pipe, suppress(OSError):
            while piece := os.read(self._pipe.fileno(), 4096):
                self._read += piece[: MOST_BYTES - len(self._read)]

    def text(self) -> str:
        return bytes(self._read).decode("utf-8", "replace")
