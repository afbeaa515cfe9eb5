"""Opens the database file, and makes it if there is none."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from chatbot_cli.errors import SessionNotFound
from chatbot_cli.sessions.database.failures import DATABASE, FILES, as_session_error, newer_version, not_trusted
from chatbot_cli.sessions.database.migrations import MIGRATIONS
from chatbot_cli.sessions.database.search_index import can_index, drop_search_index, is_indexed, make_search_index
from chatbot_cli.sessions.session_lock import LOCK_FILE
from chatbot_cli.system.private_files import close_to_others, create_file, make_folder, who_else_writes
from chatbot_cli.system.regular_files import refuse_link
from chatbot_cli.system.transactions import writing

__all__ = (
    "DATABASE",
    "as_session_error",
    "as_text",
    "bound",
    "check_trust",
    "insert",
    "open_database",
    "reading",
    "writing",
)

PATIENCE = 5.0  # seconds to wait for another process that is writing


def open_database(folder: Path, *, create: bool = True, patience: float = PATIENCE) -> sqlite3.Connection:
    """Open `sessions.db` in the folder; only the owner can read file and folder. Raises SessionError.

    If there is no file, it is made; without `create` SessionNotFound is raised instead. The connection may be used by
    any thread, but only by one at a time. It waits `patience` seconds for another process that is writing.
    """
    path = folder / DATABASE
    try:
        if create:
            make_folder(folder)
        check_trust(folder)
        if create:
            _make(folder, path)
        elif not path.exists():
            raise SessionNotFound("There are no saved conversations yet.", "Begin one with: chat")
        if _version_before_opening(path) > len(MIGRATIONS):
            raise newer_version(folder)
        connection = sqlite3.connect(
            _uri(path, "mode=rw"), timeout=patience, isolation_level=None, check_same_thread=False, uri=True
        )
        try:
            _prepare(connection, patience)
        except BaseException:  # also Ctrl-C: the file cannot be moved aside while a connection is open
            connection.close()
            raise
    except (sqlite3.Error, OSError) as error:
        raise as_session_error(error, folder) from error
    return connection


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """One state of the database for several statements, whatever others write; also a part of a transaction."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        with suppress(sqlite3.Error):  # SQLite has already rolled back after some failures
            connection.execute("ROLLBACK")


def insert(connection: sqlite3.Connection, statement: str, values: tuple[object, ...]) -> int:
    """Insert a row, and return its number."""
    return connection.execute(statement, values).lastrowid or 0


def bound(text: str) -> bytes:
    """A text for a parameter `CAST(? AS TEXT)`. SQLite refuses a `str` that contains a lone surrogate."""
    return text.encode("utf-8", "surrogatepass")


def as_text(stored: bytes) -> str:
    """The text that `bound` encoded. Bytes that nobody can decode are replaced."""
    try:
        return stored.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return stored.decode("utf-8", "replace")


def check_trust(folder: Path) -> None:
    """Raise SessionError if another user can write to the folder or the database.

    He could name a server there that is then sent a key. Raises OSError, for a link in place of a file too.
    """
    for name in (*FILES, LOCK_FILE):
        refuse_link(folder / name)
    for ours in (folder, *(folder / name for name in FILES)):
        with suppress(FileNotFoundError, NotADirectoryError):
            if who := who_else_writes(ours):
                raise not_trusted(ours, who)


def _make(folder: Path, path: Path) -> None:
    with suppress(FileExistsError):
        os.close(create_file(path))
    for ours in (folder, path):
        with suppress(OSError):  # somebody else's, who lets us use it
            close_to_others(ours)


def _uri(path: Path, parameters: str) -> str:
    return f"{path.absolute().as_uri()}?{parameters}"


def _version_before_opening(path: Path) -> int:
    """The number of migrations that a file has run, read without changing the file; 0 if it cannot be read.

    SQLite reads it: if we opened and closed the file ourselves, this process would lose all its locks on it.
    """
    written_ahead = Path(f"{path}-wal")
    in_use = written_ahead.exists() and written_ahead.stat().st_size > 0
    try:
        uri = _uri(path, "mode=ro" if in_use else "mode=ro&immutable=1")
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            return _version(connection)
    except sqlite3.Error:
        return 0  # opening it will raise the error


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _prepare(connection: sqlite3.Connection, patience: float) -> None:
    """Set the connection up, and run the migrations that the file has not run yet."""
    connection.text_factory = as_text
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    _write_ahead(connection, patience)
    migrate(connection)
    keep_search_index(connection, can_index(connection))


def migrate(connection: sqlite3.Connection) -> None:
    """Run the migrations that the database has not run yet: all or none, and the disk is waited for once."""
    if _version(connection) >= len(MIGRATIONS):
        return
    with writing(connection):
        for version in range(_version(connection), len(MIGRATIONS)):  # fewer, if another process was faster
            MIGRATIONS[version](connection)
            connection.execute(f"PRAGMA user_version = {version + 1}")


def keep_search_index(connection: sqlite3.Connection, possible: bool) -> None:
    """Index the messages if that is `possible` with this SQLite, else stop indexing them."""
    if is_indexed(connection) == possible:
        return
    with writing(connection):
        if not possible:
            drop_search_index(connection)
        elif not is_indexed(connection):
            make_search_index(connection)


def _write_ahead(connection: sqlite3.Connection, patience: float) -> None:
    """Let readers and a writer work at the same time. Waits while another process does the same, as SQLite does not."""
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
