"""Checks the database file without changing it: whether it is sound, and how many conversations it holds."""

import os
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

from chatbot_cli.frozen import frozen
from chatbot_cli.sessions.database.failures import DATABASE, DO_NOT_SAVE, FILES
from chatbot_cli.sessions.database.migrations import MIGRATIONS
from chatbot_cli.sessions.database.search_index import can_index
from chatbot_cli.system.regular_files import NotRegular, refuse_link

DAMAGED = "it is damaged"
DAMAGED_HINT = "The next chat keeps it aside and begins a new one. Put a copy from a backup in its place to keep it."
SQLITE = sqlite3.sqlite_version


@frozen
class Health:
    """The state of the file at `path`. If it does not exist, the other fields are empty.

    `size` is in bytes and includes the write-ahead log. `conversations` is None if they cannot be counted. `problem` is
    the end of a sentence about the file, empty if it is sound; `hint` tells how to mend it, with its settings marked.
    """

    path: Path
    exists: bool = False
    size: int = 0
    conversations: int | None = None
    problem: str = ""
    hint: str = ""


def has_full_text() -> bool:
    """Whether this SQLite has FTS5, which the search index needs."""
    with closing(sqlite3.connect(":memory:")) as connection:
        return can_index(connection)


def look_at(folder: Path) -> Health:
    """The health of `sessions.db` in the folder. Reads the whole file; raises nothing."""
    path = folder / DATABASE
    try:
        for name in FILES:
            refuse_link(folder / name)
        if not path.exists():
            return Health(path)
        size = path.stat().st_size + _size(_written_ahead(path))
        with path.open("rb"):  # SQLite would not tell why it cannot be read
            pass
        return _checked(path, size)
    except IsADirectoryError:
        return Health(path, exists=True, problem="it is a folder", hint="Move it away.")
    except NotRegular as error:
        at = Path(str(error.filename))
        return Health(path, exists=True, problem=f"{at.name} cannot be used: {error.strerror}", hint=f"Move {at} away.")
    except OSError as error:
        message = os.strerror(error.errno or 0).lower()
        return Health(
            path, exists=True, problem=f"it cannot be read: {message}", hint=f"chmod u+rwX {shlex.quote(str(path))}"
        )


def _checked(path: Path, size: int) -> Health:
    idle = _size(_written_ahead(path)) == 0
    health = _checked_by_sqlite(path, size, idle=idle)
    if health.problem and idle and _size(_written_ahead(path)):
        return _checked_by_sqlite(path, size, idle=False)  # a chat began to write while the file was read as idle
    return health


def _checked_by_sqlite(path: Path, size: int, *, idle: bool) -> Health:
    """The file's health according to SQLite. An `idle` file is opened as immutable, which makes no files beside it."""
    uri = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if idle else ''}"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > len(MIGRATIONS):
                problem = "a newer version of chat has made it"
                return Health(path, True, size, None, problem, f"Update chat, {DO_NOT_SAVE}")
            if not all(map(_is_harmless, connection.execute("PRAGMA quick_check"))):
                return Health(path, True, size, None, DAMAGED, DAMAGED_HINT)
            return Health(path, True, size, _conversations(connection) if version else 0)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return Health(path, True, size, None, DAMAGED, DAMAGED_HINT)
        hint = "Close other programs that use it, and try again."
        return Health(path, True, size, None, f"it cannot be used: {str(error).lower()}", hint)


def _conversations(connection: sqlite3.Connection) -> int:
    """The number of conversations that `chat sessions` lists."""
    count: int = connection.execute("SELECT count(*) FROM sessions").fetchone()[0]
    return count


def _is_harmless(found: tuple[str]) -> bool:
    """Whether a line of SQLite's check is of no damage to the file, though perhaps of some to one conversation."""
    return found[0] == "ok" or found[0].startswith("NULL value in ")


def _written_ahead(path: Path) -> Path:
    return Path(f"{path}-wal")


def _size(path: Path) -> int:
    """The size of the file in bytes; 0 if there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
