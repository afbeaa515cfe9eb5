"""Takes the turns of a conversation: asks the model, tells the journal, and makes an exchange of what came."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

from chatbot_cli.chat.asking import context_of, request_for
from chatbot_cli.chat.budget import Budget
from chatbot_cli.chat.citations import citations_in
from chatbot_cli.chat.context import Context, ContextStep
from chatbot_cli.chat.document_events import PassagesFound, SourcesCited
from chatbot_cli.chat.documents import Documents
from chatbot_cli.chat.events import AskedAgain, ReplyEnded, RequestBuilt, TokensUsed, TurnEvent, WindowShrunk
from chatbot_cli.chat.growing_text import ForgottenText, GrowingText, PassingText
from chatbot_cli.chat.journal import Replied
from chatbot_cli.chat.learning import Counts
from chatbot_cli.chat.messages import Ending, Exchange, Request
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.news import News
from chatbot_cli.chat.passages import Retrieved
from chatbot_cli.chat.ports import Journal
from chatbot_cli.chat.reply_so_far import ReplySoFar
from chatbot_cli.chat.sent_tools import telling_of
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.shaping import demanding
from chatbot_cli.chat.state import State, Step
from chatbot_cli.chat.stopwatch import Stopwatch
from chatbot_cli.chat.tool_rounds import Tools, ToolTurn, stop_at_limit
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
        tools: Tools | None = None,
        documents: Documents | None = None,
    ) -> None:
        """`resumed` is the state in which a saved conversation goes on."""
        self._journal, self._clock, self._steps, self._tools = journal, clock, tuple(steps), tools
        self._documents = documents
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
        context = telling_of(context, self._tools.offered(setup) if self._tools else (), setup)
        return await request_for(demanding(context, setup), setup, self._steps, setup.demand)

    async def take(self, turn: Turn, state: State, keep: Keep, *, remembers: bool) -> AsyncGenerator[TurnEvent, None]:
        """Take a turn in `state`, and yield its events. Raises ChatError.

        When the iterator ends or is closed, `keep` is called, unless the reply says nothing. Without `remembers`, the
        exchange that is kept has no reply; the journal has it.
        """
        setup = replace(state.setup, shape=turn.shape or state.setup.shape)
        if found := await self.found_for(turn, setup):
            turn = turn.with_sources(found.passages)
            yield PassagesFound(found)
        async with aclosing(self._take(turn, state, setup, keep, remembers=remembers)) as events:
            async for event in events:
                yield event

    async def _take(
        self, turn: Turn, state: State, setup: Setup, keep: Keep, *, remembers: bool
    ) -> AsyncGenerator[TurnEvent, None]:
        reply, watch = ReplySoFar(self._text_of(turn, setup, remembers), counts=self._counts), Stopwatch(self._clock)
        try:
            context = context_of(turn.sent_after, setup, turn.messages)
            asking = ToolTurn(self._tools, self._journal, state.setup, turn.set_aside(state), turn.seen_before)
            async with aclosing(asking.ask(context, setup, reply, self._steps)) as events:
                async for event in events:
                    if isinstance(event, RequestBuilt | WindowShrunk | AskedAgain):
                        if not await self._may_be_sent(event, turn, reply, setup):
                            break
                        counted = event.window.tokens
                    if reply.take_news():
                        self._journal.arrived(reply.text)
                    if self._news.is_new(event, setup.model):
                        yield event
                    for news in await self._news.after(event, setup):
                        yield news
                    watch.note(event)
        finally:
            # Also when the turn is cancelled or its reader leaves: the text so far is kept. Nothing here may await.
            seconds = watch.seconds
            if reply.is_to_keep:
                if reply.take_news():
                    self._journal.arrived(reply.text)
                keep(
                    *self._kept(turn, with_learned(state, reply), reply, str(reply.text) if remembers else "", seconds)
                )
            else:
                self.budget.not_kept(reply, self._journal, setup.model)
        self._counts = reply.counts
        self._last_counts = (setup.model, counted, reply.used.sent) if reply.used else None
        if turn.sources:
            yield SourcesCited(citations_in(str(reply.text), turn.sources))
        why = reply.reason if reply.ending is Ending.LIMIT else ""
        yield ReplyEnded(reply.ending, seconds, _used_in_all(reply, setup.model), why, is_free=setup.model.is_free)

    async def found_for(self, turn: Turn, setup: Setup) -> Retrieved | None:
        """What is sent of documents with the question of a turn; None if it is not asked of any.

        A question that is asked again is sent with the passages that it had. Raises DocumentsError.
        """
        if not (self._documents and setup.documents) or turn.continues:
            return None
        if turn.replaces and turn.replaces.sources and turn.question == turn.replaces.user:
            return Retrieved(turn.replaces.sources)
        before = turn.sent_after.exchanges[-1] if turn.sent_after.exchanges else None
        cited = citations_in(before.assistant, before.sources).cited if before and before.sources else ()
        return await self._documents.find(turn.question, setup, before, cited)

    async def _may_be_sent(
        self, event: RequestBuilt | WindowShrunk | AskedAgain, turn: Turn, reply: ReplySoFar, setup: Setup
    ) -> bool:
        """Keep the question, and check whether it may be paid. Raises ChatError.

        Nobody is asked about the cost of a second try, which is a part of a turn: without it the reply is not valid.
        Nor of a request after tool calls: the turn ends there, and goes on if the user says so.
        """
        if reply.tries == 1 and not reply.rounds:
            await self._journal.asked(asked(turn, reply, event.window.sent))
        if isinstance(event, RequestBuilt) and reply.rounds:
            try:
                await self.budget.check(event.window, setup, self._journal, after=reply)
            except CostLimitReached as error:
                stop_at_limit(reply, setup, str(error).rstrip("."))
                return False
        elif isinstance(event, RequestBuilt):
            await self.budget.check(event.window, setup, self._journal)
        elif isinstance(event, AskedAgain):
            try:
                await self.budget.check(event.window, setup, self._journal, after=reply)
            except CostLimitReached as error:
                hint = f"Nobody is asked for a second try: {error}"
                raise InvalidReply(reply.text_before, event.problems, event.attempt - 1, hint=hint) from error
        return True

    def _text_of(self, turn: Turn, setup: Setup, remembers: bool) -> GrowingText:
        """What collects the text of a reply. Data is checked as a whole, and what is said before a call is sent on."""
        if (
            remembers
            or setup.shape
            or setup.documents
            or setup.used_tools
            or (self._tools and self._tools.offered(setup))
        ):
            return GrowingText(turn.reply_so_far)
        return ForgottenText() if isinstance(self._journal, Unsaved) else PassingText(turn.reply_so_far)

    def _kept(self, turn: Turn, before: State, reply: ReplySoFar, text: str, seconds: float) -> tuple[Step, State]:
        """The turn as a step from `before`, which has what its server has taught, and the state after it."""
        used = _used_in_all(reply, before.setup.model)
        self.budget.replied(used)
        old, new = turn.kept_after.setup, before.setup
        learned = None if new.all_learned == old.all_learned and new.used_tools == old.used_tools else new
        rounds = (*turn.rounds_so_far, *reply.rounds)
        key = self._journal.replied(Replied(text, reply.ending, seconds, used, reply.reason, rounds, learned))
        exchange = Exchange(
            turn.question, text, reply.ending, key, reply.reason, rounds, turn.attached, sources=turn.sources
        )
        exchanges = turn.kept_after.exchanges.followed_by(exchange)
        return Step(turn.label, before), replace(turn.kept_after, setup=before.setup, exchanges=exchanges)


def _used_in_all(reply: ReplySoFar, model: Model) -> TokensUsed | None:
    """The tokens of all requests of a reply. What is free costs nothing, also where one of them was not reported."""
    used = reply.used_in_all
    return replace(used, cost=0.0) if used and used.cost is None and model.is_free else used
