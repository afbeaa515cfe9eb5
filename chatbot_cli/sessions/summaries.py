"""Reads what a list shows of the conversations, and finds one by its number or its name."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from chatbot_cli.chat.journal import SessionSummary
from chatbot_cli.errors import SessionDamaged, SessionNotFound
from chatbot_cli.hints import action
from chatbot_cli.sessions.database.opening import bound
from chatbot_cli.sessions.field_checks import whole_number
from chatbot_cli.sessions.future_dates import last_active_first
from chatbot_cli.sessions.stored_values import Head, readable_setup_in, setup_in, text_in, time_in

_NUMBERS = "SELECT session.id FROM sessions session"
_SUMMARIES = """
    SELECT session.id, session.title, session.created, session.active, session.name, session.forked_from,
        step.id, setups.json, step.head, message.id, message.depth, message.is_reply
    FROM sessions session LEFT JOIN steps step ON step.id = session.step LEFT JOIN setups ON setups.id = step.setup
    LEFT JOIN messages message ON message.id = step.head
"""


def read_last_active(connection: sqlite3.Connection, now: float) -> int | None:
    """The number of the conversation that was active last; None if there are no conversations."""
    statement = f"{_NUMBERS} {last_active_first(connection, now)} LIMIT 1"
    row = connection.execute(statement, {"now": now}).fetchone()
    return row[0] if row else None


def read_named(connection: sqlite3.Connection, name: str) -> int | None:
    """The number of the conversation with this name, whatever its case; None if there is none."""
    rows = connection.execute("SELECT id FROM sessions WHERE name = CAST(? AS TEXT) COLLATE NOCASE", (bound(name),))
    return next((session for (session,) in rows.fetchall()), None)


def read_summaries(connection: sqlite3.Connection, now: float, limit: int | None = None) -> list[SessionSummary]:
    """All conversations, or the first `limit` of them; the last active first."""
    statement = f"{_SUMMARIES} {last_active_first(connection, now)} LIMIT :limit"
    return _summaries(connection.execute(statement, {"now": now, "limit": -1 if limit is None else limit}))


def read_older(connection: sqlite3.Connection, at: float) -> list[SessionSummary]:
    """The conversations that have not been active since `at`, the last active first.

    One that is dated in the future is not among them: nobody knows how old it is.
    """
    statement = f"{_SUMMARIES} WHERE session.active < ? ORDER BY session.active DESC, session.id DESC"
    return _summaries(connection.execute(statement, (at,)))


def read_summary(connection: sqlite3.Connection, session: int) -> SessionSummary:
    """One conversation. Raises SessionNotFound."""
    summaries = _summaries(connection.execute(f"{_SUMMARIES} WHERE session.id = ?", (session,)))
    if not summaries:
        raise no_such_session(session)
    return summaries[0]


def no_such_session(session: int) -> SessionNotFound:
    """The error for a number that no conversation has."""
    hint = f"{action('list_sessions')} lists those that there are."
    return SessionNotFound(f"There is no saved conversation {session}.", hint)


def _summaries(rows: Iterable[tuple[Any, ...]]) -> list[SessionSummary]:
    setups: dict[object, tuple[dict[str, Any], str]] = {}  # parsed once, because many conversations share a setup
    summaries = []
    for session, title, created, active, name, forked_from, step, stored, *head in rows:
        if stored not in setups:
            setups[stored] = _setup(stored)
        setup, problem = setups[stored]
        exchanges, disorder = _exchanges(Head(*head))
        summaries.append(
            SessionSummary(
                session,
                text_in(title),
                time_in(created),
                time_in(active),
                exchanges,
                setup.get("persona", ""),
                setup.get("model", ""),
                text_in(name),
                whole_number(forked_from),
                "its last step is missing" if step is None else problem or disorder,
            )
        )
    return summaries


def _setup(stored: object) -> tuple[dict[str, Any], str]:
    """What can be understood of a setup, and what is wrong with it."""
    try:
        return setup_in(stored), ""
    except SessionDamaged as damage:
        return readable_setup_in(stored), damage.what


def _exchanges(head: Head) -> tuple[int, str]:
    """How many exchanges there are up to a message, and why that is not known."""
    try:
        return head.exchanges, ""
    except SessionDamaged as damage:
        return 0, damage.what
