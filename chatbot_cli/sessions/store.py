"""Writes conversations into the database as they happen."""

import sqlite3
from collections.abc import Mapping, Sequence

from chatbot_cli.chat.rounds import Attachment, Round, ToolCall, ToolResult
from chatbot_cli.sessions.database.opening import bound, insert, writing
from chatbot_cli.sessions.reading import read_last_step, read_summary, read_unanswered
from chatbot_cli.sessions.records import ReplyRecord
from chatbot_cli.sessions.rounds import (
    insert_attachments,
    insert_results,
    insert_round,
    insert_rounds,
    read_attachments,
)
from chatbot_cli.sessions.transfer import insert_step, reply_columns

SetupJson = Mapping[str, object]


class Store:
    """Each method that writes is one transaction, on disk when it returns. `at` is now, in seconds since 1970.

    Messages are a tree: a question follows a reply or nothing, a reply its question. Steps are one too: each knows the
    one before it, and undoing is going back. Raises sqlite3.Error as it comes; IntegrityError also when the session or
    the reply to be written has been removed meanwhile.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def close(self) -> None:
        self.connection.close()

    def begin(self, title: str, setup: SetupJson, at: float, *, name: str = "", forked_from: int | None = None) -> int:
        """A new session, and its number. Raises IntegrityError when the name is taken."""
        with writing(self.connection):
            session = self._insert_session(title, at, name, forked_from)
            insert_step(self.connection, session, None, "start", None, 0, setup, at)
        return session

    def fork(
        self, session_of_origin: int | None, title: str, head: int | None, trimmed: int, setup: SetupJson, at: float
    ) -> int:
        """A new session that stands at the message `head` as another one does, and its number.

        What could be undone there can be undone here, too.
        """
        with writing(self.connection):
            session = self._insert_session(title, at, "", session_of_origin)
            what, before = read_last_step(self.connection, session_of_origin)
            insert_step(self.connection, session, before, what, head, trimmed, setup, at)
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
        """Keep a question that follows the reply `parent`, and its text as the draft until there is a reply.

        The first question of a session gives it its `title`, if that is given.
        Returns its number: that of `question` when its answer shall be replaced, or of the same question that was asked
        there before and has got no answer.
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
                    question = None  # the same words about other files
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
        text: str,
        at: float,
        *,
        what: str,
        trimmed: int,
        setup: SetupJson,
        model: str,
        persona: str,
        rounds: Sequence[Round] = (),
    ) -> int:
        """Keep a reply that has begun, and return its number. The session stands there now, without a draft."""
        with writing(self.connection):
            reply = insert(
                self.connection,
                "INSERT INTO messages (session, parent, content, created, is_reply, depth, model, persona) VALUES"
                " (?, ?, CAST(? AS TEXT), ?, 1, coalesce((SELECT depth FROM messages WHERE id = ?), 1),"
                " CAST(? AS TEXT), CAST(? AS TEXT))",
                (session, question, bound(text), at, question, bound(model), bound(persona)),
            )
            insert_rounds(self.connection, reply, rounds)
            self._take_step(session, what, reply, trimmed, setup, at)
            self.connection.execute("UPDATE sessions SET draft = '' WHERE id = ?", (session,))
        return reply

    def begin_round(self, reply: int, number: int, calls: Sequence[ToolCall], text: str, reasoning: str) -> None:
        """Keep calls that are about to run. Rounds of a reply are counted from 0."""
        with writing(self.connection):
            insert_round(self.connection, reply, number, calls, text, reasoning)

    def end_round(self, reply: int, number: int, results: Sequence[ToolResult]) -> None:
        """Keep what came of the calls of a round."""
        with writing(self.connection):
            insert_results(self.connection, reply, number, results)

    def grow_reply(self, reply: int, text: str) -> None:
        """Keep what has come of a reply so far."""
        with writing(self.connection):
            self._change("UPDATE messages SET content = CAST(? AS TEXT) WHERE id = ?", (bound(text), reply))

    def end_reply(self, reply: int, text: str, record: ReplyRecord, at: float, rounds_kept: int = 0) -> None:
        """Keep all of a reply, and all that is known of it; a model or persona left empty stays as it was.

        The first `rounds_kept` of its rounds are there already.
        """
        with writing(self.connection):
            insert_rounds(self.connection, reply, record.rounds[rounds_kept:], rounds_kept)
            self._change(
                "UPDATE messages SET content = CAST(? AS TEXT), ending = ?, reason = CAST(? AS TEXT),"
                " model = coalesce(nullif(CAST(? AS TEXT), ''), model),"
                " persona = coalesce(nullif(CAST(? AS TEXT), ''), persona),"
                " seconds = ?, tokens_sent = ?, tokens_received = ?, cost = ? WHERE id = ?",
                (bound(text), *reply_columns(record), reply),
            )
            self.connection.execute(
                "UPDATE sessions SET active = ? WHERE id = (SELECT session FROM messages WHERE id = ?)", (at, reply)
            )

    def add_step(self, session: int, what: str, head: int | None, trimmed: int, setup: SetupJson, at: float) -> None:
        """Let a session stand elsewhere; undoing goes back to where it stands now."""
        with writing(self.connection):
            self._take_step(session, what, head, trimmed, setup, at)

    def step_back(self, session: int, at: float) -> None:
        """Let a session stand where it stood before its last step. At its first it stays."""
        with writing(self.connection):
            self._change(
                "UPDATE sessions SET active = ?, step = coalesce((SELECT before FROM steps WHERE id = step), step)"
                " WHERE id = ?",
                (at, session),
            )

    def set_draft(self, session: int, text: str) -> None:
        with writing(self.connection):
            self._change("UPDATE sessions SET draft = CAST(? AS TEXT) WHERE id = ?", (bound(text), session))

    def rename(self, session: int, title: str) -> None:
        """Give a session another title. Raises SessionNotFound."""
        read_summary(self.connection, session)
        with writing(self.connection):
            self._change("UPDATE sessions SET title = CAST(? AS TEXT) WHERE id = ?", (bound(title), session))

    def discard_if_empty(self, session: int) -> None:
        """Forget a session in which nothing has been said, and nothing waits to be."""
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

    def _take_step(self, session: int, what: str, head: int | None, trimmed: int, setup: SetupJson, at: float) -> None:
        self._change("UPDATE sessions SET active = ? WHERE id = ?", (at, session))
        (before,) = self.connection.execute("SELECT step FROM sessions WHERE id = ?", (session,)).fetchone()
        insert_step(self.connection, session, before, what, head, trimmed, setup, at)

    def _change(self, statement: str, values: tuple[object, ...]) -> None:
        if self.connection.execute(statement, values).rowcount == 0:
            raise sqlite3.IntegrityError("it has been removed")
