"""The saved conversations in a folder: list, search, rename, export, import and remove them."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from chatbot_cli.chat.journal import SearchHit, SessionSummary
from chatbot_cli.chat.ports import Exported
from chatbot_cli.chat.usage_sums import UsageReport
from chatbot_cli.errors import SessionError
from chatbot_cli.sessions.damage import naming
from chatbot_cli.sessions.database.opening import as_session_error, open_database
from chatbot_cli.sessions.database.reading_only import open_to_read_after
from chatbot_cli.sessions.exporting.formats import exported
from chatbot_cli.sessions.exporting.visible_text import writable
from chatbot_cli.sessions.finding import find_session
from chatbot_cli.sessions.imported_replies import mark_as_imported
from chatbot_cli.sessions.records import SessionRecord
from chatbot_cli.sessions.removal import remove_sessions
from chatbot_cli.sessions.searching import search_messages
from chatbot_cli.sessions.session_lock import SessionLocks
from chatbot_cli.sessions.store import Store
from chatbot_cli.sessions.summaries import read_older, read_summaries, read_summary
from chatbot_cli.sessions.titles import given_title
from chatbot_cli.sessions.transfer import insert_record, read_record
from chatbot_cli.sessions.usage import read_usage
from chatbot_cli.system.transactions import writing
from chatbot_cli.text.safe import safe_in_file


class SavedSessions:
    """The one way to the saved conversations, inside a chat and outside of it.

    Each call opens the database and closes it again. Where nothing is saved yet, SessionNotFound is raised, and no file
    is made except by `insert`. Any failure of the database or the disk is raised as SessionError. `now` returns seconds
    since 1970.
    """

    def __init__(self, folder: Path, *, now: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._now = now
        self._locks = SessionLocks(folder)

    def sessions(self, limit: int | None = None) -> Sequence[SessionSummary]:
        """All conversations, or the first `limit` of them; the last active first."""
        with self._reading() as connection:
            return read_summaries(connection, self._now(), limit)

    def older_than(self, at: float) -> Sequence[SessionSummary]:
        """The conversations that have not been active since `at`, in seconds since 1970; the last active first."""
        with self._reading() as connection:
            return read_older(connection, at)

    def search(self, words: str, limit: int = 50) -> Sequence[SearchHit]:
        """At most `limit` messages that contain all the words, the best first."""
        with self._reading() as connection:
            return search_messages(connection, words, limit)

    def find(self, wanted: str) -> SessionSummary:
        """The conversation with this number, name or title, or beginning of a title. Raises SessionNotFound."""
        with self._reading() as connection:
            return read_summary(connection, find_session(connection, wanted))

    def summary(self, session: int) -> SessionSummary:
        """The conversation with this number. Raises SessionNotFound."""
        with self._reading() as connection:
            return read_summary(connection, session)

    def record(self, session: int) -> SessionRecord:
        """The whole conversation with all its branches. Raises SessionNotFound, or SessionDamaged."""
        with self._reading() as connection, naming(connection, session):
            return read_record(connection, session)

    def export(self, session: int, form: str, raw: bool = False) -> Exported:
        """The conversation in one of the FORMATS. Raises SessionNotFound; SessionError for another format."""
        return exported(self.record(session), form, writable if raw else safe_in_file)

    def usage(self, session: int | None = None) -> UsageReport:
        """What all replies took; those of the conversation `session` by themselves, too."""
        with self._reading() as connection:
            return read_usage(connection, session, self._now())

    def rename(self, session: int, title: str) -> None:
        """Give the conversation another title, shortened if it is too long. Raises SessionNotFound."""
        with self._database() as connection:
            Store(connection).rename(session, given_title(title))

    def insert(self, records: Iterable[SessionRecord], at: float) -> Sequence[SessionSummary]:
        """Save conversations that come from elsewhere, all or none, one by one; `at` is now, in seconds since 1970.

        Their base URLs are dropped: a file from elsewhere must not decide where a key is sent. What their replies cost
        is in no sum: it was not paid here.
        """
        with self._database(create=True) as connection, writing(connection):
            harmless = (replace(record, setup={**record.setup, "base_url": ""}) for record in records)
            return [_inserted(connection, record, at) for record in harmless]

    def remove(
        self, wanted: Sequence[SessionSummary], active_before: float | None = None
    ) -> tuple[Sequence[SessionSummary], Sequence[SessionSummary]]:
        """Remove conversations for good. Returns those that were removed, and those that stay because they are open.

        With `active_before`, in seconds since 1970, a conversation that has been active since then stays as well.
        """
        free = [summary for summary in wanted if self._locks.take(summary.id)]
        still_open = [summary for summary in wanted if summary not in free]
        try:
            return self._remove(free, active_before) if free else [], still_open
        finally:
            for summary in free:
                self._locks.release(summary.id)

    def _remove(self, free: Sequence[SessionSummary], active_before: float | None) -> Sequence[SessionSummary]:
        with self._database() as connection:
            if active_before is not None:
                old = {summary.id for summary in read_older(connection, active_before)}
                free = [summary for summary in free if summary.id in old]
            remove_sessions(connection, [summary.id for summary in free])
            return free

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """The database for a call that only reads: also one on a full disk, or one that cannot be written."""
        with self._explained(), closing(self._opened_to_read()) as connection:
            yield connection

    def _opened_to_read(self) -> sqlite3.Connection:
        try:
            return open_database(self._folder, create=False)
        except SessionError as error:
            return open_to_read_after(error, self._folder)

    @contextmanager
    def _database(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        """The database for one call; if it fails, it is closed before the failure is explained."""
        with self._explained(), closing(open_database(self._folder, create=create)) as connection:
            yield connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise as_session_error(error, self._folder) from error


def _inserted(connection: sqlite3.Connection, record: SessionRecord, at: float) -> SessionSummary:
    session = insert_record(connection, record, at)
    mark_as_imported(connection, session)
    return read_summary(connection, session)
