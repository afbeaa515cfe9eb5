"""The saved conversations as a chat sees them: listed, searched, opened, forked."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from chatbot_cli.chat.journal import Journal, Opened, SearchHit, SessionSummary
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.state import State
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.errors import ChatError, SessionError, SessionNotFound
from chatbot_cli.sessions.database.opening import as_session_error, open_database
from chatbot_cli.sessions.exporting.formats import export
from chatbot_cli.sessions.journal import Failure, SessionJournal
from chatbot_cli.sessions.session_lock import SessionLocks
from chatbot_cli.sessions.setup_json import setup_as_json
from chatbot_cli.sessions.store import SavedStep, Store
from chatbot_cli.sessions.titles import given_title

Revive = Callable[[Mapping[str, object]], Setup]  # a saved setup -> one that can answer


class SavedSessions:
    """The Archive in a folder. Whatever fails in the database is raised as SessionError.

    `revive` makes a setup of a saved one, and `notice` says in a sentence what has changed since, if something has.
    """

    def __init__(
        self,
        folder: Path,
        revive: Revive,
        notice: Callable[[Setup], str] = lambda setup: "",
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._revive = revive
        self._notice = notice
        self._now = now
        self.store = Store(open_database(folder))
        self.locks = SessionLocks(folder)

    def begin(self, name: str = "") -> Journal:
        """A journal for a conversation that is new."""
        return self._journal(None, name)

    def sessions(self) -> Sequence[SessionSummary]:
        with self._explained():
            return self.store.summaries()

    def search(self, words: str) -> Sequence[SearchHit]:
        with self._explained():
            return self.store.search(words)

    def find(self, wanted: str) -> SessionSummary:
        with self._explained():
            return self.store.summary(self.store.find(wanted))

    def last(self) -> int:
        """The number of the conversation that was active last. Raises SessionNotFound."""
        with self._explained():
            session = self.store.last_active()
        if session is None:
            raise SessionNotFound("There are no saved conversations yet.", "chat begins one.")
        return session

    def named(self, name: str) -> int | None:
        """The number of the conversation of this name, if there is one."""
        with self._explained():
            return self.store.named(name)

    def open(self, session: int, said: Mapping[str, object] = MappingProxyType({})) -> Opened:
        """As the port has it; `said` is what the command line says instead of the saved setup, by name."""
        with self._explained():
            about, step = self.store.summary(session), self.store.current(session)
            state = self._state(replace(step, setup={**step.setup, **said}))
            notices = tuple(filter(None, [self._notice(state.setup)]))
            if self.locks.take(session):
                return Opened(about, state, self._journal(session), self.store.draft(session), notices)
            taken = f"“{about.title}” is open in another terminal: this is a fork of it."
            if not state.exchanges:
                return Opened(about, state, self._journal(None), notices=(taken, *notices))
            return replace(self.fork(state, self._journal(session)), notices=(taken, *notices))

    def fork(self, chat: State, journal: Journal) -> Opened:
        with self._explained():
            head = chat.exchanges[-1].key if chat.exchanges else None
            if journal.session is None or head is None:
                raise SessionNotFound("There is nothing to fork yet.", "Say something first.")
            title = self.store.summary(journal.session).title
            setup = setup_as_json(chat.setup)
            number = self.store.fork(journal.session, _fork_of(title), head[1], chat.trimmed, setup, self._now())
            self.locks.take(number)
            return Opened(self.store.summary(number), chat, self._journal(number))

    def summary(self, session: int) -> SessionSummary:
        with self._explained():
            return self.store.summary(session)

    def rename(self, session: int, title: str) -> None:
        with self._explained():
            self.store.rename(session, given_title(title))

    def export(self, session: int, form: str) -> str:
        with self._explained():
            return export(self.store.record(session), form)

    def close(self) -> None:
        """Close the database. No journal of it can be used any more."""
        self.store.close()
        self.locks.close()

    def _journal(self, session: int | None, name: str = "") -> SessionJournal:
        return SessionJournal(
            self.store,
            now=self._now,
            revive=self._state,
            explain=self._explain,
            begun=self.locks.take,
            left=self.locks.release,
            session=session,
            name=name,
        )

    def _state(self, step: SavedStep) -> State:
        """The state that a saved step stands for; its exchanges are read when they are needed."""
        if step.head is None:
            return State(self._revive(step.setup))
        heads = {step.depth: step.head}  # the replies that are known by now, by the exchanges up to each

        def read(start: int, stop: int) -> Sequence[Exchange]:
            nearest = min(depth for depth in heads if depth >= stop)  # so that nothing is searched for from the end
            with self._explained():
                found = self.store.exchanges(heads[nearest], start, stop)
            if len(found) != stop - start:
                raise SessionError("A part of this conversation has been removed.", "Go on in another one: /sessions")
            if found and found[0].key:
                heads[start + 1] = found[0].key[1]
            return found

        return State(self._revive(step.setup), Transcript((), step.depth, read), step.trimmed)

    def _explain(self, error: Failure) -> ChatError:
        return as_session_error(error, self._folder)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise as_session_error(error, self._folder) from error


def _fork_of(title: str) -> str:
    return title if title.endswith(" (fork)") else f"{title} (fork)"
