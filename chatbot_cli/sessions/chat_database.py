"""The database file of a running chat, which may be moved, removed or replaced while it is open."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chatbot_cli.sessions.database.failures import DATABASE
from chatbot_cli.sessions.database.opening import PATIENCE, open_database
from chatbot_cli.sessions.store import Store

NO_PATIENCE = 0.02  # seconds that the screen may stand still while another process writes
SOME_PATIENCE = 1.0  # seconds, for what the user asks for with a command

_BARELY_WAIT = f"PRAGMA busy_timeout = {NO_PATIENCE * 1000:.0f}"

FileId = tuple[int, int]  # device and inode


class ChatDatabase:
    """Opens the database when it is first needed, and keeps it open. Journals wait only NO_PATIENCE for others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        path = folder / DATABASE
        self._paths = (path, Path(f"{path}-wal"), Path(f"{path}-shm"))
        self._store: Store | None = None
        self._ids: tuple[FileId | None, ...] = ()  # of the files that are open, in the order of `_paths`

    def store(self, patience: float = PATIENCE) -> Store:
        """The open database. The first call opens it, and makes it if there is none. Raises SessionError."""
        if self._store is None:
            self._store = self._open(patience)
            self._ids = tuple(map(_id_of, self._paths))
        return self._store

    def was_replaced(self) -> bool:
        """Whether the path leads to another file than the open one, or to none."""
        return self._store is not None and _id_of(self._paths[0]) != self._ids[0]

    @contextmanager
    def replacing(self) -> Iterator[tuple[Store, Store]]:
        """Open the file that the path leads to now, or make one. Yields the store that was open, and the new one.

        If nothing fails until the end, the old one is closed; else the new one. Raises SessionError.
        """
        old = self.store()
        self._leave_whole(old)
        new = self._open(NO_PATIENCE)
        try:
            yield old, new
        except BaseException:  # also Ctrl-C: the old one stays in use, and it is tried again
            new.close()
            raise
        self._store, self._ids = new, tuple(map(_id_of, self._paths))
        with suppress(sqlite3.Error):  # its file may be damaged
            old.close()

    @contextmanager
    def patient(self) -> Iterator[sqlite3.Connection]:
        """The open database, which waits SOME_PATIENCE for others."""
        connection = self.store().connection
        connection.execute(f"PRAGMA busy_timeout = {SOME_PATIENCE * 1000:.0f}")
        try:
            yield connection
        finally:
            connection.execute(_BARELY_WAIT)

    def close(self) -> None:
        if self._store is not None:
            self._store.close()

    def _open(self, patience: float) -> Store:
        connection = open_database(self._folder, patience=patience)
        connection.execute(_BARELY_WAIT)
        return Store(connection)

    def _leave_whole(self, old: Store) -> None:
        """Write all into the old file itself, wherever it is now.

        Its log is removed from the path: SQLite would take it for the log of the new file.
        """
        with suppress(sqlite3.Error, OSError):
            old.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for path, file_id in zip(self._paths[1:], self._ids[1:], strict=True):
            if file_id is not None and _id_of(path) == file_id:
                with suppress(OSError):
                    path.unlink()


def _id_of(path: Path) -> FileId | None:
    """What tells a file from any other; None if there is none at the path."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
