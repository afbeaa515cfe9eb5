"""The journals of a running chat and the database that they write to, also when its file is moved or removed."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import NamedTuple

from chatbot_cli.chat.state import State
from chatbot_cli.errors import ChatError, SessionDamaged, SessionNotFound
from chatbot_cli.sessions.chat_database import NO_PATIENCE, ChatDatabase
from chatbot_cli.sessions.journal import SessionJournal
from chatbot_cli.sessions.message_keys import MessageKeys
from chatbot_cli.sessions.moving import insert_whole, read_whole, whole_of_state
from chatbot_cli.sessions.outbox import PATIENCE, Failure, Outbox
from chatbot_cli.sessions.reading import SavedStep
from chatbot_cli.sessions.session_lock import SessionLocks
from chatbot_cli.sessions.store import Store
from chatbot_cli.system.transactions import writing

MOVED = (
    "The file of the saved conversations was moved, removed or replaced. All of this conversation is saved"
    " in the file that is there now, as number {session}."
)
SAVED_AGAIN = "This conversation was removed elsewhere. All of it is saved once more, as number {session}."


class _Copy(NamedTuple):
    """A conversation in another file: its number there, and the row of each message by its key."""

    session: int
    rows: Mapping[int, int]
    from_memory: bool = False


class OpenChats:
    """Makes journals. Before one writes, the open file is compared with the path.

    If another file is there, or none, the conversations that are open are saved in it from the beginning, with all that
    can be undone. `now` returns seconds since 1970. A lock is a problem after `patience` seconds.
    """

    def __init__(
        self,
        database: ChatDatabase,
        keys: MessageKeys,
        locks: SessionLocks,
        now: Callable[[], float],
        patience: float,
    ) -> None:
        self._patience = patience
        self._database = database
        self._keys = keys
        self._locks = locks
        self._now = now
        self._journals: list[SessionJournal] = []

    def journal(
        self,
        explain: Callable[[Failure], ChatError],
        revive: Callable[[SavedStep], State],
        session: int | None,
        name: str,
    ) -> SessionJournal:
        """A journal of the conversation with this number, or of a new one with this name."""
        journal = SessionJournal(
            Outbox(lambda: self.store(NO_PATIENCE), explain, self._patience),
            self._keys,
            now=self._now,
            revive=revive,
            on_begin=self._locks.take,
            on_leave=self._leave,
            save_again=self._save_again,
            session=session,
            name=name,
        )
        self._journals.append(journal)
        return journal

    def store(self, patience: float = PATIENCE) -> Store:
        """The database that is at the path now. Raises SessionError."""
        if self._database.was_replaced():
            self._move()
        return self._database.store(patience)

    def for_a_command(self) -> AbstractContextManager[sqlite3.Connection]:
        """The database for what the user asks for. Raises SessionError."""
        self.store()
        return self._database.patient()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _leave(self, journal: SessionJournal) -> None:
        if journal in self._journals:
            self._journals.remove(journal)
        if journal.number is not None:
            self._locks.release(journal.number)

    def _move(self) -> None:
        """Save the open conversations in the file that is at the path now. Raises SessionError."""
        moving = [journal for journal in self._journals if journal.number is not None]
        for journal in moving:
            journal.is_lost = True  # until it is saved
        with self._database.replacing() as (old, new), writing(new.connection):
            copies = [self._copy(journal, old, new) for journal in moving]
        self._keys.start_over({key: row for copy in copies for key, row in copy.rows.items()})
        for journal, copy in zip(moving, copies, strict=True):
            if copy.from_memory:
                journal.has_nothing_to_write()
            self._renumber(journal, copy.session, MOVED)

    def _copy(self, journal: SessionJournal, old: Store, new: Store) -> _Copy:
        """Copy a conversation from the old file, or from memory if that is damaged."""
        try:
            whole = read_whole(old.connection, journal.number or 0)
        except (sqlite3.Error, SessionNotFound, SessionDamaged):
            if journal.state_to_save is None:  # it is known when the next question is saved
                raise
            return self._insert(journal, journal.state_to_save, new)
        session, rows = insert_whole(new.connection, whole)
        return _Copy(session, self._keys.moved(rows))

    def _save_again(self, journal: SessionJournal, state: State, store: Store) -> None:
        """Save a conversation from memory whose rows are gone."""
        copy = self._insert(journal, state, store)
        self._keys.start_over(copy.rows)
        self._renumber(journal, copy.session, SAVED_AGAIN)

    def _insert(self, journal: SessionJournal, state: State, store: Store) -> _Copy:
        session, ids = insert_whole(store.connection, whole_of_state(state, self._now(), journal.name))
        pairs = zip(*[iter(ids.values())] * 2, strict=True)  # question and reply, as in the state
        rows: dict[int, int] = {}
        for exchange, pair in zip(state.exchanges, pairs, strict=True):
            rows.update(zip(exchange.key or (), pair, strict=False))
        return _Copy(session, rows, from_memory=True)

    def _renumber(self, journal: SessionJournal, session: int, sentence: str) -> None:
        if journal.number is not None:
            self._locks.release(journal.number)
        self._locks.take(session)
        journal.moved(session, sentence.format(session=session))
