"""One conversation: its transcript, what can be undone, and its turns."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from chatbot_cli.chat.asking import context_of, limits_of
from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.budget import Budget
from chatbot_cli.chat.context import Context, ContextStep
from chatbot_cli.chat.documents import Documents
from chatbot_cli.chat.events import TurnEvent
from chatbot_cli.chat.falling_back import FallingBack
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.marks import Marks
from chatbot_cli.chat.messages import Request, question_message
from chatbot_cli.chat.passages import Retrieved
from chatbot_cli.chat.ports import Journal, Opened
from chatbot_cli.chat.sent_tools import telling_of
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.shape import Shape
from chatbot_cli.chat.shaping import demanding
from chatbot_cli.chat.state import State, Step
from chatbot_cli.chat.summaries import Due
from chatbot_cli.chat.taking_turns import Turns
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.chat.turn import Turn, continued_turn, new_turn, retried_turn
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.chat.window import Window, select

if TYPE_CHECKING:
    from chatbot_cli.chat.compared import Compared


class Conversation:
    """A conversation with one model and one persona at a time.

    Every change replaces the frozen state and remembers the one before it: undo goes back to that, and two
    conversations share nothing. A state is replaced between turns, never in the middle of one. The journal learns of
    every change first. `steps` may change the context of each turn. `tools` are those that the model may call. It
    answers from those of the `documents` that its setup names. What is `attached` goes with the next message.
    """

    def __init__(
        self,
        setup: Setup,
        clock: Callable[[], float] = time.monotonic,
        journal: Journal | None = None,
        steps: Sequence[ContextStep] = (),
        tools: Tools | None = None,
        documents: Documents | None = None,
    ) -> None:
        self._state, self._journal = State(setup), journal or Unsaved()
        self._undoable: list[Step] = []
        self.turns, self._remembers = Turns(self._journal, clock, steps, None, tools, documents), True
        self.tools, self.documents = tools, documents
        self.attached: tuple[Attachment, ...] = ()  # to the next message
        self.answering: tuple[Setup, ...] = ()  # those that are asked at once now
        self.compared: tuple[Compared, ...] = ()  # the answers of the last comparison, as they were shown
        self.forked_from: int | None = None  # the number of the conversation that it was forked from
        self.folding: Due | None = None  # the summary that is being made
        self.one_turn_at_a_time = asyncio.Lock()

    @property
    def setup(self) -> Setup:
        """Who answers, and within which limits."""
        return self._state.setup

    @property
    def state(self) -> State:
        """The state now. It is frozen: a change replaces it."""
        return self._state

    @property
    def journal(self) -> Journal:
        """The journal that keeps the conversation."""
        return self._journal

    @property
    def budget(self) -> Budget:
        """What may be spent since the conversation was begun or opened."""
        return self.turns.budget

    @property
    def falling_back(self) -> FallingBack:
        """Who answers in place of a model that cannot, and which could not a moment ago."""
        return self.turns.falling_back

    @property
    def exchanges(self) -> Transcript:
        """The whole transcript since the last reset, oldest first."""
        return self._state.exchanges

    @property
    def limits(self) -> Limits:
        """The window's limits with this setup."""
        return limits_of(self.setup)

    def window(self, text: str | None = None) -> Window:
        """The window of the next request, with `text` as the new message if given. Raises MessageTooLong."""
        return select(self.context(text), self.limits, self.setup.count)

    def context(self, text: str | None = None) -> Context:
        """All that the next request may hold, with `text` as the new message if given."""
        new = () if text is None else (question_message(text, self.attached),)
        offered = self.tools.offered(self.setup) if self.tools else ()
        return demanding(telling_of(context_of(self._state, self.setup, new), offered, self.setup), self.setup)

    @property
    def last_counts(self) -> tuple[int, int] | None:
        """The tokens of this model's last request as we counted them, and as its server did; None if it did not say."""
        return self.turns.last_counts(self.setup.model)

    def take_turn(
        self,
        text: str,
        after_exchange: int | None = None,
        attached: tuple[Attachment, ...] | None = None,
        shape: Shape | None = None,
    ) -> AsyncGenerator[TurnEvent, None]:
        """Send `text` and yield the events of the turn. The exchange is kept when the iterator ends or is closed.

        Without `attached`, it goes with what is attached to the next message, which is attached no longer once the
        exchange is kept.

        With `after_exchange`, the message follows that many exchanges, and the later ones are set aside. If `text`
        repeats the last question in its place, or its reply was cut off, the new reply replaces that one. With a
        `shape`, the reply is to be this data; else that of the setup, if it has one.

        Close the iterator (`contextlib.aclosing`) to stop the reply: its text so far is kept, marked as stopped. The
        next turn waits until the iterator is closed. Raises ChatError. A reply that had begun is kept, marked as cut
        off; otherwise the transcript is unchanged.
        """

        def begin() -> Turn:
            files = self.attached if attached is None else attached
            self._check(files)
            return replace(new_turn(self._state, text, after_exchange, files), shape=shape)

        return self._take(begin, empties=attached is None)

    def retry(self) -> AsyncGenerator[TurnEvent, None]:
        """Ask the last question again and replace its answer. As `take_turn`; raises UsageError if there is none."""
        return self._take(lambda: retried_turn(self._state))

    def continue_reply(self) -> AsyncGenerator[TurnEvent, None]:
        """Ask for the rest of the last answer and join it. As `take_turn`; raises UsageError if there is none."""
        return self._take(lambda: continued_turn(self._state))

    async def next_request(self, text: str | None, found_is: Callable[[Retrieved], None] | None = None) -> Request:
        """What `take_turn` would send for a text, or `continue_reply` for None. Nothing is sent or kept.

        `found_is` is told what is found in documents, if any are searched. Raises ChatError.
        """
        if stays_here := self._state.new_server:
            raise stays_here
        turn = continued_turn(self._state) if text is None else new_turn(self._state, text, None, self.attached)
        if found := await self.turns.found_for(turn, self.setup):
            turn = turn.with_sources(found.passages)
            if found_is:
                found_is(found)
        return await self.turns.next_request(turn.context(self.setup), self.setup)

    def allow_its_server(self) -> None:
        """Let the conversation go to the model's server, though it has not been there: the user has said so."""
        if (setup := self.setup.at_its_server()) is not self.setup:
            self._state = replace(self._state, setup=setup)

    def change(self, label: str, state: State) -> None:
        """Go to `state`; `label` names the step for `undo`. Nothing happens if it is the state already."""
        if state.is_same_as(self._state):
            return
        self._journal.changed(label, state)
        self.go_on(Step(label, self._state), state)

    def change_setup(self, label: str, setup: Setup) -> None:
        """Go on with another setup."""
        self.change(label, replace(self._state, setup=setup))

    def note(self, marks: Marks) -> None:
        """Go on with other marks, as a part of the last step."""
        self._journal.noted(marks)
        self._state = replace(self._state, marks=marks)

    def undo(self) -> str | None:
        """Take back the last step and return its label; None when there is none. Raises ChatError."""
        step = self._undoable.pop() if self._undoable else self._journal.earlier_step()
        if step is None:
            return None
        self._state = step.before
        self._journal.undone()
        return step.label

    def leave_lost(self) -> Sequence[str]:
        """Answer no more from collections that are not there any more; a sentence if there are such."""
        self._state, notices = self.documents.left_of(self._state) if self.documents else (self._state, ())
        return notices

    def attach(self, attachments: Sequence[Attachment]) -> None:
        """Let these go with the next message, too. Raises AttachmentRefused if it cannot have them; then none does."""
        together = (*self.attached, *attachments)
        self._check(together)
        self.attached = together

    def forget_replies(self) -> None:
        """Keep no text of a reply in memory: for a program that asks once. The journal keeps it as ever."""
        self._remembers = False

    def go_to(self, opened: Opened) -> None:
        """Go on with another conversation, and leave this one as it is."""
        self._journal.close()
        self._state, self._journal, self._undoable = opened.state, opened.journal, []
        clock, steps = self.turns.clock, self.turns.steps
        self.turns = Turns(opened.journal, clock, steps, opened.state, self.tools, self.documents)
        self.forked_from = opened.about.forked_from

    async def _take(self, begin: Callable[[], Turn], *, empties: bool = False) -> AsyncGenerator[TurnEvent, None]:
        async with self.one_turn_at_a_time:
            if stays_here := self._state.new_server:
                raise stays_here
            self.allow_its_server()
            keep = self._go_on_without_files if empties else self.go_on
            taken = self.turns.take(begin(), self._state, keep, remembers=self._remembers)
            async with aclosing(taken) as events:
                async for event in events:
                    yield event

    def go_on(self, step: Step, state: State) -> None:
        """Go on in a state, which the journal keeps already."""
        self._undoable.append(step)
        self._state = state

    def _check(self, files: tuple[Attachment, ...]) -> None:
        if files:
            from chatbot_cli.chat.attaching import check_attached  # imported here: most messages have no files

            check_attached(files, self.setup)

    def _go_on_without_files(self, step: Step, state: State) -> None:
        self.go_on(step, state)
        self.attached = ()
