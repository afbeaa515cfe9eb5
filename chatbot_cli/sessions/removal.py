"""Removes conversations for good. Messages that no other conversation needs leave no trace in the file."""

import sqlite3
from collections.abc import Iterable

from chatbot_cli.sessions.database.search_index import is_indexed
from chatbot_cli.sessions.rounds import drop_unused_contents
from chatbot_cli.sessions.sources import drop_unused_passages
from chatbot_cli.sessions.steps import drop_unused_marks
from chatbot_cli.system.transactions import writing

# Messages of the session that are the head of a step, or the parent of a message, in another session, with the number
# of that other session.
_NEEDED_ELSEWHERE = """
    SELECT message.id, other.session FROM messages message JOIN steps other ON other.head = message.id
    WHERE message.session = :session AND other.session <> :session AND other.session IN (SELECT id FROM sessions)
    UNION
    SELECT message.id, next.session FROM messages message JOIN messages next ON next.parent = message.id
    WHERE message.session = :session AND next.session <> :session AND next.session IN (SELECT id FROM sessions)
    ORDER BY 2
"""

# Messages whose session or parent is not there, which no chat writes: SQLite would refuse to move or remove others.
_LET_GO = """
    UPDATE messages SET parent = NULL WHERE parent IS NOT NULL AND (
        NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.id = messages.session)
        OR NOT EXISTS (SELECT 1 FROM messages above WHERE above.id = messages.parent)
    )
"""


def remove_sessions(connection: sqlite3.Connection, sessions: Iterable[int]) -> None:
    """Remove all of the sessions, or none if that fails. Messages that forks still use are given to one of the forks.

    Removed text is overwritten, and the file is made smaller unless another process keeps it busy. Must not be called
    inside a transaction.
    """
    connection.execute("PRAGMA secure_delete = ON")
    with writing(connection):
        connection.execute(_LET_GO)
        for session in sorted(set(sessions), reverse=True):  # a fork before its origin
            _give_away(connection, session)
            connection.execute(  # /undo in a fork ends where it was forked: earlier steps are gone
                "UPDATE steps SET before = NULL WHERE session <> :session"
                " AND before IN (SELECT id FROM steps WHERE session = :session)",
                {"session": session},
            )
            connection.execute("DELETE FROM messages WHERE session = ?", (session,))
            connection.execute("DELETE FROM sessions WHERE id = ?", (session,))
        drop_unused_contents(connection)
        drop_unused_passages(connection)
        drop_unused_marks(connection)
        connection.execute("DELETE FROM setups WHERE id NOT IN (SELECT setup FROM steps)")
        if is_indexed(connection):  # the index keeps removed words until its parts are joined
            connection.execute("INSERT INTO message_words (message_words) VALUES ('optimize')")
    _shrink(connection)


def _give_away(connection: sqlite3.Connection, session: int) -> None:
    """Give messages that forks still use, and their ancestors, to those forks."""
    owners: dict[int, int] = {}  # message -> the session that gets it
    for needed, fork in connection.execute(_NEEDED_ELSEWHERE, {"session": session}).fetchall():
        message: int | None = needed
        while message is not None and message not in owners:
            row = connection.execute("SELECT parent, session FROM messages WHERE id = ?", (message,)).fetchone()
            if row is None:  # it is missing
                break
            parent, owner = row
            if owner != session:
                break
            owners[message] = fork
            message = parent
    rows = [(fork, message) for message, fork in owners.items()]
    connection.executemany("UPDATE messages SET session = ? WHERE id = ?", rows)


def _shrink(connection: sqlite3.Connection) -> None:
    """Make the file smaller, unless it is busy or the disk is full: the messages are removed in any case.

    Nor is a file made smaller that holds a row which makes no sense.
    """
    try:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.IntegrityError:
        return
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL):
            raise
