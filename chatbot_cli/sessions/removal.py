"""Removes conversations for good: what nobody else needs leaves no trace in the file."""

import sqlite3
from collections.abc import Iterable

from chatbot_cli.sessions.database.migrations import is_indexed
from chatbot_cli.sessions.database.opening import writing
from chatbot_cli.sessions.rounds import drop_unused_contents

# Messages of the session that another one has reached, or goes on from; with the number of that one.
_WANTED_ELSEWHERE = """
    SELECT message.id, other.session FROM messages message JOIN steps other ON other.head = message.id
    WHERE message.session = :session AND other.session <> :session
    UNION
    SELECT message.id, next.session FROM messages message JOIN messages next ON next.parent = message.id
    WHERE message.session = :session AND next.session <> :session
    ORDER BY 2
"""


def remove_sessions(connection: sqlite3.Connection, sessions: Iterable[int]) -> None:
    """Remove sessions, all or none. Messages that forks of them still reach are given to one of these.

    What goes is overwritten, and the file made smaller; not smaller only when another process is busy with it for long.
    """
    connection.execute("PRAGMA secure_delete = ON")
    with writing(connection):
        for session in sorted(set(sessions), reverse=True):  # forks before what they are forks of
            _give_away(connection, session)
            connection.execute(  # what is undone in a fork ends where it was forked
                "UPDATE steps SET before = NULL WHERE session <> :session"
                " AND before IN (SELECT id FROM steps WHERE session = :session)",
                {"session": session},
            )
            connection.execute("DELETE FROM messages WHERE session = ?", (session,))
            connection.execute("DELETE FROM sessions WHERE id = ?", (session,))
        drop_unused_contents(connection)
        drop_unused_contents(connection)
        connection.execute("DELETE FROM setups WHERE id NOT IN (SELECT setup FROM steps)")
        if is_indexed(connection):  # which keeps removed words until its parts are joined
            connection.execute("INSERT INTO message_words (message_words) VALUES ('optimize')")
    _shrink(connection)


def _give_away(connection: sqlite3.Connection, session: int) -> None:
    """Let other sessions own those messages of this one that they need, with all that were said before them."""
    owners: dict[int, int] = {}
    for wanted, owner in connection.execute(_WANTED_ELSEWHERE, {"session": session}).fetchall():
        message: int | None = wanted
        while message is not None and message not in owners:
            parent, said_in = connection.execute(
                "SELECT parent, session FROM messages WHERE id = ?", (message,)
            ).fetchone()
            if said_in != session:
                break
            owners[message] = owner
            message = parent
    rows = [(owner, message) for message, owner in owners.items()]
    connection.executemany("UPDATE messages SET session = ? WHERE id = ?", rows)


def _shrink(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.OperationalError as error:
        # They are removed. For making the file smaller there is no room just now, or somebody is busy with it.
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL):
            raise
