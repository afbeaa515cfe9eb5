"""Saves one conversation in the database while it goes on."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chatbot_cli.chat.journal import Asked, Replied
from chatbot_cli.chat.messages import Exchange, Key
from chatbot_cli.chat.rounds import ToolCall, ToolResult
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.state import State, Step
from chatbot_cli.errors import ChatError
from chatbot_cli.sessions.database.opening import writing
from chatbot_cli.sessions.reading import SavedStep, read_answers, read_step_before
from chatbot_cli.sessions.records import ReplyRecord
from chatbot_cli.sessions.setup_json import setup_as_json
from chatbot_cli.sessions.store import Store
from chatbot_cli.sessions.titles import title_of

SAVE_INTERVAL = 0.5  # seconds between two writes of a reply that is still streaming

Failure = sqlite3.Error | OSError


@dataclass(slots=True)
class _Reply:
    """A reply that is being saved. `question` and `row` are numbers of messages; the first words make the row."""

    asked: Asked
    question: int
    pieces: list[str] = field(default_factory=list)
    row: int | None = None
    rounds_saved: int = 0
    timer: asyncio.TimerHandle | None = None

    @property
    def text(self) -> str:
        return "".join(self.pieces)


class SessionJournal:
    """A Journal that writes into the database. It makes the conversation, `session`, with the first question or draft.

    `now` returns seconds since 1970. `revive` turns a saved step into a State, `explain` a failure into our error.
    `on_begin` and `on_leave` are called with the conversation's number when it is made and when the journal is closed.
    """

    def __init__(
        self,
        store: Store,
        *,
        now: Callable[[], float],
        revive: Callable[[SavedStep], State],
        explain: Callable[[Failure], ChatError],
        on_begin: Callable[[int], object],
        on_leave: Callable[[int], object],
        session: int | None = None,
        name: str = "",
    ) -> None:
        self._store = store
        self._now = now
        self._revive = revive
        self._explain = explain
        self._on_begin = on_begin
        self._on_leave = on_leave
        self._name = name
        self._reply: _Reply | None = None
        self._draft = ""
        self.session = session
        self.problem: ChatError | None = None

    @property
    def saving(self) -> bool:
        return self.problem is None

    def asked(self, asked: Asked) -> None:
        self._reply = None
        self._attempt(lambda: self._ask(asked))

    def arrived(self, piece: str) -> None:
        reply = self._reply
        if reply is None:
            return
        reply.pieces.append(piece)
        if reply.row is None:
            self._attempt(lambda: self._save(reply))
        elif reply.timer is None:
            reply.timer = asyncio.get_running_loop().call_later(SAVE_INTERVAL, self._save_on_time, reply)

    def calling(self, calls: Sequence[ToolCall], text: str = "", reasoning: str = "") -> None:
        if (reply := self._reply) is not None:
            self._attempt(lambda: self._begin_round(reply, calls, text, reasoning))

    def called(self, results: Sequence[ToolResult]) -> None:
        if (reply := self._reply) is not None and (row := reply.row) is not None:
            self._attempt(lambda: self._store.end_round(row, reply.rounds_saved - 1, results))

    def replied(self, replied: Replied) -> Key | None:
        reply, self._reply = self._reply, None
        if reply is None:
            return None
        if reply.timer is not None:
            reply.timer.cancel()
        self._attempt(lambda: self._end(reply, replied))
        return None if reply.row is None or self.problem else (reply.question, reply.row)

    def changed(self, label: str, state: State) -> None:
        if self.session is not None:
            session = self.session
            head, setup = _head(state), setup_as_json(state.setup)
            self._attempt(lambda: self._store.add_step(session, label, head, state.trimmed, setup, self._now()))

    def earlier_step(self) -> Step | None:
        if self.session is None or self.problem:
            return None
        try:
            row = read_step_before(self._store.connection, self.session)
        except (sqlite3.Error, OSError) as error:
            raise self._explain(error) from error
        return None if row is None else Step(row[0], self._revive(row[1]))

    def undone(self) -> None:
        if self.session is not None:
            session = self.session
            self._attempt(lambda: self._store.step_back(session, self._now()))

    def answers(self, exchange: Exchange) -> Sequence[Exchange]:
        answers: list[Exchange] = []
        if exchange.key:
            question = exchange.key[0]
            self._attempt(lambda: answers.extend(read_answers(self._store.connection, question)))
        return answers or [exchange]

    def draft(self, text: str, setup: Setup) -> None:
        if (
            self._reply is not None and self._reply.row is None
        ):  # the question is not answered yet, and belongs to the draft
            text = f"{self._reply.asked.text}\n{text}".rstrip()
        if text != self._draft and (text.strip() or self.session is not None):
            self._draft = text
            self._attempt(lambda: self._store.set_draft(self._begin(text, setup), text))

    def close(self) -> None:
        if self.session is not None:
            session = self.session
            self._attempt(lambda: self._store.discard_if_empty(session))
            self._on_leave(session)

    def _begin(self, text: str, setup: Setup) -> int:
        """The number of the conversation, which is made if there is none. `text` is the question, or a part of it."""
        if self.session is None:
            self.session = self._store.begin(title_of(text), setup_as_json(setup), self._now(), name=self._name)
            self._on_begin(self.session)
        return self.session

    def _ask(self, asked: Asked) -> None:
        """Save a question, in one transaction with the conversation if it is the first."""
        again = asked.replaces.key[0] if asked.replaces and asked.replaces.key else None
        with writing(self._store.connection):
            session = self._begin(asked.text, asked.kept_after.setup)
            parent = _head(asked.kept_after)
            title = title_of(asked.text) if parent is None else ""
            question = self._store.ask(
                session, parent, asked.text, self._now(), question=again, title=title, attached=asked.attached
            )
        self._draft = asked.text
        self._reply = _Reply(asked, question)

    def _save(self, reply: _Reply) -> None:
        """Save the text of the reply so far."""
        if reply.row is None:
            asked, setup = reply.asked, reply.asked.kept_after.setup
            reply.row = self._store.begin_reply(
                self._begin(asked.text, setup),
                reply.question,
                reply.text,
                self._now(),
                label=asked.label,
                trimmed=asked.kept_after.trimmed,
                setup=setup_as_json(setup),
                model=setup.model.name,
                persona=setup.persona,
                rounds=asked.rounds,
            )
            reply.rounds_saved = len(asked.rounds)
            self._draft = ""
        else:
            self._store.grow_reply(reply.row, reply.text)

    def _begin_round(self, reply: _Reply, calls: Sequence[ToolCall], text: str, reasoning: str) -> None:
        """Save calls that are about to run, as a new round of the reply."""
        self._save(reply)
        if reply.row is not None:
            self._store.begin_round(reply.row, reply.rounds_saved, calls, text, reasoning)
            reply.rounds_saved += 1

    def _save_on_time(self, reply: _Reply) -> None:
        reply.timer = None
        self._attempt(lambda: self._save(reply))

    def _end(self, reply: _Reply, replied: Replied) -> None:
        """Save the whole reply with its ending and its figures."""
        if reply.row is None:
            self._save(reply)
        setup, used = reply.asked.kept_after.setup, replied.used
        record = ReplyRecord(
            replied.ending,
            replied.reason,
            setup.model.name,
            setup.persona,
            replied.seconds,
            used.sent if used else None,
            used.reply if used else None,
            used.cost if used else None,
            replied.rounds,
        )
        if reply.row is not None:
            self._store.end_reply(reply.row, replied.text, record, self._now(), reply.rounds_saved)

    def _attempt(self, action: Callable[[], object]) -> None:
        """Do what needs the database, unless it failed before. If it fails now, the conversation goes on unsaved."""
        if self.problem is not None:
            return
        try:
            action()
        except (sqlite3.Error, OSError) as error:
            self.problem = self._explain(error)


def _head(state: State) -> int | None:
    """The number of the last reply; None at the beginning, and if the reply was not saved."""
    if not state.exchanges:
        return None
    key = state.exchanges[-1].key
    return key[1] if key else None
