"""Which replies came with an import. They were paid elsewhere, so they are in no statistics and in no sum."""

import sqlite3
from collections.abc import Iterable, Sequence

from chatbot_cli.sessions.database.selecting import rows_of

PAID_HERE = "id NOT IN (SELECT reply FROM imported_replies)"  # of a row of messages, in SQL
_INSERT = "INSERT OR IGNORE INTO imported_replies (reply) VALUES (?)"
_OF_SESSION = "SELECT id FROM messages WHERE session = ? AND is_reply = 1"


def mark_as_imported(connection: sqlite3.Connection, session: int) -> None:
    """Mark all replies that a conversation has so far. Needs a transaction."""
    mark_imported(connection, [reply for (reply,) in connection.execute(_OF_SESSION, (session,)).fetchall()])


def mark_imported(connection: sqlite3.Connection, replies: Iterable[int]) -> None:
    """Mark replies. Needs a transaction."""
    connection.executemany(_INSERT, ((reply,) for reply in replies))


def imported_among(connection: sqlite3.Connection, messages: Sequence[int]) -> tuple[int, ...]:
    """Those of the messages that are imported replies."""
    select = "SELECT reply FROM imported_replies WHERE reply IN"
    return tuple(reply for (reply,) in rows_of(connection, select, "ORDER BY reply", messages))


def replies_of_others(connection: sqlite3.Connection, session: int, messages: Iterable[int]) -> tuple[int, ...]:
    """Those of the messages that are replies of another conversation, such as the one that this was forked from."""
    select = "SELECT id, session FROM messages WHERE is_reply = 1 AND id IN"
    owners = rows_of(connection, select, "ORDER BY id", sorted(messages))
    return tuple(reply for reply, owner in owners if owner != session)
