"""Checks the user's folders and the database, without changing them."""

import os
import shlex
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.doctor.report import Check
from chatbot_cli.errors import SessionError
from chatbot_cli.hints import spelled
from chatbot_cli.sessions.database.health import Health, look_at
from chatbot_cli.sessions.database.opening import check_trust
from chatbot_cli.sessions.examining import damaged_conversations
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.private_files import is_on_read_only_disk, is_open_to_others
from chatbot_cli.text.counts import counted


def check_folders(folders: Folders) -> Iterator[Check]:
    """Check each folder and file: is it there, usable, and closed to others; then the database."""
    yield _check_path("config", folders.config, "XDG_CONFIG_HOME", is_folder=True)
    yield _check_path("personas", folders.personas, "XDG_CONFIG_HOME", is_folder=True)
    yield _check_path("history", folders.history, "XDG_STATE_HOME", is_folder=False)
    yield _check_path("logs", folders.debug, "XDG_STATE_HOME", is_folder=True)
    data = _check_path("data", folders.data, "XDG_DATA_HOME", is_folder=True)
    yield data
    if data.grade == "fail":  # the database in it is not to blame
        return
    try:
        check_trust(folders.data)
    except SessionError as error:
        yield Check("fail", "database", str(error), fix=spelled(error.marked_hint, in_a_script))
        return
    except OSError:  # told by its health
        pass
    health = look_at(folders.data)
    with suppress(OSError):  # one that is closed to us gets a line of its own, below
        if open_to_others := _too_open("database", health.path, _mode(health.path)):
            yield open_to_others
    yield _database(health)
    for damage in [] if health.problem else damaged_conversations(folders.data):
        yield Check("warn", "conversation", str(damage), fix=f"To be rid of it: chat sessions rm {damage.session}")


def _check_path(name: str, path: Path, variable: str, *, is_folder: bool) -> Check:
    try:
        mode = _mode(path)
        if mode is None:
            return _absent(name, path, variable)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        return Check("fail", name, f"{path} cannot be looked at: {reason}.", fix=f"Set {variable} to another folder")
    if is_folder != stat.S_ISDIR(mode):
        wanted = "a folder" if is_folder else "a file"
        return Check("fail", name, f"{path} is not {wanted}.", fix=f"Move {path} away, or set {variable}")
    if not is_folder and path.is_symlink():
        return Check("fail", name, f"{path} is a link, which is not followed.", fix=f"Move {path} away")
    if is_on_read_only_disk(path):
        return Check("warn", name, f"{path} is on a read-only disk: nothing is saved there.", fix=f"Set {variable}")
    if not os.access(path, os.R_OK | os.W_OK | (os.X_OK if is_folder else 0)):
        fix = f"chmod u+rw{'x' if is_folder else ''} {shlex.quote(str(path))}"
        return Check("fail", name, f"{path} is closed to you ({_octal(mode)}).", fix=fix)
    return _too_open(name, path, mode) or Check("ok", name, f"{path} ({_octal(mode)})")


def _absent(name: str, path: Path, variable: str) -> Check:
    above = next(parent for parent in path.parents if parent.exists())
    if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
        return Check("ok", name, f"{path} (not there)")
    return Check("warn", name, f"{path} is not there, and cannot be made.", fix=f"Set {variable} to a folder of yours")


def _too_open(name: str, path: Path, mode: int | None) -> Check | None:
    if mode is None or not is_open_to_others(mode):
        return None
    return Check("warn", name, f"{path} is open to others ({_octal(mode)})", fix=f"chmod go= {shlex.quote(str(path))}")


def _database(health: Health) -> Check:
    if not health.exists:
        return Check("ok", "database", f"{health.path} (not there)")
    if health.problem:
        return Check("fail", "database", f"{health.path}: {health.problem}.", fix=spelled(health.hint, in_a_script))
    conversations = counted(health.conversations or 0, "conversation")
    return Check("ok", "database", f"{health.path}: sound, {conversations}, {_size(health.size)}")


def _mode(path: Path) -> int | None:
    """None if nothing is there. Raises OSError."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _octal(mode: int) -> str:
    return f"{stat.S_IMODE(mode):04o}"


def _size(size: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 1000)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} bytes"
