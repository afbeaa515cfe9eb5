"""The log of a run, for `--debug`: a file that only its owner can read, with all keys struck out."""

import json
import logging
import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import TextIO

from chatbot_cli import __version__
from chatbot_cli.providers.route.endpoint import secrets_in, without_user
from chatbot_cli.secrets.finding import find_secrets
from chatbot_cli.secrets.striking import struck
from chatbot_cli.settings.precedence import Settings, Sources
from chatbot_cli.settings.table import SETTINGS
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.private_files import create_file, make_folder
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.terminal.messages import tell
from chatbot_cli.text.safe import safe

HEARD = ("chatbot_cli", "openai", "httpx2", "httpcore2", "asyncio")  # loggers whose messages are written
MOST_KEPT = 20  # files
STRUCK = "[key]"
SEEN = ("TERM", "LANG", "NO_COLOR", "TMUX", "SSH_CONNECTION", "SSL_CERT_FILE", "SSL_CERT_DIR")

_log = logging.getLogger(__name__)


def begin_debug_log(settings: Settings, sources: Sources, surroundings: Surroundings, folders: Folders) -> None:
    """Begin to write the log, and name its file on stderr; or say there why it cannot be written."""
    if any(isinstance(handler, _Log) for handler in logging.getLogger().handlers):
        return  # several chats of one process, as in a program, share a log
    try:
        path, descriptor = _new_file(folders.debug)
    except OSError as error:
        reason = (error.strerror or "no reason is known").lower()
        _say(f"No debug log can be written to {folders.debug}: {reason}.", surroundings)
        return
    handler = _Log(os.fdopen(descriptor, "w", encoding="utf-8", errors="replace"))
    handler.setFormatter(_WithoutKeys(list(_secrets_of(settings, sources, surroundings))))
    logging.getLogger().addHandler(handler)
    for name in HEARD:
        logging.getLogger(name).setLevel(logging.DEBUG)
    sys.excepthook = _noting(sys.excepthook)
    _say(f"Debug log: {path}", surroundings)
    _describe(settings, surroundings)


def _say(line: str, surroundings: Surroundings) -> None:
    try:
        tell(line, surroundings.stderr)
    except OSError:  # a full stderr must not disturb the chat, nor its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), surroundings.stderr.fileno())


def _new_file(folder: Path) -> tuple[Path, int]:
    """A new file for this run, and its descriptor to write to; the oldest files are deleted. Raises OSError."""
    make_folder(folder)
    for old in sorted(folder.glob("*.log"))[: -MOST_KEPT + 1]:
        old.unlink(missing_ok=True)
    path = folder / f"{datetime.now():%Y-%m-%d-%H%M%S}-{os.getpid()}.log"
    return path, create_file(path)


def _secrets_of(settings: Settings, sources: Sources, surroundings: Surroundings) -> Iterator[str]:
    """The texts that no log may hold, whatever their shape: every key, and all of an address but its server."""
    for key in sources.all_keys():
        yield from {key, json.dumps(key)[1:-1], repr(key)[1:-1]}  # as the loggers write it
    proxies = [value for name, value in surroundings.environ.items() if name.lower().endswith("_proxy")]
    for address in (settings.base_url, settings.openai_base_url, settings.docs_url, settings.embedding_model, *proxies):
        yield from secrets_in(address or "")


def _describe(settings: Settings, surroundings: Surroundings) -> None:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("openai", "httpx2", "rich", "prompt_toolkit"))
    _log.debug("chat %s, Python %s, %s", __version__, platform.python_version(), platform.platform())
    _log.debug("%s", libraries)
    for setting in SETTINGS:
        value, source = settings.value(setting.name), settings.sources[setting.name]
        shown = without_user(value) if setting.kind.private and isinstance(value, str) else value
        _log.debug("setting %s = %r (%s)", setting.name, shown, source)
    for name in (*SEEN, *(name for name in surroundings.environ if name.lower().endswith("_proxy"))):
        if value := surroundings.environ.get(name):
            _log.debug("variable %s = %s", name, without_user(value))
    _log.debug("stdin is a terminal: %s, stdout: %s", surroundings.stdin_is_terminal, surroundings.stdout.isatty())


class _WithoutKeys(logging.Formatter):
    """Formats lines with a time, without keys and without anything that acts on a terminal."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__("%(asctime)s.%(msecs)03d %(name)s: %(message)s", datefmt="%H:%M:%S")
        self._keys = keys

    def format(self, record: logging.LogRecord) -> str:
        text = struck(super().format(record), *self._keys)
        for secret in find_secrets(text):
            text = text.replace(secret.value, STRUCK)
        return safe(text)


class _Log(logging.StreamHandler[TextIO]):
    """A log that gives up in silence: a full disk must not disturb the chat."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's own name
        logging.getLogger().removeHandler(self)


Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


def _noting(show: Hook) -> Hook:
    """A hook that logs an unexpected failure, then calls `show`."""

    def note(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        _log.critical("unexpected", exc_info=(kind, error, traceback))
        show(kind, error, traceback)

    return note
