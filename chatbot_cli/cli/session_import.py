"""The subcommand `chat sessions import`."""

import time
from collections.abc import Iterator, Sequence
from itertools import chain

from chatbot_cli.chat.journal import SessionSummary
from chatbot_cli.cli.session_streams import STDIN, SessionStreams
from chatbot_cli.errors import SessionError
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.importing.left_out import LeftOut
from chatbot_cli.sessions.importing.reading import conversations_in
from chatbot_cli.sessions.records import SessionRecord


def import_files(
    files: Sequence[str], streams: SessionStreams, saved: SavedSessions
) -> tuple[Sequence[SessionSummary], str]:
    """Take in the conversations of all files, or of none. Returns them, and a sentence on what was left out, if any.

    Raises UsageError or SessionError.
    """
    for file in files:
        with streams.reading(file):  # whether it can be read at all is said before the first one is
            pass
    now, left_out = time.time(), LeftOut()
    records = _records(files, streams, now, left_out)
    first = next(records)  # a file without any fails here, and makes no database
    imported = saved.insert(chain((first,), records), now)
    return imported, f"Left out: {left_out.in_words()}." if left_out.in_words() else ""


def _records(files: Sequence[str], streams: SessionStreams, at: float, left_out: LeftOut) -> Iterator[SessionRecord]:
    for file in files:
        with streams.reading(file) as stream:
            try:
                yield from conversations_in(stream, at=at, left_out=left_out)
            except SessionError as error:
                name = "stdin" if file in STDIN else file
                raise SessionError(f"{name}: {error}", error.marked_hint) from error
