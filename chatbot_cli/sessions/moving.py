"""Takes a whole conversation from one database into another, with everything that can be undone in it."""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace

from chatbot_cli.chat.state import State
from chatbot_cli.errors import SessionDamaged
from chatbot_cli.frozen import frozen
from chatbot_cli.sessions.imported_replies import imported_among, mark_imported, replies_of_others
from chatbot_cli.sessions.marks_json import marks_in
from chatbot_cli.sessions.reading import trimmed_in
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord, StepRecord
from chatbot_cli.sessions.setup_json import setup_as_json
from chatbot_cli.sessions.steps import insert_step
from chatbot_cli.sessions.stored_values import setup_in, text_in, time_in
from chatbot_cli.sessions.summary_usage import UsageRow, insert_usage_beside, read_usage_beside
from chatbot_cli.sessions.titles import title_of
from chatbot_cli.sessions.transfer import insert_messages, read_record
from chatbot_cli.system.transactions import writing

# The steps of a fork begin with those of the conversation that it was forked from.
_STEPS = """
    WITH RECURSIVE chain (id) AS (
        SELECT id FROM steps WHERE session = :session
        UNION
        SELECT step.before FROM chain JOIN steps step ON step.id = chain.id WHERE step.before IS NOT NULL
    )
    SELECT step.id, step.before, step.what, step.head, step.trimmed, setups.json, step.at, marks.json
    FROM chain JOIN steps step ON step.id = chain.id LEFT JOIN setups ON setups.id = step.setup
    LEFT JOIN marks ON marks.id = step.marks ORDER BY step.id
"""


@frozen
class SavedStepRow:
    """A step as it is stored; `before` is the id of the step before it."""

    id: int
    before: int | None
    step: StepRecord


@frozen
class WholeSession:
    """A conversation with all its steps; `current` is the id of the current one.

    `paid_elsewhere` are ids of replies: those imported, and those of the conversation that it was forked from.
    `paid_beside` is what its summaries and its requests without a reply took.
    """

    record: SessionRecord
    steps: tuple[SavedStepRow, ...]
    current: int
    paid_elsewhere: tuple[int, ...] = ()
    paid_beside: tuple[UsageRow, ...] = ()


def read_whole(connection: sqlite3.Connection, session: int) -> WholeSession:
    """A whole conversation. Raises SessionNotFound, or SessionDamaged."""
    record = read_record(connection, session, with_origin=True)
    (current,) = connection.execute("SELECT step FROM sessions WHERE id = ?", (session,)).fetchone()
    messages = {message.id for message in record.messages}
    steps = []
    for number, before, label, head, trimmed, setup, at, marks in connection.execute(_STEPS, {"session": session}):
        if head is not None and head not in messages:
            raise SessionDamaged("the last message of one of its steps is missing")
        kept = (trimmed_in(trimmed, len(messages)), setup_in(setup), time_in(at), marks_in(marks, len(messages)))
        steps.append(SavedStepRow(number, before, StepRecord(text_in(label), head, *kept)))
    if current not in {step.id for step in steps}:
        raise SessionDamaged("its last step is missing")
    elsewhere = (*imported_among(connection, sorted(messages)), *replies_of_others(connection, session, messages))
    return WholeSession(record, tuple(steps), current, elsewhere, read_usage_beside(connection, session))


def insert_whole(connection: sqlite3.Connection, whole: WholeSession) -> tuple[int, Mapping[int, int]]:
    """Insert a whole conversation. Returns its number, and the new id of each message by the old one."""
    with writing(connection):
        session, ids = insert_messages(connection, whole.record)
        mark_imported(connection, (ids[reply] for reply in whole.paid_elsewhere))
        insert_usage_beside(connection, session, whole.paid_beside)
        steps: dict[int | None, int | None] = {None: None}
        for row in whole.steps:
            step, before = row.step, steps.get(row.before)
            head = None if step.head is None else ids[step.head]
            moved = replace(step, head=head, at=step.at or whole.record.active)
            steps[row.id] = insert_step(connection, session, before, moved)
        connection.execute("UPDATE sessions SET step = ? WHERE id = ?", (steps[whole.current], session))
    return session, ids


def whole_of_state(state: State, at: float, name: str = "") -> WholeSession:
    """The exchanges of a state as a conversation of one step; `at` is now, in seconds since 1970."""
    record = record_of_state(state, at, name)
    step = StepRecord("start", record.head, record.trimmed, record.setup, at, record.marks)
    return WholeSession(record, (SavedStepRow(1, None, step),), 1)


def record_of_state(state: State, at: float, name: str = "") -> SessionRecord:
    """The exchanges of a state as a record. The messages have the ids 1, 2, 3 …, question and reply in turn."""
    messages: list[MessageRecord] = []
    setup = state.setup
    for exchange in state.exchanges:
        number = len(messages)
        reply = ReplyRecord(
            exchange.ending,
            exchange.reason,
            setup.model.name,
            setup.persona,
            rounds=exchange.rounds,
            sources=exchange.sources,
            thoughts=exchange.thoughts,
        )
        messages.append(MessageRecord(number + 1, number or None, exchange.user, at, attached=exchange.attached))
        messages.append(MessageRecord(number + 2, number + 1, exchange.assistant, at, reply))
    title = title_of(messages[0].content) if messages else ""
    head = len(messages) or None
    kept = (setup_as_json(setup), tuple(messages), head, state.trimmed)
    return SessionRecord(title, at, at, *kept, name=name, marks=state.marks.of_first(len(state.exchanges)))
