"""The saved conversations as a chat reads them that saves nothing: it only shows what it would send."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from chatbot_cli.chat.ports import Journal
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.errors import SessionNotFound
from chatbot_cli.sessions.database.opening import DATABASE
from chatbot_cli.sessions.database.reading_only import open_to_read
from chatbot_cli.sessions.reading import read_spent
from chatbot_cli.sessions.resuming import ResumableSessions


class UntouchedSessions(ResumableSessions):
    """As ResumableSessions. No file is made or changed, and no conversation is kept from other terminals."""

    def named(self, name: str) -> int | None:
        """The number of the conversation with this name; None if there is none."""
        try:
            return super().named(name)
        except SessionNotFound:
            return None

    def _take(self, session: int) -> bool:
        return True

    def _journal(self, session: int | None, name: str = "") -> Journal:
        if session is None:
            return Unsaved()
        with self._reading() as connection:
            return Unsaved(session=session, spent=read_spent(connection, session))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if not (self._folder / DATABASE).exists():
            raise SessionNotFound("There are no saved conversations yet.", "chat begins one.")
        with self._explained(), closing(open_to_read(self._folder)) as connection:
            yield connection
