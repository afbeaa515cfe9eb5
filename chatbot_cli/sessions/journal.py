"""Saves one conversation in the database while it goes on."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TypeVar

from chatbot_cli.chat.answer_ports import Answers
from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.growing_text import GrowingText
from chatbot_cli.chat.journal import Asked, Calling, Replied, spent_with
from chatbot_cli.chat.marks import Marks
from chatbot_cli.chat.messages import Exchange, Key
from chatbot_cli.chat.rounds import ToolResult
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.state import State, Step
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.chat.usage_sums import PaidBeside
from chatbot_cli.errors import ChatError, SessionError
from chatbot_cli.sessions.answers_at_once import AnswersAtOnce
from chatbot_cli.sessions.damage import naming
from chatbot_cli.sessions.draft_to_save import DraftToSave
from chatbot_cli.sessions.message_keys import MessageKeys
from chatbot_cli.sessions.outbox import Operation, Outbox
from chatbot_cli.sessions.reading import SavedStep, read_answers, read_spent, read_step_before
from chatbot_cli.sessions.records import StepRecord
from chatbot_cli.sessions.reply_in_progress import ReplyInProgress
from chatbot_cli.sessions.setup_json import setup_as_json
from chatbot_cli.sessions.store import Store
from chatbot_cli.sessions.summary_usage import save_usage_beside
from chatbot_cli.sessions.titles import title_of
from chatbot_cli.sessions.token_counts import save_token_counts

T = TypeVar("T")


class SessionJournal:
    """A Journal that writes into the database. It makes the conversation, `number`, with the first question or draft.

    What cannot be written stays in `outbox`, and is written with the next message. `keys` are the chat's, `now` is in
    seconds since 1970, `revive` makes a State of a saved step. `on_begin` is called with the conversation's number when
    it is made, `on_leave` when the journal is closed, `save_again` when it was removed elsewhere.
    """

    def __init__(
        self,
        outbox: Outbox,
        keys: MessageKeys,
        *,
        now: Callable[[], float],
        revive: Callable[[SavedStep], State],
        on_begin: Callable[[int], object],
        on_leave: Callable[["SessionJournal"], object],
        save_again: Callable[["SessionJournal", State, Store], object],
        session: int | None = None,
        name: str = "",
    ) -> None:
        self._outbox, self._keys = outbox, keys
        self._now, self._revive = now, revive
        self._on_begin, self._on_leave, self._save_again = on_begin, on_leave, save_again
        self._reply: ReplyInProgress | None = None
        self._draft = DraftToSave(outbox, self._save_draft)
        self._first_step: Operation | None = None
        self._spent: float | None = None  # as far as it is known without the database
        self.name, self.number = name, session
        self.is_lost = False  # whether the file is gone that holds the conversation under its number
        self.state_to_save: State | None = None  # all exchanges, while a question is being saved

    @property
    def session(self) -> int | None:
        return None if self.is_lost else self.number

    @property
    def saving(self) -> bool:
        return not self._outbox

    @property
    def problem(self) -> ChatError | None:
        return self._outbox.problem

    @property
    def spent(self) -> float | None:
        if self.number is not None and not self._outbox:
            with suppress(SessionError):
                saved = self._read(lambda store: read_spent(store.connection, self._number()))
                self._spent = saved if self._spent is None else max(self._spent, saved or 0.0)
        return self._spent

    def take_notices(self) -> Sequence[str]:
        notices, self._outbox.notices = self._outbox.notices, []
        return notices

    async def asked(self, asked: Asked) -> None:
        await self._asked(asked)

    async def asked_at_once(self, each: Mapping[int, Asked]) -> Answers:
        return AnswersAtOnce(await self._asked(next(iter(each.values()))), each, self._begin_reply, self._end)

    async def _asked(self, asked: Asked) -> ReplyInProgress:
        self._reply, self._draft.text, self.state_to_save = None, asked.text, asked.kept_after
        try:
            self._outbox.empty()  # first: a conversation whose file is gone is saved once more, up to this question
        finally:
            self.state_to_save = None
        if self._outbox.is_stuck:
            self._outbox.put_alone(lambda store: self._save_again(self, asked.kept_after, store))
        question = asked.replaces.key[0] if asked.replaces and asked.replaces.key else self._keys.new()
        self._reply = reply = ReplyInProgress(asked, question, self._outbox, self._keys, self._number, self._now)
        self._outbox.put(lambda store: self._ask(store, reply))
        await self._outbox.wait()
        return reply

    def arrived(self, reply: GrowingText, thoughts: Thoughts | None = None) -> None:
        if self._reply is not None:
            self._begin_reply(self._reply).arrived(reply, thoughts)

    def calling(self, calling: Calling) -> None:
        if self._reply is not None:
            self._begin_reply(self._reply).calling(calling)

    async def until_kept(self) -> None:
        await self._outbox.wait()

    def called(self, number: int, result: ToolResult) -> None:
        if self._reply is not None:
            self._reply.called(number, result)

    def replied(self, replied: Replied) -> Key | None:
        return None if self._reply is None else self._end(self._reply, replied)

    def _end(self, reply: ReplyInProgress, replied: Replied) -> Key:
        self._spent, self._reply = spent_with(replied.used, self._spent), None
        return self._begin_reply(reply).end(replied)

    def begins_with(self, label: str, state: State) -> None:
        """Keep a step as soon as there is another one after it: where nothing is said, nothing has changed."""
        self._first_step = lambda store: self._add_step(store, label, state)

    def changed(self, label: str, state: State) -> None:
        self._add(lambda store: self._add_step(store, label, state))

    def noted(self, marks: Marks) -> None:
        self._add(lambda store: store.note(self._number(), marks))

    def paid(self, used: TokensUsed, model: str, what: PaidBeside = PaidBeside.SUMMARY) -> None:
        self._spent = spent_with(used, self._spent)
        self._add(lambda store: save_usage_beside(store.connection, self._number(), what, used, model, self._now()))

    def earlier_step(self) -> Step | None:
        if self.number is None:
            return None
        self._add()
        row = self._read(lambda store: read_step_before(store.connection, self._number()))
        return Step(row[0], self._revive(row[1])) if row else None

    def undone(self) -> None:
        self._add(lambda store: store.step_back(self._number(), self._now()))

    def answers(self, exchange: Exchange) -> Sequence[Exchange]:
        answers: list[Exchange] = []
        if exchange.key:
            question = exchange.key[0]
            with suppress(SessionError):
                answers = self._read(lambda store: read_answers(store.connection, self._keys.row(question)))
        return [self._keys.keyed(answer) for answer in answers] or [exchange]

    def draft(self, text: str, setup: Setup) -> None:
        if self._reply is not None and not self._reply.begun:  # the question is not answered yet: it is a draft, too
            text = f"{self._reply.asked.text}\n{text}".rstrip()
        if text == self._draft.text or not (text.strip() or self.number is not None or self._outbox):
            return
        self._draft.put(text, setup)

    def close(self) -> None:
        if self.number is not None:
            self._outbox.put(lambda store: store.discard_if_empty(self._number()))
        self._outbox.wait_at_the_end()
        self._outbox.stop()
        self._on_leave(self)

    def moved(self, session: int, notice: str) -> None:
        """Note that the conversation has another number now, and why."""
        self.number, self.is_lost = session, False
        self._outbox.notices.append(notice)

    def has_nothing_to_write(self) -> None:
        """Forget what waits: the whole conversation has been saved in another way."""
        self._outbox.clear()

    def _number(self) -> int:
        """The number of the conversation. Raises IntegrityError if it was never made."""
        if self.number is None:
            raise sqlite3.IntegrityError("it has been removed")
        return self.number

    def _begin_reply(self, reply: ReplyInProgress) -> ReplyInProgress:
        if not reply.begun:
            self._add()
            self._reply, self._draft.text = reply, "" if reply.takes_step else self._draft.text  # as in the database
        return reply

    def _made(self, store: Store, text: str, setup: Setup) -> int:
        """The number of the conversation, which is made if there is none. `text` is the question, or a part of it."""
        if self.number is not None:
            return self.number
        return store.begin(title_of(text), setup_as_json(setup), self._now(), name=self.name)

    def _is_saved(self, session: int) -> None:
        """Note the number of the conversation, after the transaction that made it."""
        if self.number is None:
            self.number = session
            self._on_begin(session)

    def _save_draft(self, store: Store, text: str, setup: Setup) -> None:
        with store.transaction():
            session = self._made(store, text, setup)
            store.set_draft(session, text)
        self._is_saved(session)

    def _ask(self, store: Store, reply: ReplyInProgress) -> None:
        """Save a question, in one transaction with the conversation if it is the first."""
        asked = reply.asked
        again = self._keys.row(reply.question) if asked.replaces and asked.replaces.key else None
        with store.transaction():
            session = self._made(store, asked.text, asked.kept_after.setup)
            parent, files = self._keys.head(asked.kept_after), asked.attached
            title = title_of(asked.text) if parent is None else ""
            row = store.ask(session, parent, asked.text, self._now(), question=again, title=title, attached=files)
            save_token_counts(store.connection, asked.counted, self._keys.row)
        self._is_saved(session)
        self._keys.settle(reply.question, row)

    def _add(self, *operations: Operation) -> None:
        first, self._first_step = self._first_step, None
        if self.number is not None or self._outbox:  # else there is no conversation yet
            for operation in filter(None, (first, *operations)):
                self._outbox.put(operation)

    def _add_step(self, store: Store, label: str, state: State) -> None:
        saved = (self._keys.head(state), state.trimmed, setup_as_json(state.setup), self._now(), state.marks)
        store.add_step(self._number(), StepRecord(label, *saved))

    def _read(self, read: Callable[[Store], T]) -> T:
        """What `read` reads from the database, when all is written. Raises SessionError."""

        def named(store: Store) -> T:
            with naming(store.connection, self.number):
                return read(store)

        return self._outbox.read(named)
