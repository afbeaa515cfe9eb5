"""What the doctor says of the user's folders and saved conversations, which it only looks at."""

import os
import shlex
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.doctor.report import Check
from chatbot_cli.hints import spelled
from chatbot_cli.sessions.database.health import Health, look_at
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.private_files import is_open_to_others
from chatbot_cli.text.counts import counted


def check_folders(folders: Folders) -> Iterator[Check]:
    """The folders and files, each with its mode and what is wrong with it, and the database."""
    yield _place("config", folders.config, "XDG_CONFIG_HOME", is_folder=True)
    yield _place("personas", folders.personas, "XDG_CONFIG_HOME", is_folder=True)
    yield _place("history", folders.history, "XDG_STATE_HOME", is_folder=False)
    yield _place("logs", folders.debug, "XDG_STATE_HOME", is_folder=True)
    data = _place("data", folders.data, "XDG_DATA_HOME", is_folder=True)
    yield data
    if data.grade == "fail":  # the database in it is not at fault
        return
    health = look_at(folders.data)
    with suppress(OSError):  # what is closed to us has a line of its own
        if open_to_others := _too_open("database", health.path, _mode(health.path)):
            yield open_to_others
    yield _database(health)


def _place(what: str, path: Path, variable: str, *, is_folder: bool) -> Check:
    try:
        mode = _mode(path)
        if mode is None:
            return _absent(what, path, variable)
    except OSError as error:
        told = os.strerror(error.errno or 0).lower()
        return Check("fail", what, f"{path} cannot be looked at: {told}.", fix=f"Set {variable} to another folder")
    if is_folder != stat.S_ISDIR(mode):
        wanted = "a folder" if is_folder else "a file"
        return Check("fail", what, f"{path} is not {wanted}.", fix=f"Move {path} away, or set {variable}")
    if not os.access(path, os.R_OK | os.W_OK | (os.X_OK if is_folder else 0)):
        fix = f"chmod u+rw{'x' if is_folder else ''} {shlex.quote(str(path))}"
        return Check("fail", what, f"{path} is closed to you ({_octal(mode)}).", fix=fix)
    return _too_open(what, path, mode) or Check("ok", what, f"{path} ({_octal(mode)})")


def _absent(what: str, path: Path, variable: str) -> Check:
    above = next(parent for parent in path.parents if parent.exists())
    if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
        return Check("ok", what, f"{path} (not there)")
    return Check("warn", what, f"{path} is not there, and cannot be made.", fix=f"Set {variable} to a folder of yours")


def _too_open(what: str, path: Path, mode: int | None) -> Check | None:
    if mode is None or not is_open_to_others(mode):
        return None
    return Check("warn", what, f"{path} is open to others ({_octal(mode)})", fix=f"chmod go= {shlex.quote(str(path))}")


def _database(health: Health) -> Check:
    if not health.exists:
        return Check("ok", "database", f"{health.path} (not there)")
    if health.problem:
        return Check("fail", "database", f"{health.path}: {health.problem}.", fix=spelled(health.hint, in_a_script))
    conversations = counted(health.conversations or 0, "conversation")
    return Check("ok", "database", f"{health.path}: sound, {conversations}, {_size(health.size)}")


def _mode(path: Path) -> int | None:
    """None where there is nothing. Raises OSError."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _octal(mode: int) -> str:
    return f"{stat.S_IMODE(mode):04o}"


def _size(size: int) -> str:
    for unit, bytes_of_it in (("GB", 10**9), ("MB", 10**6), ("kB", 1000)):
        if size >= bytes_of_it:
            return f"{size / bytes_of_it:.1f} {unit}"
    return f"{size} bytes"
