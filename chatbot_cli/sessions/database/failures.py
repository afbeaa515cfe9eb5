"""Explains failures of the database file in sentences, and moves a damaged file aside."""

import errno
import os
import shlex
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from chatbot_cli.errors import SessionError
from chatbot_cli.hints import action, setting
from chatbot_cli.sessions.database.search_index import drop_search_index
from chatbot_cli.system.private_files import create_file
from chatbot_cli.system.regular_files import in_words

DATABASE = "sessions.db"
FILES = (DATABASE, *(f"{DATABASE}{ending}" for ending in ("-wal", "-shm", "-journal")))  # those of SQLite beside it
ROOM = 64 * 1024  # bytes that SQLite needs beside the database: twice the size of an empty -shm
DO_NOT_SAVE = f"or use {setting('save', 'no')}."
TRY_AGAIN = "and try again."
CHAT_TRIES_AGAIN = f"and {action('save_again')}."  # a script has no next message
FULL, READ_ONLY, DENIED, LOCKED, BROKEN, DAMAGED, GONE, TAKEN, OTHER = range(9)

_OF_SQLITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: DENIED,
    sqlite3.SQLITE_PERM: DENIED,
    sqlite3.SQLITE_AUTH: DENIED,
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_PROTOCOL: LOCKED,
    sqlite3.SQLITE_IOERR: BROKEN,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
}
_OF_THE_SYSTEM = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: READ_ONLY,
    errno.EIO: BROKEN,
}


def as_session_error(error: sqlite3.Error | OSError, folder: Path, then: str = TRY_AGAIN) -> SessionError:
    """The failure as an error with a sentence and a hint. A damaged file is moved aside: close the connection first.

    `then` ends the hints: what happens after the user has done what they say.
    """
    path = folder / DATABASE
    reason = _reason_of(error)
    if reason in (DENIED, BROKEN) and isinstance(error, sqlite3.Error):
        reason, path = _what_the_disk_says(folder, reason, path)
    if reason == DAMAGED:
        is_index = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_CORRUPT_VTAB
        return _without_index(path, then) if is_index else _damaged(path, then)
    if isinstance(error, OSError):
        path = Path(os.fsdecode(error.filename or path))
    return _sentence(reason, path, folder, error, then)


def is_locked(error: BaseException) -> bool:
    """Whether a failure, or the cause of our error, is that another process keeps the database locked."""
    failure = error.__cause__ if isinstance(error, SessionError) else error
    return isinstance(failure, sqlite3.Error) and _reason_of(failure) == LOCKED


def is_damage(error: BaseException) -> bool:
    """Whether a failure, or the cause of our error, is that the file is malformed."""
    failure = error.__cause__ if isinstance(error, SessionError) else error
    return isinstance(failure, sqlite3.Error) and _reason_of(failure) == DAMAGED


def is_gone(error: BaseException) -> bool:
    """Whether a failure is that a row which must be there has been removed."""
    return isinstance(error, sqlite3.IntegrityError) and _reason_of(error) == GONE


def _reason_of(error: sqlite3.Error | OSError) -> int:
    if isinstance(error, OSError):
        return _OF_THE_SYSTEM.get(error.errno or 0, DENIED)
    code = getattr(error, "sqlite_errorcode", 0)
    if isinstance(error, sqlite3.IntegrityError):
        return TAKEN if code == sqlite3.SQLITE_CONSTRAINT_UNIQUE else GONE
    return _OF_SQLITE.get(code & 0xFF, OTHER)


def _what_the_disk_says(folder: Path, reason: int, path: Path) -> tuple[int, Path]:
    """Why SQLite could not make or fill the files beside the database, and the path to blame. SQLite does not tell."""
    try:
        _fill_a_file(folder / f".{DATABASE}-{os.getpid()}")
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM):
            return READ_ONLY, folder
        return _OF_THE_SYSTEM.get(error.errno or 0, reason), path
    return reason, path


def _fill_a_file(path: Path) -> None:
    """Make a file of the size that SQLite needs, and remove it. Raises OSError."""
    descriptor = create_file(path)
    try:
        os.write(descriptor, bytes(ROOM))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
        path.unlink()


def newer_version(folder: Path) -> SessionError:
    """The error for a file that a newer version of chat has written."""
    return SessionError(
        f"Nothing is saved: a newer version of chat has made {folder / DATABASE}.",
        f"Update chat, {DO_NOT_SAVE} The file stays as it is.",
    )


def not_trusted(path: Path, who: str) -> SessionError:
    """The error for a file or folder to which others, or another user as `its owner`, can write."""
    quoted = shlex.quote(str(path))
    if who == "others":
        sentence, mend = f"other users can write to {path}", f"Close it to them with chmod go-w {quoted}"
    else:
        sentence, mend = f"{path} belongs to another user", f'Make it yours with sudo chown "$USER" {quoted}'
    return SessionError(f"No conversation is read or saved: {sentence}.", f"{mend}, {DO_NOT_SAVE}")


def is_no_hindrance_to_reading(error: SessionError) -> bool:
    """Whether the file may be readable, though it could not be opened to write to it."""
    cause = error.__cause__
    return isinstance(cause, sqlite3.Error | OSError) and _reason_of(cause) in (FULL, READ_ONLY, DENIED, BROKEN)


def _sentence(reason: int, path: Path, folder: Path, error: Exception, then: str) -> SessionError:
    message = in_words(error) if isinstance(error, OSError) and error.errno else str(error).lower()
    sentence, hint = {
        FULL: ("the disk is full", f"Make room on the disk that holds {folder}, {then}"),
        READ_ONLY: (f"{path} is read-only", f"Make it writable, {DO_NOT_SAVE}"),
        DENIED: (f"{path} cannot be opened: {message}", f"Check the file and its permissions, {DO_NOT_SAVE}"),
        LOCKED: (f"another program keeps {path} locked", f"Close that program, {then}"),
        BROKEN: (f"the disk reports an error at {path}", f"Check the disk, {then}"),
        GONE: (
            "the conversation, or a part of it, has been removed elsewhere",
            "Begin a new one to go on saving." if then == TRY_AGAIN else "Your next message saves all of it once more.",
        ),
        TAKEN: ("another conversation has that name already", "Go on with that one, or choose another name."),
        OTHER: (f"{path} cannot be used: {message}", f"Move the file away to begin a new one, {DO_NOT_SAVE}"),
    }[reason]
    return SessionError(f"Nothing is saved: {sentence}.", hint)


def _damaged(path: Path, then: str) -> SessionError:
    """The error for a malformed file, which is moved aside. It is checked again: another chat may have moved it."""
    try:
        checked = path.stat()
        if _is_sound(path):
            return SessionError(f"Nothing is saved: {path} could not be read.", f"Check the disk, {then}")
        kept = _move_aside(path, checked)
    except OSError as error:
        message = os.strerror(error.errno or 0).lower()
        return SessionError(
            f"Nothing is saved: {path} is damaged, and cannot be moved: {message}.", "Move it away to begin a new one."
        )
    next_file = "The next chat begins a new one." if then == TRY_AGAIN else "What is said now is saved in a new one."
    return SessionError(
        f"The file of the saved conversations is damaged; it is kept as {kept}.",
        f"{next_file} A copy from a backup can be put in its place.",
    )


def _is_sound(path: Path) -> bool:
    """Whether SQLite can read the file; True also if it cannot be checked now, for example because it is locked."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            rows: list[tuple[object]] = connection.execute("PRAGMA quick_check(1)").fetchall()
            return rows == [("ok",)]
    except sqlite3.Error as error:
        return getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _move_aside(path: Path, checked: os.stat_result) -> Path:
    """Rename the file and the files that SQLite keeps beside it. Nothing is overwritten.

    Raises OSError, also if the file is no longer the one that was `checked`.
    """
    kept = _free_name(path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"))
    if not os.path.samestat(path.stat(), checked):
        kept.unlink()
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(path))
    for suffix in ("-wal", "-shm"):  # first, because a new file would take them for its own
        with suppress(FileNotFoundError):
            os.replace(f"{path}{suffix}", f"{kept}{suffix}")
    os.replace(path, kept)
    return kept


def _free_name(wanted: Path) -> Path:
    """The wanted path, or the first free one with -2, -3 … after it. An empty file is made there to reserve it."""
    number, path = 1, wanted
    while True:
        try:
            os.close(create_file(path))
        except FileExistsError:
            number += 1
            path = wanted.with_name(f"{wanted.name}-{number}")
        else:
            return path


def _without_index(path: Path, then: str) -> SessionError:
    """The error for a broken search index. Its triggers are dropped, so that the next opening makes a new index."""
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as connection,
    ):
        drop_search_index(connection)
    if then == CHAT_TRIES_AGAIN:
        sentence = "The index for searching is damaged; what is said now is saved without it."
        return SessionError(sentence, "The next start makes it anew.")
    hint = "Start chat again; the index is made anew then."
    return SessionError("Nothing is saved: the index for searching is damaged.", hint)
