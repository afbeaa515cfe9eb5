"""One conversation: its transcript, what can be undone, and the turn."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from chatbot_cli.chat.events import (
    Finished,
    ModelEvent,
    ReplyEnded,
    RequestBuilt,
    TextDelta,
    TokensUsed,
    TurnEvent,
    WindowSlid,
)
from chatbot_cli.chat.journal import Asked, Journal, Opened, Replied, Unsaved
from chatbot_cli.chat.messages import Ending, Exchange, Message, Request
from chatbot_cli.chat.ports import Setup
from chatbot_cli.chat.state import State, Step
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.chat.window import Limits, Window, select, surely_fits
from chatbot_cli.errors import EmptyReply, ProviderError, ReplyCut

RETRY_HINT = "Asking again may help."


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
        return Limits(setup.max_turns, tokens, setup.max_reply_tokens)

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

    def take_turn(self, text: str) -> AsyncGenerator[TurnEvent, None]:
        """Send `text` and yield what happens; the exchange is kept when the iterator ends or is closed.

        Close the iterator (`contextlib.aclosing`) to stop the reply: what came is kept, marked as stopped. Until it is
        closed the next turn waits. Raises ChatError; if the reply had begun it is kept, marked as cut, else the
        transcript is as it was.
        """
        return self._take_turn(text)

    def retry(self) -> AsyncGenerator[TurnEvent, None]:
        """Ask the last question again, in place of its answer. As `take_turn`; the transcript must not be empty."""
        return self._take_turn(None)

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

    async def _take_turn(self, text: str | None) -> AsyncGenerator[TurnEvent, None]:
        """A turn with a new message, or without one the last turn again."""
        async with self._turn:
            what, base, again = "exchange", self._state, None
            if text is None:
                again, base = self.exchanges[-1], self._without_last()
                what, text = "new answer to", again.user
            window = await self._window_for(text, base)
            what = f"the {what} “{_short(text)}”"
            self._journal.asked(Asked(text, what, base, again))
            yield RequestBuilt(window)
            if window.left_out and not self._left_out:
                yield WindowSlid(window)
            self._left_out = window.left_out
            reply = _Reply(self._clock())
            try:
                async with aclosing(self._stream(window)) as events:
                    async for event in events:
                        reply.note(event)
                        if isinstance(event, TextDelta):
                            self._journal.arrived(event.text)
                        yield event
                reply.check()
            except ProviderError as error:
                if not (reply.finished and reply.text):
                    reply.ending, reply.reason = Ending.LOST, str(error)
                    raise
                # The reply is whole; only what comes after it, the server's count of tokens, was lost.
            finally:
                # Also when the turn is cancelled or its reader leaves: what came is kept. Nothing here may await.
                seconds = self._clock() - reply.started
                if reply.text:
                    replied = Replied(reply.text, reply.ending, seconds, reply.used, reply.reason)
                    exchange = Exchange(text, reply.text, reply.ending, self._journal.replied(replied))
                    kept = base.exchanges.followed_by(exchange)
                    self._go_on(what, replace(self._state, exchanges=kept, trimmed=base.trimmed))
            yield ReplyEnded(reply.ending, seconds, reply.used)

    def _go_on(self, what: str, state: State) -> None:
        self._steps.append(Step(what, self._state))
        self._state = state

    def _stream(self, window: Window) -> AsyncGenerator[ModelEvent, None]:
        setup = self.setup
        return setup.model.chat.stream(Request(window.messages, setup.temperature, setup.max_reply_tokens))

    async def _window_for(self, text: str, base: State) -> Window:
        new, sendable, counter = Message("user", text), base.exchanges[base.trimmed :], self.setup.model.counter
        if not counter.exact and not surely_fits(self.head, sendable, new, self.limits):
            await counter.ready()
        return select(self.head, sendable, new, self.limits, counter.count)

    def _without_last(self) -> State:
        kept = self.exchanges[:-1]
        return replace(self._state, exchanges=kept, trimmed=min(self._state.trimmed, len(kept)))


@dataclass(slots=True)
class _Reply:
    """A reply as it comes in."""

    started: float
    pieces: list[str] = field(default_factory=list)
    ending: Ending = Ending.STOPPED
    finished: bool = False
    reason: str = ""
    used: TokensUsed | None = None

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def note(self, event: ModelEvent) -> None:
        match event:
            case TextDelta(text):
                self.pieces.append(text)
            case Finished(ending):
                self.ending, self.finished = ending, True
            case TokensUsed():
                self.used = event

    def check(self) -> None:
        """Called at the end of the stream: a reply without an end is cut, and one without text is no reply."""
        if not self.finished:
            raise ReplyCut("The reply was cut off: the connection ended before the model had finished.", RETRY_HINT)
        if not self.text:
            raise EmptyReply("The model sent an empty reply.", "Ask again, or raise --max-reply-tokens.")


def _short(text: str, width: int = 40) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"
