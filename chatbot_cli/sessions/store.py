"""The saved conversations in a database: what a journal writes there, and what everyone reads."""

import sqlite3
from collections.abc import Iterable, Mapping

from chatbot_cli.chat.journal import SearchHit, SessionSummary
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.sessions import reading
from chatbot_cli.sessions.database.opening import bound, insert, writing
from chatbot_cli.sessions.finding import find_session
from chatbot_cli.sessions.reading import SavedStep
from chatbot_cli.sessions.records import ReplyRecord, SessionRecord
from chatbot_cli.sessions.removal import remove_sessions
from chatbot_cli.sessions.searching import search_messages
from chatbot_cli.sessions.transfer import insert_record, insert_step, read_record, reply_columns

__all__ = ("SavedStep", "Store")

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
            what, before = reading.read_last_step(self.connection, session_of_origin)
            insert_step(self.connection, session, before, what, head, trimmed, setup, at)
        return session

    def ask(
        self, session: int, parent: int | None, text: str, at: float, *, question: int | None = None, title: str = ""
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
                question = reading.read_unanswered(self.connection, session, parent, stored)
            if question is not None:
                return question
            return insert(
                self.connection,
                "INSERT INTO messages (session, parent, content, created, is_reply, depth) VALUES (?, ?,"
                " CAST(? AS TEXT), ?, 0, 1 + coalesce((SELECT depth FROM messages WHERE id = ?), 0))",
                (session, parent, stored, at, parent),
            )

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
            self._take_step(session, what, reply, trimmed, setup, at)
            self.connection.execute("UPDATE sessions SET draft = '' WHERE id = ?", (session,))
        return reply

    def grow_reply(self, reply: int, text: str) -> None:
        """Keep what has come of a reply so far."""
        with writing(self.connection):
            self._change("UPDATE messages SET content = CAST(? AS TEXT) WHERE id = ?", (bound(text), reply))

    def end_reply(self, reply: int, text: str, record: ReplyRecord, at: float) -> None:
        """Keep all of a reply, and all that is known of it; a model or persona left empty stays as it was."""
        with writing(self.connection):
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

    def draft(self, session: int) -> str:
        """What was typed and not answered; empty also where there is no such session."""
        found = self.connection.execute("SELECT draft FROM sessions WHERE id = ?", (session,)).fetchone()
        return found[0] if found else ""

    def rename(self, session: int, title: str) -> None:
        """Give a session another title. Raises SessionNotFound."""
        reading.read_summary(self.connection, session)
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

    def remove(self, sessions: Iterable[int]) -> None:
        """Remove sessions for good; what forks of them still reach is given to these. Not inside a transaction."""
        remove_sessions(self.connection, sessions)

    def insert(self, record: SessionRecord, at: float) -> int:
        """Put a conversation in as a new session, and return its number."""
        return insert_record(self.connection, record, at)

    def record(self, session: int) -> SessionRecord:
        """A conversation with all its branches. Raises SessionNotFound."""
        return read_record(self.connection, session)

    def current(self, session: int) -> SavedStep:
        """Where a session stands. Raises SessionNotFound."""
        return reading.read_current(self.connection, session)

    def step_before(self, session: int) -> tuple[str, SavedStep] | None:
        """What the last step was, and where the session stood before it; None at the first."""
        return reading.read_step_before(self.connection, session)

    def exchanges(self, head: int, start: int, stop: int) -> list[Exchange]:
        """Exchanges `start` to `stop` of those from the first to `head`; what lies before `start` is not read."""
        return reading.read_exchanges(self.connection, head, start, stop)

    def answers(self, question: int) -> list[Exchange]:
        """All answers to one question, the oldest first."""
        return reading.read_answers(self.connection, question)

    def summaries(self, limit: int | None = None) -> list[SessionSummary]:
        """The last active first."""
        return reading.read_summaries(self.connection, limit)

    def summary(self, session: int) -> SessionSummary:
        """Raises SessionNotFound."""
        return reading.read_summary(self.connection, session)

    def older_than(self, at: float) -> list[SessionSummary]:
        """Those that have not been active since `at`."""
        return reading.read_older(self.connection, at)

    def last_active(self) -> int | None:
        found = self.connection.execute("SELECT id FROM sessions ORDER BY active DESC, id DESC LIMIT 1").fetchone()
        return found[0] if found else None

    def named(self, name: str) -> int | None:
        found = self.connection.execute(
            "SELECT id FROM sessions WHERE name = CAST(? AS TEXT) COLLATE NOCASE", (bound(name),)
        )
        return next((session for (session,) in found.fetchall()), None)

    def find(self, wanted: str) -> int:
        """The session that is meant by a number, a name or the beginning of a title. Raises SessionNotFound."""
        return find_session(self.connection, wanted)

    def search(self, words: str, limit: int = 50) -> list[SearchHit]:
        """The messages in which all the words are, the best first."""
        return search_messages(self.connection, words, limit)

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
