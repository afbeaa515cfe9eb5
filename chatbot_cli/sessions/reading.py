"""Reads the steps and the exchanges of a conversation from the database."""

import math
import sqlite3
from typing import Any

from chatbot_cli.chat.marks import NO_MARKS, Marks
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.errors import SessionDamaged
from chatbot_cli.frozen import frozen
from chatbot_cli.sessions.damage import check_order
from chatbot_cli.sessions.database.opening import reading
from chatbot_cli.sessions.field_checks import amount_or_none, count_or_none
from chatbot_cli.sessions.imported_replies import PAID_HERE
from chatbot_cli.sessions.marks_json import marks_in
from chatbot_cli.sessions.rounds import complete
from chatbot_cli.sessions.stored_values import Head, message_text_in, setup_in, text_in
from chatbot_cli.sessions.summaries import no_such_session
from chatbot_cli.sessions.token_counts import with_token_counts

_STEP = """
    SELECT step.what, step.trimmed, marks.json, setups.json, step.head, message.id, message.depth, message.is_reply
    FROM steps step LEFT JOIN setups ON setups.id = step.setup LEFT JOIN marks ON marks.id = step.marks
    LEFT JOIN messages message ON message.id = step.head
    WHERE step.id = ?
"""

# Walks from the head up to the exchange before `start` and stops: the length of the conversation does not matter. A
# message has a higher number than the one it follows, so that this ends whatever is stored.
_EXCHANGES = """
    WITH RECURSIVE path (id, parent, depth, is_reply) AS (
        SELECT id, parent, depth, is_reply FROM messages WHERE id = :head
        UNION ALL
        SELECT above.id, above.parent, above.depth, above.is_reply FROM path CROSS JOIN messages above
        ON above.id = path.parent AND above.id < path.id WHERE above.depth > :start
    )
    SELECT path.depth, question.content, reply.content, reply.ending, question.id, reply.id, reply.reason
    FROM path CROSS JOIN messages reply ON reply.id = path.id CROSS JOIN messages question ON question.id = reply.parent
    WHERE path.is_reply = 1 AND question.is_reply = 0 AND question.depth = path.depth
        AND path.depth > :start AND path.depth <= :stop
"""

_COSTS = f"""
    SELECT cost FROM messages WHERE session = :session AND cost IS NOT NULL AND {PAID_HERE}
    UNION ALL SELECT cost FROM summary_usage WHERE session = :session AND cost IS NOT NULL
"""  # noqa: S608  all of it is ours


@frozen
class SavedStep:
    """A conversation after one of its steps, such as an exchange or /trim; `label` describes the step in words.

    `head` is the last message, None before the first one. `depth` counts the exchanges up to it; the oldest `trimmed`
    of them are no longer sent, and `marks` are on some of them. `setup` is a JSON object of `setup_json`.
    """

    label: str
    head: int | None
    trimmed: int
    setup: dict[str, Any]
    depth: int
    marks: Marks = NO_MARKS


def ending_of(stored: object) -> Ending:
    """The ending with this stored name. LOST without a name, as after a chat was killed, and for an unknown name."""
    return Ending.__members__.get(text_in(stored).upper(), Ending.LOST)


def read_step(connection: sqlite3.Connection, step: int) -> SavedStep:
    """The step with this number. Raises SessionDamaged."""
    row = connection.execute(_STEP, (step,)).fetchone()
    if row is None:
        raise SessionDamaged("its last step is missing")
    label, trimmed, marks, setup, *head = row
    last = Head(*head)
    depth = last.exchanges
    kept = (trimmed_in(trimmed, depth), setup_in(setup))
    return SavedStep(text_in(label), last.message, *kept, depth, marks_in(marks, depth))


def trimmed_in(stored: object, depth: int) -> int:
    """How many exchanges are no longer sent: not more than there are, and none if it makes no sense."""
    return min(depth, count_or_none(stored) or 0)


def read_current(connection: sqlite3.Connection, session: int) -> SavedStep:
    """The current step of a conversation. Raises SessionNotFound, or SessionDamaged."""
    row = connection.execute("SELECT step FROM sessions WHERE id = ?", (session,)).fetchone()
    if row is None:
        raise no_such_session(session)
    return read_step(connection, row[0])


def read_step_before(connection: sqlite3.Connection, session: int) -> tuple[str, SavedStep] | None:
    """The current step in words, and the step before it; None if the current step is the first.

    A step has a higher number than the one before it, so that undoing ends whatever is stored. Raises SessionDamaged.
    """
    row = connection.execute(
        "SELECT step.what, earlier.id FROM sessions session JOIN steps step ON step.id = session.step"
        " JOIN steps earlier ON earlier.id = step.before AND earlier.id < step.id WHERE session.id = ?",
        (session,),
    ).fetchone()
    return None if row is None else (text_in(row[0]), read_step(connection, row[1]))


def read_last_step(connection: sqlite3.Connection, session: int | None) -> tuple[str, int | None]:
    """The current step in words, and the number of the step before it."""
    row = connection.execute(
        "SELECT what, before FROM steps WHERE id = (SELECT step FROM sessions WHERE id = ?)", (session,)
    ).fetchone()
    return (text_in(row[0]), row[1]) if row else ("fork", None)


def read_exchanges(connection: sqlite3.Connection, head: int, start: int, stop: int) -> list[Exchange]:
    """The exchanges from number `start` to before `stop` of the branch that ends with `head`; the first is number 0.

    They are fewer if some have been removed. Raises SessionDamaged if they make no sense.
    """
    start = max(0, start)
    with reading(connection):
        rows = connection.execute(_EXCHANGES, {"head": head, "start": start, "stop": stop}).fetchall()
        rows.sort(key=lambda row: int(row[5]))
        if [row[0] for row in rows] != list(range(start + 1, stop + 1)):
            check_order(connection, head)
        return with_token_counts(connection, complete(connection, [_exchange(*row) for _, *row in rows]))


def read_answers(connection: sqlite3.Connection, question: int) -> list[Exchange]:
    """One exchange for each answer to a question, the oldest answer first. Raises SessionDamaged."""
    with reading(connection):
        rows = connection.execute(
            "SELECT question.content, reply.content, reply.ending, question.id, reply.id, reply.reason"
            " FROM messages question JOIN messages reply ON reply.parent = question.id AND reply.is_reply = 1"
            " WHERE question.id = ? ORDER BY reply.id",
            (question,),
        )
        return complete(connection, [_exchange(*row) for row in rows])


def read_unanswered(connection: sqlite3.Connection, session: int, parent: int | None, text: bytes) -> int | None:
    """The number of the session's question with this parent and text that has no answer; None if there is none."""
    row = connection.execute(
        "SELECT id FROM messages question WHERE session = ? AND parent IS ? AND is_reply = 0"
        " AND content = CAST(? AS TEXT) AND NOT EXISTS (SELECT 1 FROM messages WHERE parent = question.id)",
        (session, parent, text),
    ).fetchone()
    return row[0] if row else None


def read_spent(connection: sqlite3.Connection, session: int) -> float | None:
    """US dollars for all replies and summaries of a conversation, kept or not; None if no price is known.

    Those that came with an import do not count.
    """
    costs = connection.execute(_COSTS, {"session": session})
    known = [amount for (cost,) in costs if (amount := amount_or_none(cost)) is not None]
    return math.fsum(known) if known else None


def read_draft(connection: sqlite3.Connection, session: int) -> str:
    """The text that was typed and not answered; empty also where there is no such conversation."""
    row = connection.execute("SELECT draft FROM sessions WHERE id = ?", (session,)).fetchone()
    return text_in(row[0]) if row else ""


def _exchange(asked: object, text: object, ending: object, question: int, reply: int, reason: object) -> Exchange:
    return Exchange(
        message_text_in(asked), message_text_in(text), ending_of(ending), (question, reply), text_in(reason)
    )
