"""Takes a conversation with all its branches out of the database as a value, and puts one in."""

import json
import sqlite3

from chatbot_cli.sessions.database.opening import bound, insert, writing
from chatbot_cli.sessions.reading import ending_of, no_such_session, read_current
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from chatbot_cli.sessions.rounds import complete_records, insert_attachments, insert_rounds

# All that was said in the session, all it has stood at, and what came before these. A parent has the lower number.
_REACHED = """
    WITH RECURSIVE reached (id) AS (
        SELECT id FROM messages WHERE session = :session
        UNION
        SELECT head FROM steps WHERE session = :session AND head IS NOT NULL
        UNION
        SELECT message.parent FROM reached JOIN messages message ON message.id = reached.id
        WHERE message.parent IS NOT NULL
    )
    SELECT id, parent, content, created, is_reply,
        ending, reason, model, persona, seconds, tokens_sent, tokens_received, cost
    FROM messages WHERE id IN (SELECT id FROM reached) ORDER BY id
"""

_INSERT_MESSAGE = """
    INSERT INTO messages (session, parent, content, created, is_reply, depth,
        ending, reason, model, persona, seconds, tokens_sent, tokens_received, cost)
    VALUES (?, ?, CAST(? AS TEXT), ?, ?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), ?, ?, ?, ?)
"""
_INSERT_SESSION = """
    INSERT INTO sessions (title, created, active, draft, name)
    VALUES (CAST(? AS TEXT), ?, ?, CAST(? AS TEXT), CAST(? AS TEXT))
"""
LARGEST_INTEGER = 2**63 - 1


def read_record(connection: sqlite3.Connection, session: int) -> SessionRecord:
    """A conversation with all its branches. Raises SessionNotFound."""
    found = connection.execute(
        "SELECT title, created, active, draft, name FROM sessions WHERE id = ?", (session,)
    ).fetchone()
    if found is None:
        raise no_such_session(session)
    title, created, active, draft, name = found
    step = read_current(connection, session)
    messages = []
    for number, parent, content, said, is_reply, ending, *rest in connection.execute(_REACHED, {"session": session}):
        reply = ReplyRecord(None if ending is None else ending_of(ending), *rest) if is_reply else None
        messages.append(MessageRecord(number, parent, content, said or 0.0, reply))
    times = (created or 0.0, active or 0.0)
    whole = tuple(complete_records(connection, messages))
    return SessionRecord(title, *times, step.setup, whole, step.head, step.trimmed, draft, name or "")


def insert_record(connection: sqlite3.Connection, record: SessionRecord, at: float) -> int:
    """Put a conversation in, and return its number. It and its messages get new ones; a name that is taken is dropped.

    The messages must be parents first, as a record has them.
    """
    with writing(connection):
        name = bound(record.name) if record.name else None
        if connection.execute("SELECT 1 FROM sessions WHERE name = CAST(? AS TEXT)", (name,)).fetchone():
            name = None
        row = (bound(record.title), record.created, record.active, bound(record.draft), name)
        session = insert(connection, _INSERT_SESSION, row)
        ids: dict[int | None, int | None] = {None: None}
        depths: dict[int | None, int] = {None: 0}
        for message in record.messages:
            depths[message.id] = depths[message.parent] + (message.reply is None)
            row_of_message = _row(session, ids[message.parent], message, depths[message.id])
            number = ids[message.id] = insert(connection, _INSERT_MESSAGE, row_of_message)
            insert_rounds(connection, number, message.reply.rounds if message.reply else ())
            insert_attachments(connection, number, message.attached)
        insert_step(connection, session, None, "start", ids[record.head], record.trimmed, record.setup, at)
    return session


def insert_step(
    connection: sqlite3.Connection,
    session: int,
    before: int | None,
    what: str,
    head: int | None,
    trimmed: int,
    setup: object,
    at: float,
) -> None:
    """Make a step, and let the session stand there. The setup is kept once, however often it is used."""
    stored = bound(json.dumps(setup, ensure_ascii=False, sort_keys=True))
    connection.execute("INSERT OR IGNORE INTO setups (json) VALUES (CAST(? AS TEXT))", (stored,))
    step = insert(
        connection,
        "INSERT INTO steps (session, before, what, head, trimmed, setup, at) VALUES (?, ?, CAST(? AS TEXT), ?, ?,"
        " (SELECT id FROM setups WHERE json = CAST(? AS TEXT)), ?)",
        (session, before, bound(what), head, trimmed, stored, at),
    )
    connection.execute("UPDATE sessions SET step = ? WHERE id = ?", (step, session))


def reply_columns(reply: ReplyRecord) -> tuple[object, ...]:
    """ending, reason, model, persona, seconds, tokens sent and received, cost: as the database keeps them."""
    ending = reply.ending.name.lower() if reply.ending else None
    counts = (_storable(reply.tokens_sent), _storable(reply.tokens_received))
    return (ending, bound(reply.reason), bound(reply.model), bound(reply.persona), reply.seconds, *counts, reply.cost)


def _row(session: int, parent: int | None, message: MessageRecord, depth: int) -> tuple[object, ...]:
    columns = reply_columns(message.reply or ReplyRecord(None))
    content = (bound(message.content), message.created, message.reply is not None, depth)
    return (session, parent, *content, *columns)


def _storable(count: int | None) -> int | None:
    """A count that a server or a file has made up may be larger than any column."""
    return count if count is not None and abs(count) <= LARGEST_INTEGER else None
