"""Reads one file for a collection: its record, and its pieces."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from chatbot_cli.frozen import frozen
from chatbot_cli.readers.document import Unreadable, is_there_now
from chatbot_cli.readers.kinds import MOST_BYTES, too_large, unwanted, unwanted_content
from chatbot_cli.readers.reading import read_document
from chatbot_cli.retrieval.collection import FileRecord, Piece, State
from chatbot_cli.retrieval.cutting.cut import VERSION, cut
from chatbot_cli.retrieval.update import Candidate
from chatbot_cli.system.regular_files import TooLarge, in_words, read_regular_file

FRESH = 2_000_000_000  # nanoseconds in which a file may be changed again without having another time


@frozen
class ReadFile:
    """A file as it was found. `pieces` is None if what is known of its content still holds.

    `moved_from` is where the same content was before.
    """

    record: FileRecord
    pieces: Sequence[Piece] | None = None
    moved_from: str = ""


def read_file(one: Candidate, same_content: Callable[[FileRecord], str], *, again: bool) -> ReadFile | None:
    """Read a file; None if it is gone meanwhile. It never raises for what is in a file.

    `same_content` tells where a file with this content was that is not there any more, empty for none. With `again`
    a file that could not be read is tried even if it is the same.
    """
    record = _unread(one)
    path, size = Path(record.path), record.size
    if reason := too_large(size) if one.is_named else unwanted(path, size):
        return ReadFile(replace(record, state=State.SKIPPED, reason=reason), ())
    try:
        status = os.stat(path)
        content = read_regular_file(path, MOST_BYTES, follow_links=one.is_named)
    except FileNotFoundError:
        return None
    except TooLarge:  # it grows
        return ReadFile(replace(record, state=State.SKIPPED, reason="too large"), ())
    except OSError as error:
        return ReadFile(replace(record, state=State.FAILED, reason=in_words(error)), ())
    record = replace(
        record,
        size=len(content),
        modified=status.st_mtime_ns,
        digest=sha256(content).hexdigest(),
        racy=time.time_ns() - status.st_mtime_ns < FRESH,
    )
    known = one.known
    if known is not None and _still_holds(known, record, again=again):
        return ReadFile(_as_known(known, record))
    if known is None and (moved_from := same_content(record)):
        return ReadFile(record, None, moved_from)
    if reason := "" if one.is_named else unwanted_content(path, content):
        return ReadFile(replace(record, state=State.SKIPPED, reason=reason), ())
    return _read(record, content)


def _unread(one: Candidate) -> FileRecord:
    found = one.found
    return FileRecord(found.path, one.name, found.size, found.modified, "", read_at=time.time(), cut_by=VERSION)


def _still_holds(known: FileRecord, record: FileRecord, *, again: bool) -> bool:
    if (known.digest, known.cut_by) != (record.digest, record.cut_by):
        return False
    return known.state is State.READ or not (again or is_there_now(known.reason))


def _as_known(known: FileRecord, record: FileRecord) -> FileRecord:
    return replace(known, name=record.name, size=record.size, modified=record.modified, racy=record.racy)


def _read(record: FileRecord, content: bytes) -> ReadFile:
    try:
        document = read_document(Path(record.path), content)
        pieces = cut(document)
    except Unreadable as error:
        state = State.FAILED if error.failed else State.SKIPPED
        return ReadFile(replace(record, state=state, reason=error.reason), ())
    except Exception as error:  # noqa: BLE001  one file with which a reader or a library fails must not end the others
        reason = f"its reader fails: {type(error).__name__}"
        return ReadFile(replace(record, state=State.FAILED, reason=reason), ())
    return ReadFile(replace(record, kind=document.kind, encoding=document.encoding), pieces)
