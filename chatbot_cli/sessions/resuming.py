"""The saved conversations as a chat uses them: it also begins, opens and forks them."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.ports import Journal, Opened
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.state import State
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.errors import SessionError, SessionNotFound
from chatbot_cli.hints import action, unmarked
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.chat_database import ChatDatabase
from chatbot_cli.sessions.damage import naming
from chatbot_cli.sessions.database.failures import CHAT_TRIES_AGAIN, as_session_error
from chatbot_cli.sessions.database.reading_only import open_to_read_after
from chatbot_cli.sessions.journal import SessionJournal
from chatbot_cli.sessions.message_keys import MessageKeys
from chatbot_cli.sessions.open_chats import OpenChats
from chatbot_cli.sessions.outbox import PATIENCE
from chatbot_cli.sessions.reading import SavedStep, read_current, read_draft, read_exchanges
from chatbot_cli.sessions.records import StepRecord
from chatbot_cli.sessions.setup_json import setup_as_json, with_overrides
from chatbot_cli.sessions.store import Store
from chatbot_cli.sessions.summaries import read_last_active, read_named, read_summary

BY_FLAGS = "the settings of the command line"
Revive = Callable[[Mapping[str, object]], Setup]  # a saved setup -> one that can answer


class ResumableSessions(SavedSessions):
    """The Archive of a chat. It makes the database if there is none, and keeps it open until `close`.

    `revive` makes a setup of a saved one. `notice` returns a sentence that tells what has changed since the setup was
    saved, or an empty one. `now` returns seconds since 1970. A lock is a problem after `patience` seconds.
    """

    def __init__(
        self,
        folder: Path,
        revive: Revive,
        notice: Callable[[Setup], str] = lambda setup: "",
        *,
        now: Callable[[], float] = time.time,
        patience: float = PATIENCE,
    ) -> None:
        super().__init__(folder, now=now)
        self._revive = revive
        self._notice = notice
        self._keys = MessageKeys()
        self._hindrance: SessionError | None = None
        self._open_chats = OpenChats(ChatDatabase(folder), self._keys, self._locks, now, patience)

    @property
    def store(self) -> Store:
        """The open database; the first access opens it. Raises SessionError."""
        return self._open_chats.store()

    def begin(self, name: str = "") -> Journal:
        """A journal for a new conversation, which is saved from its first question on."""
        return self._journal(None, name)

    def last(self) -> int:
        """The number of the conversation that was active last. Raises SessionNotFound."""
        with self._reading() as connection:
            session = read_last_active(connection, self._now())
        if session is None:
            raise SessionNotFound("There are no saved conversations yet.", "chat begins one.")
        return session

    def named(self, name: str) -> int | None:
        """The number of the conversation with this name; None if there is none."""
        with self._reading() as connection:
            return read_named(connection, name)

    def open(self, session: int, overrides: Mapping[str, object] = MappingProxyType({})) -> Opened:
        """As in Archive. `overrides` replace fields of the saved setup; they have the names of `setup_as_json`.

        They are saved with the first reply or change.
        """
        with self._reading() as connection, naming(connection, session):
            about, step = read_summary(connection, session), read_current(connection, session)
            state = self._state(replace(step, setup=with_overrides(step.setup, overrides)), session)
            if state.exchanges:
                for number in (-1, *state.marks.pinned):
                    state.exchanges[number]  # what the window reaches is read now: damage is told before going there
            notices = tuple(filter(None, [self._notice(state.setup), str(self._hindrance or "")]))
            if self._take(session):
                journal = self._journal(session)
                if overrides and isinstance(journal, SessionJournal):
                    journal.begins_with(BY_FLAGS, state)
                return Opened(about, state, journal, read_draft(connection, session), notices)
            taken = f"“{unmarked(about.title)}” is open in another terminal: this is a fork of it."
            if not state.exchanges:
                return Opened(about, state, self._journal(None), notices=(taken, *notices))
            return replace(self.fork(state, Unsaved(session=session)), notices=(taken, *notices))

    def fork(self, state: State, journal: Journal) -> Opened:
        """As in Archive."""
        with self._database() as connection:
            head = state.exchanges[-1].key if state.exchanges else None
            if journal.session is None or head is None:
                raise SessionNotFound("There is nothing to fork yet.", "Say something first.")
            title = read_summary(connection, journal.session).title
            saved = (self._keys.row(head[1]), state.trimmed, setup_as_json(state.setup), self._now(), state.marks)
            number = self.store.fork(journal.session, _fork_of(title), StepRecord("fork", *saved))
            self._locks.take(number)
            return Opened(read_summary(connection, number), state, self._journal(number))

    def close(self) -> None:
        """Close the database. No journal of it can be used any more."""
        self._open_chats.close()
        self._locks.close()

    def _take(self, session: int) -> bool:
        """Keep other terminals from writing to a conversation. False if one of them does so already."""
        return self._locks.take(session)

    def _journal(self, session: int | None, name: str = "") -> Journal:
        return self._open_chats.journal(
            lambda error: as_session_error(error, self._folder, CHAT_TRIES_AGAIN),
            lambda step: self._state(step, session),
            session,
            name,
        )

    def _state(self, step: SavedStep, session: int | None) -> State:
        """The state of the conversation at a saved step. Its exchanges are read when they are needed."""
        if step.head is None:
            return State(self._revive(step.setup))
        heads = {step.depth: self._keys.key(step.head)}  # number of exchanges -> the last of these, as far as known

        def read(start: int, stop: int) -> Sequence[Exchange]:
            nearest = min(depth for depth in heads if depth >= stop)  # so that no search begins at the far end
            with self._reading() as connection, naming(connection, session):
                saved = read_exchanges(connection, self._keys.row(heads[nearest]), start, stop)
            exchanges = [self._keys.keyed(exchange) for exchange in saved]
            if len(exchanges) != stop - start:
                hint = f"Go on in another one: {action('list_sessions')}"
                raise SessionError("A part of this conversation has been removed.", hint)
            if exchanges and exchanges[0].key:
                heads[start + 1] = exchanges[0].key[1]
            return exchanges

        return State(self._revive(step.setup), Transcript((), step.depth, read), step.trimmed, step.marks)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """As in SavedSessions. `_hindrance` is why the database cannot be written."""
        with self._explained(), ExitStack() as stack:
            try:
                connection = stack.enter_context(self._open_chats.for_a_command())
                self._hindrance = None
            except SessionError as error:
                connection = stack.enter_context(closing(open_to_read_after(error, self._folder)))
                self._hindrance = error
            yield connection

    @contextmanager
    def _database(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        """The database, which is open already and stays so."""
        with self._explained(), self._open_chats.for_a_command() as connection:
            yield connection


def _fork_of(title: str) -> str:
    return title if title.endswith(" (fork)") else f"{title} (fork)"
