"""Explains failures of a collection's file in sentences."""

import errno
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chatbot_cli.errors import DocumentsBusy, DocumentsError
from chatbot_cli.system.regular_files import in_words

_OUT_OF_ROOM = (errno.ENOSPC, errno.EDQUOT)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
_CLOSED = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Failures of SQLite, and of the system, are raised as DocumentsError with a sentence."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise as_documents_error(error, path) from error


def as_documents_error(error: sqlite3.Error | OSError, path: Path) -> DocumentsError:
    """The failure as an error with a sentence and a hint."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    number = error.errno if isinstance(error, OSError) else 0
    again = "and try again: chat docs update goes on."
    if code == sqlite3.SQLITE_FULL or number in _OUT_OF_ROOM:
        return DocumentsError("The disk is full.", f"Make room on the disk that holds {path.parent}, {again}")
    if code in _DAMAGED:
        return damaged(path)
    if code in _LOCKED:
        return DocumentsBusy(f"Another program keeps {path} locked.", f"Close that program, {again}")
    if code == sqlite3.SQLITE_READONLY or number == errno.EROFS:
        return DocumentsError(f"{path} is read-only.", f"Make it writable, {again}")
    if code == sqlite3.SQLITE_IOERR or number == errno.EIO:
        return DocumentsError(f"The disk reports an error at {path}.", f"Check the disk, and its room, {again}")
    message = in_words(error) if isinstance(error, OSError) and error.errno else str(error).lower()
    if isinstance(error, OSError) or code in _CLOSED:
        return DocumentsError(f"{path} cannot be opened: {message}.", f"Check the file and its permissions, {again}")
    return DocumentsError(f"{path} cannot be used: {message}.", _anew(path))


def damaged(path: Path) -> DocumentsError:
    """The error for a file that makes no sense. Nothing of it is lost that is not in the documents themselves."""
    return DocumentsError(f"{path} is damaged.", _anew(path))


def empty(path: Path) -> DocumentsError:
    """The error for a file without tables: most likely, `docs add` was killed when it had only just begun."""
    add = f"chat docs add FOLDER --name {path.stem} makes it"
    return DocumentsError(f"{path} is empty: it was never finished.", f"{add}; chat docs remove {path.stem} drops it.")


def _anew(path: Path) -> str:
    name = path.stem
    return f"Your documents are untouched. chat docs remove {name} drops it; chat docs add FOLDER makes it anew."


def open_to_others(path: Path) -> DocumentsError:
    """The error for a file that other users can change."""
    hint = f"Close it to them with chmod go-w {shlex.quote(str(path))}, if what it holds is yours."
    return DocumentsError(f"Other users can write to {path}, so it is not read.", hint)


def newer(path: Path) -> DocumentsError:
    """The error for a file that a newer version of chat has made."""
    return DocumentsError(f"A newer version of chat has made {path}.", "Update chat. The file stays as it is.")


def no_full_text() -> DocumentsError:
    """The error where SQLite cannot search words."""
    return DocumentsError(
        "This Python's SQLite has no full-text search (FTS5), which documents need.",
        "Take another build of Python 3.11 or newer, such as python.org's.",
    )
