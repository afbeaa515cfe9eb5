"""Writes the steps of conversations into the database, each with its setup and its marks."""

import json
import sqlite3

from chatbot_cli.chat.marks import Marks
from chatbot_cli.sessions.database.opening import bound, insert
from chatbot_cli.sessions.marks_json import marks_as_json
from chatbot_cli.sessions.records import StepRecord


def insert_step(connection: sqlite3.Connection, session: int, before: int | None, step: StepRecord) -> int:
    """Insert a step after the step `before`, and make it the current one. Equal setups and marks are stored once."""
    setup = _row_of_setup(connection, step.setup)
    number = insert(
        connection,
        "INSERT INTO steps (session, before, what, head, trimmed, setup, at, marks)"
        " VALUES (?, ?, CAST(? AS TEXT), ?, ?, ?, ?, ?)",
        (session, before, bound(step.label), step.head, step.trimmed, setup, step.at, _row_of(connection, step.marks)),
    )
    connection.execute("UPDATE sessions SET step = ? WHERE id = ?", (number, session))
    return number


def replace_marks(connection: sqlite3.Connection, session: int, marks: Marks) -> None:
    """Replace the marks of the current step."""
    step, row = _own_step(connection, session), _row_of(connection, marks)
    connection.execute("UPDATE steps SET marks = ? WHERE id = ?", (row, step))
    drop_unused_marks(connection)


def replace_setup(connection: sqlite3.Connection, session: int, setup: object) -> None:
    """Replace the setup of the current step."""
    step, row = _own_step(connection, session), _row_of_setup(connection, setup)
    connection.execute("UPDATE steps SET setup = ? WHERE id = ?", (row, step))


def replace_head(connection: sqlite3.Connection, session: int, head: int) -> None:
    """Replace the last message of the current step."""
    connection.execute("UPDATE steps SET head = ? WHERE id = ?", (head, _own_step(connection, session)))


def _own_step(connection: sqlite3.Connection, session: int) -> int | None:
    """The current step. A fork that goes back to a step of its origin gets a copy: the origin's may not change."""
    step: int | None
    step, owner = connection.execute(
        "SELECT step.id, step.session FROM sessions JOIN steps step ON step.id = sessions.step WHERE sessions.id = ?",
        (session,),
    ).fetchone() or (None, None)
    if step is None or owner == session:
        return step
    own = insert(
        connection,
        "INSERT INTO steps (session, before, what, head, trimmed, setup, at, marks)"
        " SELECT ?, before, what, head, trimmed, setup, at, marks FROM steps WHERE id = ?",
        (session, step),
    )
    connection.execute("UPDATE sessions SET step = ? WHERE id = ?", (own, session))
    return own


def drop_unused_marks(connection: sqlite3.Connection) -> None:
    """Remove the marks that no step has: a summary tells what was said."""
    connection.execute("DELETE FROM marks WHERE NOT EXISTS (SELECT 1 FROM steps WHERE steps.marks = marks.id)")


def _row_of(connection: sqlite3.Connection, marks: Marks) -> int | None:
    """The row of these marks, which is inserted if there is none; None without marks."""
    if not marks:
        return None
    stored = _json(marks_as_json(marks))
    connection.execute("INSERT OR IGNORE INTO marks (json) VALUES (CAST(? AS TEXT))", (stored,))
    row: int = connection.execute("SELECT id FROM marks WHERE json = CAST(? AS TEXT)", (stored,)).fetchone()[0]
    return row


def _row_of_setup(connection: sqlite3.Connection, setup: object) -> int:
    """The row of a setup, which is inserted if there is none."""
    stored = _json(setup)
    connection.execute("INSERT OR IGNORE INTO setups (json) VALUES (CAST(? AS TEXT))", (stored,))
    row: int = connection.execute("SELECT id FROM setups WHERE json = CAST(? AS TEXT)", (stored,)).fetchone()[0]
    return row


def _json(value: object) -> bytes:
    return bound(json.dumps(value, ensure_ascii=False, sort_keys=True))
