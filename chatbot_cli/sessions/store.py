"""Writes conversations into the database. `reading` reads them."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.journal import Calling
from chatbot_cli.chat.marks import NO_MARKS, Marks
from chatbot_cli.chat.rounds import Round, ToolResult
from chatbot_cli.sessions.database.opening import bound, insert
from chatbot_cli.sessions.reading import read_last_step, read_unanswered
from chatbot_cli.sessions.records import ReplyRecord, StepRecord
from chatbot_cli.sessions.reply_pieces import Piece, save_pieces
from chatbot_cli.sessions.reply_usage import insert_usage
from chatbot_cli.sessions.rounds import (
    insert_attachments,
    insert_result,
    insert_round,
    insert_rounds,
    read_attachments,
)
from chatbot_cli.sessions.steps import insert_step, replace_marks, replace_setup
from chatbot_cli.sessions.summaries import read_summary
from chatbot_cli.sessions.transfer import reply_columns
from chatbot_cli.system.transactions import writing

SetupJson = Mapping[str, object]
Text = str | bytes | bytearray  # a text, or its UTF-8, which is not copied


class Store:
    """Each method is one transaction, or a part of one that is open. A transaction is on the disk when it ends.

    `at` is now, in seconds since 1970.
    Messages form a tree: the parent of a reply is its question, the parent of a question is a reply or nothing. Steps
    form a tree too: each has the number of the step before it, and undoing makes that one the current step.
    Raises sqlite3.Error; IntegrityError also if the session or the reply has been removed in the meantime.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def close(self) -> None:
        self.connection.close()

    def transaction(self) -> AbstractContextManager[None]:
        """One transaction for several methods."""
        return writing(self.connection)

    def begin(self, title: str, setup: SetupJson, at: float, *, name: str = "", forked_from: int | None = None) -> int:
        """Make a session, and return its number. Raises IntegrityError if another session has the name."""
        with writing(self.connection):
            session = self._insert_session(title, at, name, forked_from)
            insert_step(self.connection, session, None, StepRecord("start", None, 0, setup, at))
        return session

    def fork(self, session_of_origin: int | None, title: str, step: StepRecord) -> int:
        """Make a session that goes on from `step`, which gets the label of the other session's, and return its number.

        Steps that can be undone there can be undone here too.
        """
        with writing(self.connection):
            session = self._insert_session(title, step.at, "", session_of_origin)
            label, before = read_last_step(self.connection, session_of_origin)
            insert_step(self.connection, session, before, replace(step, label=label))
        return session

    def ask(
        self,
        session: int,
        parent: int | None,
        text: str,
        at: float,
        *,
        question: int | None = None,
        title: str = "",
        attached: Sequence[Attachment] = (),
    ) -> int:
        """Save a question after the reply `parent`, and return its number. Its text is the draft until it is answered.

        `question` is the number of a question that is asked again for another answer: it is not saved twice. Nor is a
        question that was asked there before and was not answered. `title` becomes the session's, if this is its first
        question.
        """
        stored = bound(text)
        with writing(self.connection):
            self._change("UPDATE sessions SET draft = CAST(? AS TEXT), active = ? WHERE id = ?", (stored, at, session))
            if title:
                self.connection.execute(
                    "UPDATE sessions SET title = CAST(? AS TEXT)"
                    " WHERE id = ? AND NOT EXISTS (SELECT 1 FROM messages WHERE session = sessions.id)",
                    (bound(title), session),
                )
            if question is None:
                question = read_unanswered(self.connection, session, parent, stored)
                if question is not None and read_attachments(self.connection, [question])[question] != tuple(attached):
                    question = None  # the same question about other files
            if question is not None:
                return question
            question = insert(
                self.connection,
                "INSERT INTO messages (session, parent, content, created, is_reply, depth) VALUES (?, ?,"
                " CAST(? AS TEXT), ?, 0, 1 + coalesce((SELECT depth FROM messages WHERE id = ?), 0))",
                (session, parent, stored, at, parent),
            )
            insert_attachments(self.connection, question, attached)
            return question

    def begin_reply(
        self,
        session: int,
        question: int,
        text: Text,
        at: float,
        *,
        label: str | None,
        trimmed: int,
        setup: SetupJson,
        model: str,
        persona: str,
        rounds: Sequence[Round] = (),
        marks: Marks = NO_MARKS,
    ) -> int:
        """Save the beginning of a reply, and return its number. With a `label` it is a step; then there is no draft."""
        with writing(self.connection):
            reply = insert(
                self.connection,
                "INSERT INTO messages (session, parent, content, created, is_reply, depth, model, persona) VALUES"
                " (?, ?, CAST(? AS TEXT), ?, 1, coalesce((SELECT depth FROM messages WHERE id = ?), 1),"
                " CAST(? AS TEXT), CAST(? AS TEXT))",
                (session, question, _bound(text), at, question, bound(model), bound(persona)),
            )
            insert_rounds(self.connection, reply, rounds)
            if label is not None:
                self._take_step(session, StepRecord(label, reply, trimmed, setup, at, marks))
                self.connection.execute("UPDATE sessions SET draft = '' WHERE id = ?", (session,))
        return reply

    def begin_round(self, reply: int, number: int, calling: Calling) -> None:
        """Save calls that are about to run. The rounds of a reply are numbered from 0."""
        with writing(self.connection):
            insert_round(self.connection, reply, number, calling.calls, calling.text, calling.thoughts)

    def end_call(self, reply: int, of_round: int, number: int, result: ToolResult) -> None:
        """Save the result of a call. The calls of a round are numbered from 0."""
        with writing(self.connection):
            insert_result(self.connection, reply, of_round, number, result)

    def grow_reply(
        self, reply: int, text: Text | None, pieces: Iterable[Piece] = (), starts_over: bool = False
    ) -> None:
        """Replace the text of a reply that is still streaming, or with None leave it, and add pieces after it.

        One that `starts_over` is another text, and loses the pieces that it had.
        """
        with writing(self.connection):
            if starts_over:
                self.connection.execute("DELETE FROM reply_pieces WHERE reply = ?", (reply,))
            if text is not None:
                self._change("UPDATE messages SET content = CAST(? AS TEXT) WHERE id = ?", (_bound(text), reply))
            save_pieces(self.connection, reply, pieces)

    def end_reply(self, reply: int, text: Text | None, record: ReplyRecord, at: float, rounds_saved: int = 0) -> None:
        """Save the final text, ending and figures of a reply. With None, its text is saved already.

        An empty model or persona leaves the saved one. The first `rounds_saved` of its rounds have been saved before.
        """
        with writing(self.connection):
            insert_rounds(self.connection, reply, record.rounds[rounds_saved:], rounds_saved)
            self.grow_reply(reply, text)
            self._change(
                "UPDATE messages SET ending = ?, reason = CAST(? AS TEXT),"
                " model = coalesce(nullif(CAST(? AS TEXT), ''), model),"
                " persona = coalesce(nullif(CAST(? AS TEXT), ''), persona),"
                " seconds = ?, tokens_sent = ?, tokens_received = ?, cost = ? WHERE id = ?",
                (*reply_columns(record), reply),
            )
            insert_usage(self.connection, reply, record)
            self.connection.execute(
                "UPDATE sessions SET active = ? WHERE id = (SELECT session FROM messages WHERE id = ?)", (at, reply)
            )

    def add_step(self, session: int, step: StepRecord) -> None:
        """Take a step; undoing it goes back to the current one."""
        with writing(self.connection):
            self._take_step(session, step)

    def note(self, session: int, marks: Marks) -> None:
        """Replace the marks of the current step."""
        with writing(self.connection):
            replace_marks(self.connection, session, marks)

    def replace_setup(self, session: int, setup: SetupJson) -> None:
        """Save another setup with the current step."""
        with writing(self.connection):
            replace_setup(self.connection, session, setup)

    def step_back(self, session: int, at: float) -> None:
        """Go back to the step before the current one; the first step stays."""
        with writing(self.connection):
            self._change(
                "UPDATE sessions SET active = ?,"
                " step = coalesce((SELECT before FROM steps WHERE id = step AND before < id), step) WHERE id = ?",
                (at, session),
            )

    def set_draft(self, session: int, text: str) -> None:
        """Save the text in the prompt that is not sent yet."""
        with writing(self.connection):
            self._change("UPDATE sessions SET draft = CAST(? AS TEXT) WHERE id = ?", (bound(text), session))

    def rename(self, session: int, title: str) -> None:
        """Replace the title of a session. Raises SessionNotFound."""
        read_summary(self.connection, session)
        with writing(self.connection):
            self._change("UPDATE sessions SET title = CAST(? AS TEXT) WHERE id = ?", (bound(title), session))

    def discard_if_empty(self, session: int) -> None:
        """Remove a session that has no messages and no draft."""
        with writing(self.connection):
            self.connection.execute(
                "DELETE FROM sessions WHERE id = :session AND trim(draft) = ''"
                " AND NOT EXISTS (SELECT 1 FROM messages WHERE session = :session)"
                " AND NOT EXISTS (SELECT 1 FROM steps WHERE session = :session AND head IS NOT NULL)",
                {"session": session},
            )

    def _insert_session(self, title: str, at: float, name: str, forked_from: int | None) -> int:
        return insert(
            self.connection,
            "INSERT INTO sessions (title, created, active, name, forked_from)"
            " VALUES (CAST(? AS TEXT), ?, ?, CAST(? AS TEXT), (SELECT id FROM sessions WHERE id = ?))",
            (bound(title), at, at, bound(name) if name else None, forked_from),
        )

    def _take_step(self, session: int, step: StepRecord) -> None:
        self._change("UPDATE sessions SET active = ? WHERE id = ?", (step.at, session))
        (before,) = self.connection.execute("SELECT step FROM sessions WHERE id = ?", (session,)).fetchone()
        insert_step(self.connection, session, before, step)

    def _change(self, statement: str, values: tuple[object, ...]) -> None:
        """Update a row. Raises IntegrityError if it is gone."""
        if self.connection.execute(statement, values).rowcount == 0:
            raise sqlite3.IntegrityError("it has been removed")


def _bound(text: Text) -> bytes | bytearray:
    return bound(text) if isinstance(text, str) else text
