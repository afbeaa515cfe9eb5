"""Takes the turns of a conversation: asks the model, tells the journal, and makes an exchange of what came."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

from chatbot_cli.chat.asking import context_of, request_for
from chatbot_cli.chat.budget import Budget
from chatbot_cli.chat.context import Context, ContextStep
from chatbot_cli.chat.events import AskedAgain, ReplyEnded, RequestBuilt, TurnEvent, WindowShrunk
from chatbot_cli.chat.growing_text import ForgottenText, GrowingText, PassingText
from chatbot_cli.chat.journal import Replied
from chatbot_cli.chat.learning import Counts
from chatbot_cli.chat.messages import Exchange, Request
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.news import News
from chatbot_cli.chat.ports import Journal
from chatbot_cli.chat.reply_so_far import ReplySoFar
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.shaping import ask_in_shape, demanding
from chatbot_cli.chat.state import State, Step
from chatbot_cli.chat.turn import Turn, asked, with_learned
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.errors import CostLimitReached, InvalidReply

Keep = Callable[[Step, State], None]  # is given the step that a turn was, and the state after it


class Turns:
    """The turns of one conversation, one at a time.

    From turn to turn it remembers what was told and counted, and what may be spent.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Callable[[], float],
        steps: Sequence[ContextStep] = (),
        resumed: State | None = None,
    ) -> None:
        """`resumed` is the state in which a saved conversation goes on."""
        self._journal, self._clock, self._steps = journal, clock, tuple(steps)
        self._news, self.budget = News(resumed), Budget()
        self._counts: Counts | None = None
        self._last_counts: tuple[Model, int, int] | None = None

    def last_counts(self, model: Model) -> tuple[int, int] | None:
        """The tokens of the last request as we counted them, and as its server did.

        None if it did not say, or if another model than `model` was asked.
        """
        asked_model, counted, said = self._last_counts or (None, 0, 0)
        return (counted, said) if asked_model is model else None

    async def next_request(self, context: Context, setup: Setup) -> Request:
        """What a turn would send first. Raises MessageTooLong."""
        return await request_for(demanding(context, setup), setup, self._steps, setup.demand)

    async def take(self, turn: Turn, state: State, keep: Keep, *, remembers: bool) -> AsyncGenerator[TurnEvent, None]:
        """Take a turn in `state`, and yield its events. Raises ChatError.

        When the iterator ends or is closed, `keep` is called, unless the reply says nothing. Without `remembers`, the
        exchange that is kept has no reply; the journal has it.
        """
        setup = replace(state.setup, shape=turn.shape or state.setup.shape)
        reply, started = ReplySoFar(self._text_of(turn, setup, remembers), counts=self._counts), self._clock()
        try:
            context = context_of(turn.sent_after, setup, (turn.message,))
            async with aclosing(ask_in_shape(context, setup, reply, self._steps)) as events:
                async for event in events:
                    if isinstance(event, RequestBuilt | WindowShrunk | AskedAgain):
                        await self._before_it_is_sent(event, turn, reply, setup)
                        counted = event.window.tokens
                    if reply.take_news():
                        self._journal.arrived(reply.text)
                    if self._news.is_new(event, setup.model):
                        yield event
                    if isinstance(event, RequestBuilt):
                        for news in await self._news.of_request(event.window, setup):
                            yield news
                        started = self._clock()
                    elif isinstance(event, WindowShrunk):
                        self._news.note(event.window)
        finally:
            # Also when the turn is cancelled or its reader leaves: the text so far is kept. Nothing here may await.
            seconds = self._clock() - started
            if reply.says_something:
                if reply.take_news():
                    self._journal.arrived(reply.text)
                keep(
                    *self._kept(turn, with_learned(state, reply), reply, str(reply.text) if remembers else "", seconds)
                )
            else:
                self.budget.not_kept(reply, self._journal, setup.model)
        self._counts = reply.counts
        self._last_counts = (setup.model, counted, reply.used.sent) if reply.used else None
        yield ReplyEnded(reply.ending, seconds, reply.used_in_all, is_free=setup.model.is_free)

    async def _before_it_is_sent(
        self, event: RequestBuilt | WindowShrunk | AskedAgain, turn: Turn, reply: ReplySoFar, setup: Setup
    ) -> None:
        """Keep the question, and check whether it may be paid. Raises ChatError.

        Nobody is asked about the cost of a second try, which is a part of a turn: without it the reply is not valid.
        """
        if reply.tries == 1:
            await self._journal.asked(asked(turn, reply, event.window.sent))
        if isinstance(event, RequestBuilt):
            await self.budget.check(event.window, setup, self._journal)
        elif isinstance(event, AskedAgain):
            try:
                await self.budget.check(event.window, setup, self._journal, after=reply)
            except CostLimitReached as error:
                hint = f"Nobody is asked for a second try: {error}"
                raise InvalidReply(reply.text_before, event.problems, event.attempt - 1, hint=hint) from error

    def _text_of(self, turn: Turn, setup: Setup, remembers: bool) -> GrowingText:
        """What collects the text of a reply. Data is checked as a whole."""
        if remembers or setup.shape:
            return GrowingText(turn.reply_so_far)
        return ForgottenText() if isinstance(self._journal, Unsaved) else PassingText(turn.reply_so_far)

    def _kept(self, turn: Turn, before: State, reply: ReplySoFar, text: str, seconds: float) -> tuple[Step, State]:
        """The turn as a step from `before`, which has what its server has taught, and the state after it."""
        self.budget.replied(reply.used_in_all)
        learned = None if before.setup.all_learned == turn.kept_after.setup.all_learned else before.setup
        key = self._journal.replied(
            Replied(text, reply.ending, seconds, reply.used_in_all, reply.reason, turn.rounds_so_far, learned)
        )
        exchange = Exchange(turn.question, text, reply.ending, key, reply.reason, turn.rounds_so_far, turn.attached)
        exchanges = turn.kept_after.exchanges.followed_by(exchange)
        return Step(turn.label, before), replace(turn.kept_after, setup=before.setup, exchanges=exchanges)
