"""The subcommand `chat sessions import`."""

import time
from collections.abc import Sequence

from chatbot_cli.chat.journal import SessionSummary
from chatbot_cli.cli.session_streams import STDIN, SessionStreams
from chatbot_cli.errors import SessionError
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.importing.left_out import LeftOut
from chatbot_cli.sessions.importing.reading import read_conversations


def import_files(
    files: Sequence[str], streams: SessionStreams, saved: SavedSessions
) -> tuple[Sequence[SessionSummary], str]:
    """Take in the conversations of all files, or of none. Returns them, and a sentence on what was left out, if any.

    Raises UsageError or SessionError.
    """
    now, left_out = time.time(), LeftOut()
    records = []
    for file in files:
        data = streams.read_file(file)
        try:
            records += read_conversations(data, at=now, left_out=left_out)
        except SessionError as error:
            raise SessionError(f"{'stdin' if file == STDIN else file}: {error}", error.marked_hint) from error
    imported = saved.insert(records, now)
    return imported, f"Left out: {left_out.in_words()}." if left_out.in_words() else ""
