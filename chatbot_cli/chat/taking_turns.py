"""Takes the turns of a conversation: asks the model, tells the journal, and makes an exchange of what came."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from chatbot_cli.chat.asking import request_for
from chatbot_cli.chat.budget import Budget
from chatbot_cli.chat.context import Context, ContextStep
from chatbot_cli.chat.document_events import PassagesFound, Searching, SourcesCited
from chatbot_cli.chat.documents import Documents
from chatbot_cli.chat.events import AskedAgain, ReplyEnded, RequestBuilt, TokensUsed, TurnEvent, WindowShrunk
from chatbot_cli.chat.falling_back import FallingBack
from chatbot_cli.chat.fitting_passages import not_all
from chatbot_cli.chat.growing_text import ForgottenText, GrowingText, PassingText
from chatbot_cli.chat.journal import Replied
from chatbot_cli.chat.learning import Counts
from chatbot_cli.chat.messages import Ending, Exchange, Request
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.news import News
from chatbot_cli.chat.passages import Citations, Passage, Retrieved
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
    """The turns of one conversation, one at a time. It remembers what was told and counted, and what may be spent."""

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
        self.journal, self.clock, self.steps, self._tools = journal, clock, tuple(steps), tools
        self._documents = documents
        self._news, self.budget, self.falling_back = News(resumed), Budget(), FallingBack(clock)
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
        return await request_for(self._whole(context, setup), setup, self.steps, setup.demand)

    def _whole(self, context: Context, setup: Setup) -> Context:
        """A context with the tools that are offered, and what is demanded of the reply."""
        return demanding(telling_of(context, self._tools.offered(setup) if self._tools else (), setup), setup)

    async def take(self, turn: Turn, state: State, keep: Keep, *, remembers: bool) -> AsyncGenerator[TurnEvent, None]:
        """Take a turn in `state`, and yield its events. Raises ChatError.

        When the iterator ends or is closed, `keep` is called, unless the reply says nothing. Without `remembers`, the
        exchange that is kept has no reply; the journal has it.
        """
        setup = replace(state.setup, shape=turn.shape or state.setup.shape)
        if self.searches_for(turn, setup):
            yield Searching(setup.documents)
        found = await self.found_for(turn, setup)
        if found is not None:
            turn = turn.with_sources(found.passages)
            yield PassagesFound(found)
        elif turn.sources:  # the reply that it continues was answered from them
            yield PassagesFound(Retrieved(turn.sources, len({one.path for one in turn.sources})))
        take = partial(self._take, turn, found, state, keep=keep, remembers=remembers)
        async with aclosing(self.falling_back.ask(setup, take, anew=turn.replaces is not None)) as events:
            async for event in events:
                yield event

    async def _take(
        self, turn: Turn, found: Retrieved | None, state: State, setup: Setup, keep: Keep, *, remembers: bool
    ) -> AsyncGenerator[TurnEvent, None]:
        reply, watch = self._begun(turn, setup, remembers), Stopwatch(self.clock)
        try:
            before = turn.set_aside(state), turn.seen_before
            asking = ToolTurn(self._tools, self.journal, state.setup, setup.model, *before)
            async with aclosing(asking.ask(turn.context(setup), setup, reply, self.steps)) as events:
                async for event in events:
                    if isinstance(event, RequestBuilt | WindowShrunk | AskedAgain):
                        if _is_first(reply) and len(event.window.passages) != len(turn.sources):
                            turn, found = _with_others(turn, found, event)
                            yield PassagesFound(found)
                        if not await self._may_be_sent(event, turn, reply, setup):
                            break
                        counted = event.window.tokens
                    self._save_news(reply)
                    if self._news.is_new(event, setup.model):
                        yield event
                    for news in await self._news.after(event, setup):
                        yield news
                    watch.note(event)
        finally:
            # Also when the turn is cancelled or its reader leaves: the text so far is kept. Nothing here may await.
            seconds = watch.seconds
            if reply.is_to_keep:
                self._save_news(reply)
                text, learned = str(reply.text) if remembers else "", with_learned(state, reply, setup.model)
                keep(*self._kept(turn, learned, setup.model, reply, text, seconds))
            else:
                self.budget.not_kept(reply, self.journal, setup.model)
        self._counts = reply.counts
        self._last_counts = (setup.model, counted, reply.used.sent) if reply.used else None
        if turn.sources:
            yield await self._cited(turn, str(reply.text), setup)
        why = reply.reason if reply.ending is Ending.LIMIT else ""
        model, stood_in = setup.model, "" if setup.model is state.setup.model else setup.model.name
        yield ReplyEnded(reply.ending, seconds, _used_in_all(reply, model), why, model.is_free, stood_in)

    async def _cited(self, turn: Turn, said: str, setup: Setup) -> SourcesCited:
        """What a reply cites. Its documents are looked at in a thread: a file may be large, a server slow."""
        if setup.shape and '"' not in said:
            said = ""  # data without texts: its lists cite nothing
        citations, documents = _citations_in(said, turn.sources, turn.question), self._documents
        if not (documents and citations.cited):
            return SourcesCited(citations, (), turn.sources)
        standings = await asyncio.to_thread(documents.standing, citations.cited)
        return SourcesCited(citations, standings, turn.sources)

    def _save_news(self, reply: ReplySoFar) -> None:
        if reply.take_news():
            self.journal.arrived(reply.text, reply.thoughts)

    async def found_for(self, turn: Turn, setup: Setup) -> Retrieved | None:
        """What is sent of documents with the question of a turn; None if it is not asked of any.

        A question that is asked again is sent with the passages that it had. Raises DocumentsError and
        UsageError.
        """
        documents = self._documents
        if documents and turn.continues:
            documents.check_rest(turn.sources)
        if not (documents and setup.documents) or turn.continues:
            return None
        context, before = self._whole(turn.context(setup), setup), turn.exchange_before
        if not self.searches_for(turn, setup):
            await setup.model.counter.ready()
            return documents.found_again(turn.sources_again(setup), context, setup)
        cited = _citations_in(before.assistant, before.sources).cited if before and before.sources else ()
        return await documents.find(turn.question, context, setup, before, cited)

    def searches_for(self, turn: Turn, setup: Setup) -> bool:
        """Whether documents are searched for a turn."""
        return bool(self._documents and setup.documents) and not (turn.continues or turn.sources_again(setup))

    async def _may_be_sent(
        self, event: RequestBuilt | WindowShrunk | AskedAgain, turn: Turn, reply: ReplySoFar, setup: Setup
    ) -> bool:
        """Keep the question, and check whether it may be paid. Raises ChatError.

        Nobody is asked about the cost of a second try, which is a part of a turn: without it the reply is not valid.
        Nor of a request after tool calls: the turn ends there, and goes on if the user says so.
        """
        if _is_first(reply):
            await self.journal.asked(asked(turn, reply, event.window.sent, setup.model))
        if isinstance(event, RequestBuilt) and reply.rounds:
            try:
                await self.budget.check(event.window, setup, self.journal, after=reply)
            except CostLimitReached as error:
                stop_at_limit(reply, setup, str(error).rstrip("."))
                return False
        elif isinstance(event, RequestBuilt):
            await self.budget.check(event.window, setup, self.journal)
        elif isinstance(event, AskedAgain):
            try:
                await self.budget.check(event.window, setup, self.journal, after=reply)
            except CostLimitReached as error:
                hint = f"Nobody is asked for a second try: {error}"
                raise InvalidReply(reply.text_before, event.problems, event.attempt - 1, hint=hint) from error
        return True

    def _begun(self, turn: Turn, setup: Setup, remembers: bool) -> ReplySoFar:
        """The reply of a turn, before anything has come."""
        text, by = self._text_of(turn, setup, remembers), setup.model.made_by
        return ReplySoFar(text, self._counts, by=by, thoughts=turn.thoughts_so_far, clock=self.clock)

    def _text_of(self, turn: Turn, setup: Setup, remembers: bool) -> GrowingText:
        """What collects the text of a reply. Data is checked as a whole, and what is said before a call is sent on."""
        if remembers or setup.shape or turn.sources or setup.used_tools or (self._tools and self._tools.offered(setup)):
            return GrowingText(turn.reply_so_far)
        return ForgottenText() if isinstance(self.journal, Unsaved) else PassingText(turn.reply_so_far)

    def _kept(
        self, turn: Turn, before: State, model: Model, reply: ReplySoFar, text: str, seconds: float
    ) -> tuple[Step, State]:
        """The turn as a step from `before`, which has what the `model` has taught, and the state after it."""
        used = _used_in_all(reply, model)
        self.budget.replied(used)
        old, new = turn.kept_after.setup, before.setup
        learned = None if new.all_learned == old.all_learned and new.used_tools == old.used_tools else new
        rounds = (*turn.rounds_so_far, *reply.rounds)
        thoughts = reply.thoughts
        key = self.journal.replied(Replied(text, reply.ending, seconds, used, reply.reason, rounds, learned, thoughts))
        about = (reply.ending, key, reply.reason, rounds, turn.attached)
        exchange = Exchange(turn.question, text, *about, sources=turn.sources, thoughts=thoughts)
        exchanges = turn.kept_after.exchanges.followed_by(exchange)
        return Step(turn.label, before), replace(turn.kept_after, setup=before.setup, exchanges=exchanges)


def _citations_in(reply: str, passages: Sequence[Passage], question: str = "") -> Citations:
    from chatbot_cli.chat.citations import citations_in  # imported here: most replies are sent no passages

    return citations_in(reply, passages, question)


def _is_first(reply: ReplySoFar) -> bool:
    """Whether nothing has come to the question yet."""
    return reply.tries == 1 and not reply.rounds


def _with_others(
    turn: Turn, found: Retrieved | None, event: RequestBuilt | WindowShrunk | AskedAgain
) -> tuple[Turn, Retrieved]:
    """The turn as it is sent, if there is room for other passages than were found, and what is to be told of that."""
    passages, before = event.window.passages, len(turn.sources)
    left_out = before - len(passages) + (found.left_out if found else 0)
    notes = () if isinstance(event, WindowShrunk) else not_all(len(passages), before)
    others = replace(found or Retrieved(), passages=passages, left_out=left_out, is_whole=False, notes=notes)
    return replace(turn, sources=passages), others


def _used_in_all(reply: ReplySoFar, model: Model) -> TokensUsed | None:
    """The tokens of all requests of a reply. What is free costs nothing, also where one of them was not reported."""
    used = reply.used_in_all
    return replace(used, cost=0.0) if used and used.cost is None and model.is_free else used
