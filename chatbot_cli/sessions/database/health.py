"""Looks at the file of the saved conversations without changing it: is it sound, and how much is in it."""

import os
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

from chatbot_cli.frozen import frozen
from chatbot_cli.sessions.database.failures import DATABASE, DO_NOT_SAVE
from chatbot_cli.sessions.database.migrations import MIGRATIONS, can_index

DAMAGED = "it is damaged"
DAMAGED_HINT = "The next chat keeps it aside and begins a new one. Put a copy from a backup in its place to keep it."
SQLITE = sqlite3.sqlite_version


@frozen
class Health:
    """How the file at `path` is. Of one that is not there nothing else is known.

    `size` is in bytes, with what is written ahead; `conversations` is None if they cannot be counted. `problem` is the
    end of a sentence about the file, empty if it is sound, and `hint` says what mends it, with its settings marked.
    """

    path: Path
    found: bool = False
    size: int = 0
    conversations: int | None = None
    problem: str = ""
    hint: str = ""


def has_full_text() -> bool:
    """Whether this SQLite can index words for searching (FTS5)."""
    with closing(sqlite3.connect(":memory:")) as connection:
        return can_index(connection)


def look_at(folder: Path) -> Health:
    """The health of `sessions.db` in the folder. Reads all of the file; raises nothing."""
    path = folder / DATABASE
    try:
        if not path.exists():
            return Health(path)
        size = path.stat().st_size + _size(_written_ahead(path))
        with path.open("rb"):  # SQLite does not say why it cannot
            pass
        return _looked_at(path, size)
    except IsADirectoryError:
        return Health(path, found=True, problem="it is a folder", hint="Move it away.")
    except OSError as error:
        told = os.strerror(error.errno or 0).lower()
        return Health(
            path, found=True, problem=f"it cannot be read: {told}", hint=f"chmod u+rwX {shlex.quote(str(path))}"
        )


def _looked_at(path: Path, size: int) -> Health:
    idle = _size(_written_ahead(path)) == 0
    health = _asked(path, size, idle=idle)
    if health.problem and idle and _size(_written_ahead(path)):
        return _asked(path, size, idle=False)  # a chat began to write while we read as if nobody would
    return health


def _asked(path: Path, size: int, *, idle: bool) -> Health:
    """What SQLite says of the file. One that is `idle` is read as it is: else files would be made beside it."""
    uri = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if idle else ''}"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > len(MIGRATIONS):
                problem = "a newer version of chat has made it"
                return Health(path, True, size, None, problem, f"Update chat, {DO_NOT_SAVE}")
            if connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                return Health(path, True, size, None, DAMAGED, DAMAGED_HINT)
            return Health(path, True, size, _conversations(connection) if version else 0)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return Health(path, True, size, None, DAMAGED, DAMAGED_HINT)
        hint = "Close other programs that use it, and try again."
        return Health(path, True, size, None, f"it cannot be used: {str(error).lower()}", hint)


def _conversations(connection: sqlite3.Connection) -> int:
    """How many conversations `chat sessions` would list."""
    count: int = connection.execute("SELECT count(*) FROM sessions WHERE step IS NOT NULL").fetchone()[0]
    return count


def _written_ahead(path: Path) -> Path:
    return Path(f"{path}-wal")


def _size(path: Path) -> int:
    """In bytes; 0 where there is no file."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
