"""Reads and changes the saved conversations from outside of any chat, for the subcommand `chat sessions`."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, get_args

from chatbot_cli.chat.journal import SessionSummary
from chatbot_cli.sessions.database.opening import as_session_error, open_database, writing
from chatbot_cli.sessions.exporting.formats import export
from chatbot_cli.sessions.journal import Failure
from chatbot_cli.sessions.records import SessionRecord
from chatbot_cli.sessions.session_lock import SessionLocks
from chatbot_cli.sessions.store import Store

Result = TypeVar("Result")
FAILURES: tuple[type[Failure], ...] = get_args(Failure)


class SessionShelf:
    """The saved conversations in a folder. Each call opens the database anew; what fails there is a SessionError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ask(self, question: Callable[[Store], Result], *, create: bool = False) -> Result:
        """What the store answers. Raises SessionNotFound where nothing is saved yet, unless it may `create` a file."""
        try:
            with closing(open_database(self._folder, create=create)) as connection:
                return question(Store(connection))
        except FAILURES as error:
            raise as_session_error(error, self._folder) from error

    def find(self, wanted: str) -> SessionSummary:
        """The conversation of this number, name or title. Raises SessionNotFound."""
        return self.ask(lambda store: store.summary(store.find(wanted)))

    def export(self, session: int, form: str) -> str:
        """A conversation as text, in one of the FORMATS."""
        return export(self.ask(lambda store: store.record(session)), form)

    def insert(self, records: Sequence[SessionRecord], at: float) -> list[SessionSummary]:
        """Keep conversations that come from elsewhere, all or none; they may not say where a key is sent."""

        def insert_all(store: Store) -> list[SessionSummary]:
            with writing(store.connection):
                harmless = (replace(record, setup={**record.setup, "base_url": ""}) for record in records)
                return [store.summary(store.insert(record, at)) for record in harmless]

        return self.ask(insert_all, create=True) if records else []

    def remove(
        self, wanted: Sequence[SessionSummary], before: float | None = None
    ) -> tuple[list[SessionSummary], list[SessionSummary]]:
        """Remove conversations; return those that are gone, and those that stay because they are open elsewhere.

        With `before`, in seconds since 1970, one that has been active since then stays as well.
        """
        locks = SessionLocks(self._folder)
        free = [summary for summary in wanted if locks.take(summary.id)]
        still_open = [summary for summary in wanted if summary not in free]

        def remove_free(store: Store) -> list[SessionSummary]:
            old = None if before is None else {summary.id for summary in store.older_than(before)}
            gone = [summary for summary in free if old is None or summary.id in old]
            store.remove([summary.id for summary in gone])
            return gone

        try:
            return self.ask(remove_free) if free else [], still_open
        finally:
            for summary in free:
                locks.release(summary.id)
