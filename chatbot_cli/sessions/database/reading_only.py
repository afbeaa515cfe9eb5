"""Opens a database that cannot be written, or for which there is no room to write: what is in it can still be read."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from chatbot_cli.errors import SessionError
from chatbot_cli.sessions.database.failures import DATABASE, is_no_hindrance_to_reading
from chatbot_cli.sessions.database.migrations import MIGRATIONS
from chatbot_cli.sessions.database.opening import as_text, check_trust, migrate


def open_to_read(folder: Path) -> sqlite3.Connection:
    """The database, for reading alone; no file is made beside it. Raises SessionError, sqlite3.Error or OSError."""
    check_trust(folder)
    path = folder / DATABASE
    written_ahead = Path(f"{path}-wal")
    idle = not written_ahead.exists() or not written_ahead.stat().st_size
    # Where nothing waits in the log, SQLite need not make the files with which it shares it.
    uri = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if idle else ''}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.text_factory = as_text
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:  # also Ctrl-C
        connection.close()
        raise
    return connection if version == len(MIGRATIONS) else _newer_copy(connection)


def open_to_read_after(error: SessionError, folder: Path) -> sqlite3.Connection:
    """The database for reading alone, after it could not be opened to write to it. Raises that error if it must."""
    if is_no_hindrance_to_reading(error):
        with suppress(sqlite3.Error, OSError):
            return open_to_read(folder)
    raise error


def _newer_copy(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A database of an older version as one of this version, in memory."""
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    with closing(connection):
        connection.backup(copy)
    copy.text_factory = as_text
    migrate(copy)
    return copy
