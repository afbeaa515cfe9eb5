"""Asks several models the same question at once. Each takes a turn of its own, and their answers are siblings.

Tools are not offered: nobody could tell which of the models is asked about. All is one step for undo.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from chatbot_cli.chat.asked_at_once import BudgetOfOne, Gate, JournalOfOne
from chatbot_cli.chat.asking import limits_of
from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.compare_events import AnswerFailed, OfAnswer
from chatbot_cli.chat.compared import MOST_AT_ONCE, Compared, rank
from chatbot_cli.chat.document_events import PassagesFound, Searching
from chatbot_cli.chat.events import TurnEvent, WindowSlid
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.state import State, Step
from chatbot_cli.chat.taking_turns import Turns
from chatbot_cli.chat.turn import Turn, new_turn, retried_turn
from chatbot_cli.chat.window import select
from chatbot_cli.errors import ChatError, MessageTooLong, UsageError
from chatbot_cli.text.short import shorten

if TYPE_CHECKING:
    from chatbot_cli.chat.conversation import Conversation

LABEL = 40  # characters of a question in the name of the step


def compare(
    conversation: "Conversation",
    setups: Sequence[Setup],
    text: str | None = None,
    attached: tuple[Attachment, ...] | None = None,
) -> AsyncGenerator[TurnEvent, None]:
    """Ask several a text at once, or the last question again, and yield the events. Raises ChatError.

    What fails is an event, and does not stop the others. The question is kept before any of them is asked; all that has
    come is kept, also if the iterator is closed. Their answers are `conversation.compared` then, as they are shown; the
    best is the reply. For `attached` see `Conversation.take_turn`. No tools are offered.
    """
    return Comparison(conversation, setups).take(text, attached)


class _One:
    """One of those that answer: its turn, and what came of it."""

    def __init__(self, number: int, setup: Setup) -> None:
        self.number, self.setup = number, setup
        self.kept: State | None = None
        self.error: ChatError | None = None

    def keep(self, step: Step, state: State) -> None:
        self.kept = state

    @property
    def compared(self) -> Compared:
        return Compared(self.setup, self.kept.exchanges[-1] if self.kept else None, self.error)


class Comparison:
    """One question of a conversation to several models at once."""

    def __init__(self, conversation: "Conversation", setups: Sequence[Setup]) -> None:
        self._conversation, self._turns = conversation, conversation.turns
        self._all = [_One(number, setup) for number, setup in enumerate(setups)]
        self._gate, self._queue = Gate(len(setups), conversation.turns.budget), asyncio.Queue[OfAnswer | None]()

    async def take(self, text: str | None, attached: tuple[Attachment, ...] | None) -> AsyncGenerator[TurnEvent, None]:
        """As `compare`."""
        conversation, setups = self._conversation, tuple(one.setup for one in self._all)
        async with conversation.one_turn_at_a_time:
            check_comparable(conversation.state, setups)
            self._state = _at_their_servers(conversation.state, setups)
            turn = compared_turn(self._state, text, conversation.attached if attached is None else attached)
            if turn.attached:
                from chatbot_cli.chat.attaching import check_attached  # imported here: most messages have no files

                for setup in setups:
                    check_attached(turn.attached, setup)
            conversation.answering, before = setups, conversation.exchanges
            try:
                async with aclosing(self._found(turn)) as events:
                    async for event in events:
                        yield event
            finally:
                conversation.answering, conversation.compared = (), tuple(one.compared for one in self._all)
                if text is not None and attached is None and conversation.exchanges is not before:
                    conversation.attached = ()

    async def _found(self, turn: Turn) -> AsyncGenerator[TurnEvent, None]:
        """Search documents once, for all, and ask."""
        setup = self._state.setup
        if self._turns.searches_for(turn, setup):
            yield Searching(setup.documents)
        if (found := await self._turns.found_for(turn, setup)) is not None:
            turn = turn.with_sources(found.passages)
            yield PassagesFound(found)
        async with aclosing(self._answers(turn)) as events:
            async for event in events:
                yield event

    async def _answers(self, turn: Turn) -> AsyncGenerator[OfAnswer, None]:
        tasks = [asyncio.create_task(self._ask(one, turn)) for one in self._all]
        try:
            await self._gate.all_there()
            await self._begin()
            awaited = len(tasks)
            while awaited:
                if (event := await self._queue.get()) is None:
                    awaited -= 1
                else:
                    yield event
            for task in tasks:
                task.result()  # what nobody has foreseen is raised
        finally:
            # Each keeps what has come of it, also when all are stopped.
            for task in tasks:
                task.cancel()
            try:
                await asyncio.gather(*tasks, return_exceptions=True)
            finally:
                self._end(turn)

    async def _begin(self) -> None:
        """Keep the question, check what all may cost, and let them be asked. Raises ChatError."""
        gate = self._gate
        if gate.asked:
            answers = await self._turns.journal.asked_at_once(gate.asked)
            gate.open(answers, await gate.whole.check_at_once(gate.requests, self._turns.journal))

    async def _ask(self, one: _One, turn: Turn) -> None:
        """Let one of them take its turn, and put its events into the queue; None at the end."""
        journal = JournalOfOne(one.number, self._gate, self._turns.journal, self._state.setup)
        budget = BudgetOfOne(one.number, self._gate, self._turns.journal)
        turns = Turns(journal, self._turns.clock, self._turns.steps)
        turns.budget = budget
        own, state = _of(turn, one.setup), replace(self._state, setup=one.setup)
        try:
            async with aclosing(turns.take(own, state, one.keep, remembers=True)) as events:
                async for event in events:
                    if not self._is_known(event, turn):
                        self._queue.put_nowait(OfAnswer(one.number, event))
        except ChatError as error:
            one.error = error
            self._queue.put_nowait(OfAnswer(one.number, AnswerFailed(error)))
        finally:
            self._gate.leave(one.number)
            self._queue.put_nowait(None)

    def _is_known(self, event: TurnEvent, turn: Turn) -> bool:
        """Whether an event tells that as many exchanges are left out as by the model of the conversation."""
        if not isinstance(event, WindowSlid):
            return False
        setup = self._state.setup
        with suppress(MessageTooLong):
            own = select(turn.context(setup), limits_of(setup), setup.count)
            return event.window.left_out <= own.left_out
        return False

    def _end(self, turn: Turn) -> None:
        """Make the best of what came the reply."""
        setup = self._learned()
        if not (came := [one for one in self._all if one.kept]) or self._gate.answers is None:
            return
        best = min(came, key=lambda one: rank(one.compared))
        self._gate.answers.chosen(best.number, setup)
        if best.kept:
            exchanges = turn.kept_after.exchanges.followed_by(best.kept.exchanges[-1])
            after = replace(turn.kept_after, setup=setup, exchanges=exchanges)
            self._conversation.go_on(Step(turn.label, replace(self._state, setup=setup)), after)

    def _learned(self) -> Setup:
        """The setup of the conversation with what the servers have taught."""
        setup = whole = self._state.setup
        for one in self._all:
            learned = one.kept.setup if one.kept else one.setup
            asked = replace(whole, model=one.setup.model).having_learned_of(whole)
            asked = replace(
                asked,
                learned_tokens=learned.learned_tokens,
                count_factor=learned.count_factor,
                learned_level=learned.learned_level,
                takes_tools=learned.takes_tools,
            )
            whole = replace(asked, model=setup.model).having_learned_of(asked)
        return whole


def _at_their_servers(state: State, setups: Sequence[Setup]) -> State:
    """The state of a conversation that goes to the servers of all; of a new one, to its own later, too."""
    setup = state.setup if state.exchanges else state.setup.at_its_server()
    been_at = setup.been_at.union(*(one.at_its_server().been_at for one in setups))
    return replace(state, setup=replace(setup, been_at=been_at))


def _of(turn: Turn, setup: Setup) -> Turn:
    """A turn as one of several takes it."""
    sent_after, kept_after = (replace(state, setup=setup) for state in (turn.sent_after, turn.kept_after))
    return replace(turn, sent_after=sent_after, kept_after=kept_after)


def compared_turn(state: State, text: str | None, attached: tuple[Attachment, ...]) -> Turn:
    """The turn in which all are asked a text, or the last question again; with the name that it has for undo."""
    turn = retried_turn(state) if text is None else new_turn(state, text, None, attached)
    return replace(turn, label=f"the comparison of “{shorten(turn.question, LABEL)}”")


def check_comparable(state: State, setups: Sequence[Setup]) -> None:
    """Raise UsageError if so many cannot be asked, NewServer if one of them is where the conversation may not go."""
    if not 2 <= len(setups) <= MOST_AT_ONCE:
        raise UsageError(f"From 2 to {MOST_AT_ONCE} models can be compared, not {len(setups)}.")
    for stays_here in not_allowed(state, setups):
        raise stays_here


def not_allowed(state: State, setups: Sequence[Setup]) -> Iterator[ChatError]:
    """Why something may not go to one of their servers."""
    for setup in setups:
        if stays_here := replace(state, setup=setup).new_server:
            yield stays_here
