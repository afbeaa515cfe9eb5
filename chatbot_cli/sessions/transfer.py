"""Reads a whole conversation from the database as a record, and inserts a record into the database."""

import sqlite3
from collections.abc import Mapping

from chatbot_cli.errors import SessionDamaged
from chatbot_cli.sessions.damage import NOTHING_BEFORE, check_turn
from chatbot_cli.sessions.database.opening import bound, insert, reading
from chatbot_cli.sessions.field_checks import amount_or_none, count_or_none
from chatbot_cli.sessions.marks_json import marks_in
from chatbot_cli.sessions.reading import ending_of, trimmed_in
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord, StepRecord
from chatbot_cli.sessions.reply_usage import insert_usage, with_usage
from chatbot_cli.sessions.rounds import complete_records, insert_attachments, insert_rounds
from chatbot_cli.sessions.sources import insert_sources
from chatbot_cli.sessions.steps import insert_step
from chatbot_cli.sessions.stored_values import Head, message_text_in, readable_setup_in, reply_mark_in, text_in, time_in
from chatbot_cli.sessions.summaries import no_such_session
from chatbot_cli.sessions.thoughts import save_thoughts
from chatbot_cli.system.transactions import writing

# The messages that were written in the session, the heads of its steps, and the ancestors of both, which may belong to
# the session that it was forked from. A parent has the lower number.
_REACHED = """
    WITH RECURSIVE steps_reached (id) AS (
        SELECT id FROM steps WHERE session = :session
        UNION
        SELECT step FROM sessions WHERE id = :session
        UNION
        SELECT step.before FROM steps_reached JOIN steps step ON step.id = steps_reached.id
        WHERE step.before IS NOT NULL AND :with_origin
    ), reached (id) AS (
        SELECT id FROM messages WHERE session = :session
        UNION
        SELECT head FROM steps WHERE id IN (SELECT id FROM steps_reached) AND head IS NOT NULL
        UNION
        SELECT message.parent FROM reached JOIN messages message ON message.id = reached.id
        WHERE message.parent IS NOT NULL
    )
    SELECT id, parent, content, created, is_reply,
        ending, reason, model, persona, seconds, tokens_sent, tokens_received, cost
    FROM messages WHERE id IN (SELECT id FROM reached) ORDER BY id
"""

_SESSION = """
    SELECT session.title, session.created, session.active, session.draft, session.name,
        step.id, step.trimmed, marks.json, setups.json, step.head, message.id, message.depth, message.is_reply
    FROM sessions session LEFT JOIN steps step ON step.id = session.step LEFT JOIN setups ON setups.id = step.setup
    LEFT JOIN marks ON marks.id = step.marks LEFT JOIN messages message ON message.id = step.head WHERE session.id = ?
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


def read_record(connection: sqlite3.Connection, session: int, *, with_origin: bool = False) -> SessionRecord:
    """A conversation with all its branches. Raises SessionNotFound, or SessionDamaged.

    `with_origin` adds the branches of the conversation it was forked from that can be reached by undoing. Of a setup,
    what makes sense is read: what was said can be read without it.
    """
    with reading(connection):
        return _record(connection, session, with_origin=with_origin)


def _record(connection: sqlite3.Connection, session: int, *, with_origin: bool) -> SessionRecord:
    row = connection.execute(_SESSION, (session,)).fetchone()
    if row is None:
        raise no_such_session(session)
    title, created, active, draft, name, step, trimmed, stored, setup, *stored_head = row
    if step is None:
        raise SessionDamaged("its last step is missing")
    head, messages = Head(*stored_head), []
    marks: dict[int | None, int | None] = {None: None}
    for number, parent, *columns in connection.execute(_REACHED, {"session": session, "with_origin": with_origin}):
        if parent not in marks:  # it would come earlier, as it has a lower number
            raise SessionDamaged(NOTHING_BEFORE)
        message = _message(number, parent, *columns)
        mark = marks[number] = int(message.reply is not None)
        check_turn(marks[parent], mark)
        messages.append(message)
    whole = tuple(with_usage(connection, complete_records(connection, messages)))
    depth, names, marked = head.exchanges, (text_in(draft), text_in(name)), marks_in(stored, head.exchanges)
    times, setup = (time_in(created), time_in(active)), readable_setup_in(setup)
    count = trimmed_in(trimmed, depth)
    return SessionRecord(text_in(title), *times, setup, whole, head.message, count, *names, marks=marked)


def _message(
    number: int, parent: int | None, content: object, at: object, mark: object, *about: object
) -> MessageRecord:
    """A message as it is stored. Raises SessionDamaged."""
    reply = _reply(*about) if reply_mark_in(mark) else None
    return MessageRecord(number, parent, message_text_in(content), time_in(at), reply)


def _reply(
    ending: object,
    reason: object,
    model: object,
    persona: object,
    seconds: object,
    tokens_sent: object,
    tokens_received: object,
    cost: object,
) -> ReplyRecord:
    return ReplyRecord(
        None if ending is None else ending_of(ending),
        text_in(reason),
        text_in(model),
        text_in(persona),
        amount_or_none(seconds),
        count_or_none(tokens_sent),
        count_or_none(tokens_received),
        amount_or_none(cost),
    )


def insert_record(connection: sqlite3.Connection, record: SessionRecord, at: float) -> int:
    """Insert a conversation, and return its number. Its messages get new numbers too. A name that is taken is dropped.

    Each message must come after its parent, as in every record.
    """
    with writing(connection):
        session, ids = insert_messages(connection, record)
        head = None if record.head is None else ids[record.head]
        step = StepRecord("start", head, record.trimmed, record.setup, at, record.marks)
        insert_step(connection, session, None, step)
    return session


def insert_messages(connection: sqlite3.Connection, record: SessionRecord) -> tuple[int, Mapping[int, int]]:
    """Insert a conversation without a step. Returns its number, and the new id of each message by the old one."""
    name = bound(record.name) if record.name else None
    if connection.execute("SELECT 1 FROM sessions WHERE name = CAST(? AS TEXT)", (name,)).fetchone():
        name = None
    row = (bound(record.title), record.created, record.active, bound(record.draft), name)
    session = insert(connection, _INSERT_SESSION, row)
    ids: dict[int, int] = {}
    depths: dict[int | None, int] = {None: 0}
    for message in record.messages:
        depths[message.id] = depths[message.parent] + (message.reply is None)
        parent = None if message.parent is None else ids[message.parent]
        number = insert(connection, _INSERT_MESSAGE, _row(session, parent, message, depths[message.id]))
        ids[message.id] = number
        insert_rounds(connection, number, message.reply.rounds if message.reply else ())
        insert_attachments(connection, number, message.attached)
        if message.reply:
            insert_usage(connection, number, message.reply)
            insert_sources(connection, number, message.reply.sources)
            save_thoughts(connection, number, message.reply.thoughts)
    return session, ids


def reply_columns(reply: ReplyRecord) -> tuple[object, ...]:
    """The values of the columns from `ending` to `cost`, in the order of _INSERT_MESSAGE."""
    ending = reply.ending.name.lower() if reply.ending else None
    counts = (_storable(reply.tokens_sent), _storable(reply.tokens_received))
    return (ending, bound(reply.reason), bound(reply.model), bound(reply.persona), reply.seconds, *counts, reply.cost)


def _row(session: int, parent: int | None, message: MessageRecord, depth: int) -> tuple[object, ...]:
    """The values of _INSERT_MESSAGE."""
    columns = reply_columns(message.reply or ReplyRecord(None))
    content = (bound(message.content), message.created, message.reply is not None, depth)
    return (session, parent, *content, *columns)


def _storable(count: int | None) -> int | None:
    """The count; None if it is too large for a column, as a server or a file may claim."""
    return count if count is not None and abs(count) <= LARGEST_INTEGER else None
