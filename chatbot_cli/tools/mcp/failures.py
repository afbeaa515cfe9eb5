"""Why a server does not work, in a sentence. Knows no library: it goes by what an exception is and says."""

import os
from pathlib import Path

from chatbot_cli.errors import ended
from chatbot_cli.text.short import shorten_foreign
from chatbot_cli.tools.mcp.config import ServerConfig

WIDEST = 200  # characters of what a server wrote
TAIL = 4096  # bytes at the end of its log that are looked at


def leaf_of(error: BaseException) -> BaseException:
    """The failure at the bottom of groups of failures."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def why(error: BaseException, config: ServerConfig, last_words: str) -> str:
    """A sentence about a server that could not be started or reached. `last_words` is the last line of its log."""
    error = leaf_of(error)
    if isinstance(error, TimeoutError):
        return _with(f"It did not answer within {config.start_timeout:g} s", last_words)
    if isinstance(error, FileNotFoundError):
        gone = config.cwd and not Path(config.cwd).is_dir()
        return f"There is no folder {config.cwd}." if gone else f"There is no command {config.command}."
    if isinstance(error, OSError) and error.errno and config.command:
        return f"{config.command} cannot be started: {os.strerror(error.errno).lower()}."
    if status := getattr(getattr(error, "response", None), "status_code", 0):
        refused = "; its headers are wrong, or are missing" if status in (401, 403) else ""
        return f"It answers with HTTP {status}{refused}."
    if config.url:
        said = shorten_foreign(str(error), WIDEST) or type(error).__name__
        return ended(f"It cannot be reached: {said}.")
    if is_closed(error):
        return _with("It ended at once", last_words)
    return _with(shorten_foreign(str(error), WIDEST).rstrip(". ") or type(error).__name__, last_words)


def is_closed(error: BaseException) -> bool:
    """Whether a failure is the end of the connection."""
    error = leaf_of(error)
    if type(error).__name__ in ("ClosedResourceError", "BrokenResourceError", "EndOfStream"):
        return True
    said = str(error).lower()
    return "connection closed" in said or "stream ended" in said  # by a pipe, and over HTTP


def last_line(log: Path, begin: int) -> str:
    """The last line that a server wrote to its log since `begin`, a number of bytes; empty if there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(begin, file.seek(0, os.SEEK_END) - TAIL))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return shorten_foreign(next((line for line in reversed(lines) if line.strip()), ""), WIDEST)


def _with(sentence: str, last_words: str) -> str:
    return ended(f"{sentence}: {last_words}." if last_words else f"{sentence}.")
