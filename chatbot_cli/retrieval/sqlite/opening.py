"""Opens the file of a collection, and makes it."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from chatbot_cli.errors import DocumentsError, NoSuchCollection
from chatbot_cli.retrieval.sqlite.failures import as_documents_error, empty, newer, no_full_text, open_to_others
from chatbot_cli.retrieval.sqlite.schema import APPLICATION, VERSION, make_tables
from chatbot_cli.system.private_files import close_to_others, create_file, make_folder, who_else_writes
from chatbot_cli.system.regular_files import refuse_link
from chatbot_cli.system.transactions import writing
from chatbot_cli.text.safe import one_line

ENDING = ".db"
BESIDE = ("-wal", "-shm", "-journal")  # SQLite's own files beside it
PATIENCE = 5.0  # seconds to wait for another process that is writing
_NOT_WRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)


def open_file(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """A connection to a collection's file, which its owner alone can read. Raises DocumentsError.

    If it is not there, it is made; without `create` NoSuchCollection is raised instead. What cannot be written to is
    opened for reading. The connection may be used by any thread, but only by one at a time.
    """
    try:
        _check_trust(path)
        if create:
            _make(path)
        elif not path.exists():
            raise NoSuchCollection(
                f"There is no collection “{one_line(path.stem)}”.", f"chat docs add FOLDER --name {path.stem}"
            )
        refuse_link(path)
        try:
            return _opened(path, "mode=rw", create=create)
        except sqlite3.OperationalError as error:
            if create or error.sqlite_errorcode & 0xFF not in _NOT_WRITABLE:
                raise
        return _opened(path, "mode=ro&immutable=1", create=False)
    except (sqlite3.Error, OSError) as error:
        raise as_documents_error(error, path) from error


def _check_trust(path: Path) -> None:
    """Raise DocumentsError if other users can write to the file: their texts would be the user's own documents."""
    with suppress(FileNotFoundError):
        if who_else_writes(path) == "others":
            raise open_to_others(path)


def _make(path: Path) -> None:
    make_folder(path.parent)
    with suppress(FileExistsError):
        os.close(create_file(path))
    for ours in (path.parent, path):
        with suppress(OSError):  # somebody else's, who lets us use it
            close_to_others(ours)


def _opened(path: Path, parameters: str, *, create: bool) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{parameters}"
    connection = sqlite3.connect(uri, timeout=PATIENCE, isolation_level=None, check_same_thread=False, uri=True)
    try:
        _prepare(connection, path, create=create, writable="rw" in parameters)
    except BaseException:  # also Ctrl-C: the file cannot be removed everywhere while a connection is open
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, create: bool, writable: bool) -> None:
    if ("ENABLE_FTS5",) not in connection.execute("PRAGMA compile_options").fetchall():
        raise no_full_text()
    version = _checked_version(connection, path)
    if writable:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # a crash of the system may lose the last documents, no more
    if version:
        return
    if not create:
        raise empty(path)
    with writing(connection):
        if not _checked_version(connection, path):  # another process was not faster
            make_tables(connection)


def _checked_version(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the tables; 0 for a file that has none yet. Raises DocumentsError if it is none that we know."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if not tables and not version:
        return 0
    if application != APPLICATION:
        raise DocumentsError(f"{path} is no collection of documents.", "Move it away.")
    if version > VERSION:
        raise newer(path)
    return version
