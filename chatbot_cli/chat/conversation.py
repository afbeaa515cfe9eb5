"""One conversation: its transcript, what can be undone, and the turn."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import replace

from chatbot_cli.chat.events import (
    ModelEvent,
    ReasoningDelta,
    ReplyEnded,
    RequestBuilt,
    TextDelta,
    TurnEvent,
    WindowShrunk,
    WindowSlid,
)
from chatbot_cli.chat.journal import Asked, Journal, Opened, Replied, Unsaved
from chatbot_cli.chat.messages import Exchange, Message, Request
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.state import State, Step
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.chat.turn import ReplySoFar, Turn, continued_turn, new_turn, retried_turn
from chatbot_cli.chat.window import Limits, Window, half_of, least_for, select, surely_fits
from chatbot_cli.errors import ContextTooLong, EmptyReply, MessageTooLong, ProviderError


class Conversation:
    """A conversation with one model, as one persona, at a time.

    Every change replaces the frozen state and remembers the one before it, so that undoing is going back and two
    conversations can share nothing. All that happens is told to the journal first.
    """

    def __init__(
        self, setup: Setup, clock: Callable[[], float] = time.monotonic, journal: Journal | None = None
    ) -> None:
        self._state = State(setup)
        self._journal = journal or Unsaved()
        self._steps: list[Step] = []
        self._clock = clock
        self._left_out = 0
        self._turn = asyncio.Lock()

    @property
    def setup(self) -> Setup:
        """Who answers, and within which limits."""
        return self._state.setup

    @property
    def state(self) -> State:
        """The state now; it never changes, a later one takes its place."""
        return self._state

    @property
    def journal(self) -> Journal:
        """Where the conversation is kept."""
        return self._journal

    @property
    def exchanges(self) -> Transcript:
        """The whole transcript since the last reset, oldest first."""
        return self._state.exchanges

    @property
    def limits(self) -> Limits:
        """The window's limits with this setup."""
        setup = self.setup
        tokens = setup.model.context_tokens if setup.max_context_tokens is None else setup.max_context_tokens
        return Limits(setup.max_turns, tokens, setup.options.max_reply_tokens)

    @property
    def head(self) -> tuple[Message, ...]:
        """What opens every request: the system message, then the examples."""
        prompt = self.setup.system_prompt
        system = (Message("system", prompt),) if prompt else ()
        return (*system, *(message for example in self.setup.examples for message in example.messages))

    def window(self, text: str | None = None) -> Window:
        """What the next request holds, with `text` as the new message if given. Raises MessageTooLong."""
        new = None if text is None else Message("user", text)
        sendable = self._state.exchanges[self._state.trimmed :]
        return select(self.head, sendable, new, self.limits, self.setup.model.counter.count)

    def take_turn(self, text: str, behind: int | None = None) -> AsyncGenerator[TurnEvent, None]:
        """Send `text` and yield what happens; the exchange is kept when the iterator ends or is closed.

        With `behind` it goes behind the first so many exchanges, and those after them are set aside.

        Close the iterator (`contextlib.aclosing`) to stop the reply: what came is kept, marked as stopped. Until it is
        closed the next turn waits. Raises ChatError; if the reply had begun it is kept, marked as cut, else the
        transcript is as it was.
        """
        return self._take(lambda: new_turn(self._state, text, behind))

    def retry(self) -> AsyncGenerator[TurnEvent, None]:
        """Ask the last question again, in place of its answer. As `take_turn`; the transcript must not be empty."""
        return self._take(lambda: retried_turn(self._state))

    def continue_reply(self) -> AsyncGenerator[TurnEvent, None]:
        """Ask for the rest of the last answer, and join it. As `take_turn`; the transcript must not be empty."""
        return self._take(lambda: continued_turn(self._state))

    def change(self, what: str, state: State) -> None:
        """Go to `state`; `what` names the step for `undo`."""
        self._journal.changed(what, state)
        self._go_on(what, state)

    def change_setup(self, what: str, setup: Setup) -> None:
        """Go on with another setup."""
        self.change(what, replace(self._state, setup=setup))

    def undo(self) -> str | None:
        """Take back the last step and return what it was; None when there is none. Raises ChatError."""
        step = self._steps.pop() if self._steps else self._journal.earlier_step()
        if step is None:
            return None
        self._state = step.before
        self._journal.undone()
        return step.what

    def go_to(self, opened: Opened) -> None:
        """Go on with another conversation, and leave this one as it is."""
        self._journal.close()
        self._state, self._journal, self._steps, self._left_out = opened.state, opened.journal, [], 0

    async def _take(self, begin: Callable[[], Turn]) -> AsyncGenerator[TurnEvent, None]:
        async with self._turn:
            turn = begin()
            window = await self._window_for(turn)
            self._journal.asked(Asked(turn.question, turn.what, turn.base, turn.again))
            yield RequestBuilt(window)
            if window.left_out and not self._left_out:
                yield WindowSlid(window)
            self._left_out = window.left_out
            reply = ReplySoFar(self._clock(), turn.begun)
            try:
                async with aclosing(self._stream(window, turn)) as events:
                    async for event in events:
                        if isinstance(event, WindowShrunk):
                            base = replace(turn.base, setup=self.setup)  # what was learned is kept with the reply
                            self._journal.asked(Asked(turn.question, turn.what, base, turn.again))
                        else:
                            reply.note(event)
                        if news := reply.take_unsaved():
                            self._journal.arrived(news)
                        yield event
                reply.check()
            except ProviderError as error:
                if not (reply.finished and reply.says_something):
                    reply.broke_off(error)
                    raise
                # The reply is whole; only what comes after it, the server's count of tokens, was lost.
            finally:
                # Also when the turn is cancelled or its reader leaves: what came is kept. Nothing here may await.
                seconds = self._clock() - reply.started
                if reply.says_something:
                    self._keep(turn, reply, seconds)
            yield ReplyEnded(reply.ending, seconds, reply.used)

    def _keep(self, turn: Turn, reply: ReplySoFar, seconds: float) -> None:
        text = turn.begun + reply.text
        key = self._journal.replied(Replied(text, reply.ending, seconds, reply.used, reply.reason))
        exchange = Exchange(turn.question, text, reply.ending, key, reply.reason)
        kept = turn.base.exchanges.followed_by(exchange)
        self._go_on(turn.what, replace(self._state, exchanges=kept, trimmed=turn.base.trimmed))

    def _go_on(self, what: str, state: State) -> None:
        self._steps.append(Step(what, self._state))
        self._state = state

    async def _stream(self, window: Window, turn: Turn) -> AsyncGenerator[ModelEvent | WindowShrunk, None]:
        """What the model says. If the server cannot hold so much, it is asked once more, with fewer exchanges."""
        begun = False
        try:
            async with aclosing(self._send(window)) as events:
                async for event in events:
                    begun = begun or isinstance(event, TextDelta | ReasoningDelta)
                    yield event
            return
        except (ContextTooLong, EmptyReply) as error:
            smaller = None if begun else self._smaller(window, turn, error)
            if smaller is None:
                raise
        self._state = replace(self._state, setup=replace(self.setup, max_context_tokens=smaller.limits.tokens))
        self._left_out = smaller.left_out
        yield WindowShrunk(smaller, window)
        async with aclosing(self._send(smaller)) as events:
            async for event in events:
                yield event

    def _send(self, window: Window) -> AsyncGenerator[ModelEvent, None]:
        setup = self.setup
        return setup.model.stream(Request(window.messages, setup.options))

    def _smaller(self, window: Window, turn: Turn, error: ContextTooLong | EmptyReply) -> Window | None:
        """The window for what the server can hold; None when there is nothing to leave out."""
        if isinstance(error, EmptyReply) and not error.maybe_too_long:
            return None
        sendable, new = turn.context.exchanges[turn.context.trimmed :], Message("user", turn.sends)
        named = getattr(error, "limit", None)
        # Where the server has named its limit, what needs more than that is not worth another try.
        least = None if named else least_for(self.head, new, window.limits, self._count)
        for tokens in (named, half_of(window), least):
            limits = replace(window.limits, tokens=tokens) if tokens else None
            with suppress(MessageTooLong):
                if (
                    limits
                    and (found := select(self.head, sendable, new, limits, self._count)).left_out > window.left_out
                ):
                    return found
        return None

    async def _window_for(self, turn: Turn) -> Window:
        state, counter = turn.context, self.setup.model.counter
        new, sendable = Message("user", turn.sends), state.exchanges[state.trimmed :]
        if not counter.exact and not surely_fits(self.head, sendable, new, self.limits):
            await counter.ready()
        return select(self.head, sendable, new, self.limits, self._count)

    def _count(self, message: Message) -> int:
        return self.setup.model.counter.count(message)
