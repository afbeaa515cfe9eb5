"""Reads conversations from the database: their steps, their exchanges, and a summary of each."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from chatbot_cli.chat.journal import SessionSummary
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.errors import SessionNotFound
from chatbot_cli.frozen import frozen
from chatbot_cli.hints import action
from chatbot_cli.sessions.database.opening import bound
from chatbot_cli.sessions.future_dates import last_active_first
from chatbot_cli.sessions.rounds import complete

_STEP = """
    SELECT step.what, step.head, step.trimmed, setups.json, coalesce(message.depth + message.is_reply - 1, 0)
    FROM steps step JOIN setups ON setups.id = step.setup LEFT JOIN messages message ON message.id = step.head
    WHERE step.id = ?
"""

# Walks from the head up to the exchange before `start` and stops: the length of the conversation does not matter.
_EXCHANGES = """
    WITH RECURSIVE path (id, parent, depth, is_reply) AS (
        SELECT id, parent, depth, is_reply FROM messages WHERE id = :head
        UNION ALL
        SELECT above.id, above.parent, above.depth, above.is_reply
        FROM path CROSS JOIN messages above ON above.id = path.parent WHERE above.depth > :start
    )
    SELECT path.depth, question.content, reply.content, reply.ending, question.id, reply.id, reply.reason
    FROM path CROSS JOIN messages reply ON reply.id = path.id CROSS JOIN messages question ON question.id = reply.parent
    WHERE path.is_reply AND path.depth > :start AND path.depth <= :stop
"""

_NUMBERS = "SELECT session.id FROM sessions session"
_SUMMARIES = """
    SELECT session.id, session.title, session.created, session.active, session.name, session.forked_from,
        setups.json, coalesce(message.depth + message.is_reply - 1, 0)
    FROM sessions session JOIN steps step ON step.id = session.step JOIN setups ON setups.id = step.setup
    LEFT JOIN messages message ON message.id = step.head
"""


@frozen
class SavedStep:
    """A conversation after one of its steps, such as an exchange or /trim; `label` describes the step in words.

    `head` is the last message, None before the first one. `depth` counts the exchanges up to it; the oldest `trimmed`
    of them are no longer sent. `setup` is a JSON object of `setup_json`.
    """

    label: str
    head: int | None
    trimmed: int
    setup: dict[str, Any]
    depth: int


def ending_of(stored: str | None) -> Ending:
    """The ending with this stored name. LOST without a name, as after a chat was killed, and for an unknown name."""
    return Ending.__members__.get((stored or "lost").upper(), Ending.LOST)


def read_step(connection: sqlite3.Connection, step: int) -> SavedStep:
    """The step with this number, which must exist."""
    label, head, trimmed, setup, depth = connection.execute(_STEP, (step,)).fetchone()
    return SavedStep(label, head, trimmed, json.loads(setup), depth)


def read_current(connection: sqlite3.Connection, session: int) -> SavedStep:
    """The current step of a conversation. Raises SessionNotFound."""
    row = connection.execute("SELECT step FROM sessions WHERE id = ?", (session,)).fetchone()
    if row is None:
        raise no_such_session(session)
    return read_step(connection, row[0])


def read_step_before(connection: sqlite3.Connection, session: int) -> tuple[str, SavedStep] | None:
    """The current step in words, and the step before it; None if the current step is the first."""
    row = connection.execute(
        "SELECT step.what, step.before FROM sessions session JOIN steps step ON step.id = session.step"
        " WHERE session.id = ? AND step.before IS NOT NULL",
        (session,),
    ).fetchone()
    return None if row is None else (row[0], read_step(connection, row[1]))


def read_last_step(connection: sqlite3.Connection, session: int | None) -> tuple[str, int | None]:
    """The current step in words, and the number of the step before it."""
    row = connection.execute(
        "SELECT what, before FROM steps WHERE id = (SELECT step FROM sessions WHERE id = ?)", (session,)
    ).fetchone()
    return (row[0], row[1]) if row else ("fork", None)


def read_exchanges(connection: sqlite3.Connection, head: int, start: int, stop: int) -> list[Exchange]:
    """The exchanges from number `start` to before `stop` of the branch that ends with `head`; the first is number 0."""
    rows = connection.execute(_EXCHANGES, {"head": head, "start": max(0, start), "stop": stop}).fetchall()
    exchanges = [
        Exchange(question, reply, ending_of(ending), (question_id, reply_id), reason)
        for _, question, reply, ending, question_id, reply_id, reason in sorted(rows, key=lambda row: int(row[0]))
    ]
    return complete(connection, exchanges)


def read_answers(connection: sqlite3.Connection, question: int) -> list[Exchange]:
    """One exchange for each answer to a question, the oldest answer first."""
    rows = connection.execute(
        "SELECT question.content, reply.content, reply.ending, reply.id, reply.reason FROM messages question"
        " JOIN messages reply ON reply.parent = question.id AND reply.is_reply WHERE question.id = ? ORDER BY reply.id",
        (question,),
    )
    exchanges = [
        Exchange(asked, text, ending_of(ending), (question, reply), reason)
        for asked, text, ending, reply, reason in rows
    ]
    return complete(connection, exchanges)


def read_unanswered(connection: sqlite3.Connection, session: int, parent: int | None, text: bytes) -> int | None:
    """The number of the session's question with this parent and text that has no answer; None if there is none."""
    row = connection.execute(
        "SELECT id FROM messages question WHERE session = ? AND parent IS ? AND is_reply = 0"
        " AND content = CAST(? AS TEXT) AND NOT EXISTS (SELECT 1 FROM messages WHERE parent = question.id)",
        (session, parent, text),
    ).fetchone()
    return row[0] if row else None


def read_draft(connection: sqlite3.Connection, session: int) -> str:
    """The text that was typed and not answered; empty also where there is no such conversation."""
    row = connection.execute("SELECT draft FROM sessions WHERE id = ?", (session,)).fetchone()
    return row[0] if row else ""


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
    setups: dict[str, dict[str, Any]] = {}  # parsed once, because many conversations share a setup
    summaries = []
    for session, title, created, active, name, forked_from, setup, exchanges in rows:
        if setup not in setups:
            setups[setup] = json.loads(setup)
        persona, model = (str(setups[setup].get(key, "")) for key in ("persona", "model"))
        times = (created or 0.0, active or 0.0)
        summaries.append(SessionSummary(session, title, *times, exchanges, persona, model, name or "", forked_from))
    return summaries
