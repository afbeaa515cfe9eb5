"""One child process with one model, as its parent sees it."""

import json
import logging
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

from chatbot_cli.frozen import frozen
from chatbot_cli.providers.gguf.weights import Weights
from chatbot_cli.text.short import shorten_foreign

Command = tuple[str, ...]

PROGRAM: Command = (sys.executable, "-P", "-m", "chatbot_cli.providers.gguf.program")
LINES_KEPT = 40  # of its log
LONGEST_REASON = 160  # characters
KILLED = "the system has killed it, as when there is no memory left"
LONGEST_ANSWER = 1 << 16  # bytes
ENDING = 5.0  # seconds that the system may take to end it
_PACKAGE = Path(__file__).parents[3]  # the folder that has ours
# What it may see of the environment: where libraries and graphics processors are, and no keys.
_SEEN = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "VIRTUAL_ENV", "PYTHONHOME", "LD_LIBRARY_PATH")
_SEEN_BEGINNINGS = ("CUDA_", "NVIDIA_", "HIP_", "ROCR_", "ROCM_", "HSA_", "VK_", "GGML_", "OMP_", "SYSTEMROOT")
_STAMP = re.compile(r"^[\d.]+ ([DIWE]) +")  # before each line of its log: a time, and how grave it is
_FAILED = re.compile(r"^.*?\berror loading model: ")
_log = logging.getLogger(__name__)


@frozen
class Served:
    """Where a model answers, and the key for it."""

    base_url: str
    key: str


class Unloaded(Exception):
    """The model is not served. `reason` is a clause of the library's; `is_missing` tells that there is no library."""

    def __init__(self, reason: str, *, is_missing: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.is_missing = reason, is_missing


class Child:
    """A child that loads a model and serves it. It has no terminal, so Ctrl-C does not reach it.

    It lives as long as this process holds the pipe to it, and no longer. Raises OSError if it cannot be started.
    """

    def __init__(self, command: Command, weights: Weights, window: int, threads: int) -> None:
        self._key, self._lines, self._heard = secrets.token_hex(), deque[str](maxlen=LINES_KEPT), threading.Event()
        self._process = subprocess.Popen(  # noqa: S603  its command is ours
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            cwd=os.sep,
            start_new_session=True,
        )
        threading.Thread(target=self._listen, name="weights-log", daemon=True).start()
        wanted = {"path": str(weights.path), "window": window, "threads": threads, "key": self._key}
        with suppress(OSError):  # it has died already; its answer is none
            self._to.write(f"{json.dumps(wanted)}\n".encode())
            self._to.flush()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_gone(self) -> bool:
        return self._process.poll() is not None

    def served(self) -> Served:
        """Where it serves, when the model is loaded. Blocks, as long as that takes. Raises Unloaded."""
        assert self._process.stdout is not None  # noqa: S101  it was asked for
        with self._process.stdout as answers:
            answer = _read(answers.readline(LONGEST_ANSWER))
        if address := answer.get("address"):
            return Served(f"{address}/v1", self._key)
        if missing := answer.get("missing"):
            raise Unloaded(shorten_foreign(str(missing), LONGEST_REASON), is_missing=True)
        raise Unloaded(self.why_it_ended() or shorten_foreign(str(answer.get("failed", "")), LONGEST_REASON))

    def why_it_ended(self) -> str:
        """Why it has ended, as far as its log or the system says that: a clause, or none."""
        self._heard.wait(ENDING)  # its last line may still be in the pipe
        grave = [text for level, text in self._log_lines() if level == "E"]
        most = next((line for line in grave if _FAILED.match(line)), "") or next(iter(grave), "")
        last = next((text for level, text in reversed(self._log_lines()) if level not in ("D", "I")), "")
        killed = KILLED if self._process.poll() == -getattr(signal, "SIGKILL", 9) else ""
        return shorten_foreign(_FAILED.sub("", most) or killed or last, LONGEST_REASON)

    def end(self) -> None:
        """End it at once, from any thread, and let nothing of it stay."""
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(ENDING)
        self.leave()

    def leave(self) -> None:
        """Close the pipe to it: whoever else had it may be the last."""
        with suppress(OSError):
            self._to.close()

    @property
    def _to(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101  it was asked for
        return self._process.stdin

    def _log_lines(self) -> list[tuple[str, str]]:
        """What it has logged: of each line how grave it is, and its text."""
        lines = []
        for line in [*self._lines]:
            stamp = _STAMP.match(line)
            lines.append((stamp[1] if stamp else "", _STAMP.sub("", line)))
        return lines

    def _listen(self) -> None:
        assert self._process.stderr is not None  # noqa: S101  it was asked for
        with self._process.stderr as log:
            for line in log:
                text = line.decode("utf-8", "replace").rstrip()
                if text:
                    self._lines.append(text)
                    _log.debug("%s", text)
        self._heard.set()


def _environment() -> dict[str, str]:
    path = [str(_PACKAGE), *filter(os.path.isabs, sys.path)]  # it finds the libraries that this process does
    seen = {name: value for name, value in os.environ.items() if name in _SEEN or name.startswith(_SEEN_BEGINNINGS)}
    return seen | {"PYTHONPATH": os.pathsep.join(path)}


def _read(line: bytes) -> Mapping[str, object]:
    try:
        answer = json.loads(line)
    except ValueError:  # it has died, or is none of ours
        return {}
    return answer if isinstance(answer, dict) else {}
