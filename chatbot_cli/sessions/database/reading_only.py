"""Opens a database that cannot be written, or for which there is no room to write: what is in it can still be read."""

import shutil
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
    log = _log_of(path)
    if not log.exists() or not log.stat().st_size:
        return _opened(path, "mode=ro&immutable=1")  # without the files with which SQLite shares the log
    try:
        return _opened(path, "mode=ro")
    except sqlite3.OperationalError:  # those files are missing, and cannot be made
        return _copied_elsewhere(path)


def open_to_read_after(error: SessionError, folder: Path) -> sqlite3.Connection:
    """The database for reading alone, after it could not be opened to write to it. Raises that error if it must."""
    if is_no_hindrance_to_reading(error):
        with suppress(sqlite3.Error, OSError):
            return open_to_read(folder)
    raise error


def _opened(path: Path, parameters: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{parameters}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.text_factory = as_text
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    except BaseException:  # also Ctrl-C
        connection.close()
        raise
    if version == len(MIGRATIONS):
        return connection
    with closing(connection):
        return _in_memory(connection)


def _copied_elsewhere(path: Path) -> sqlite3.Connection:
    """The database with what waits in its log, read from a copy of both in the folder for temporary files."""
    # Imported here, because it is hardly ever needed.
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        copy = Path(folder) / DATABASE
        shutil.copyfile(path, copy)
        shutil.copyfile(_log_of(path), _log_of(copy))
        with closing(_opened(copy, "mode=rw")) as connection:
            return _in_memory(connection)


def _in_memory(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A copy in memory, of this version."""
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.backup(copy)
    copy.text_factory = as_text
    migrate(copy)
    return copy


def _log_of(path: Path) -> Path:
    return Path(f"{path}-wal")
