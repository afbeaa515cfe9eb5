"""Folds what fell out of the window into a summary: asks the model, and keeps what it writes."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import replace

from chatbot_cli.chat.asking import limits_of
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import ModelEvent, TokensUsed
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.ports import Journal
from chatbot_cli.chat.reply_so_far import ReplySoFar
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.summaries import Due, due, shortened, summary_request
from chatbot_cli.errors import EmptyReply, ProviderError
from chatbot_cli.frozen import frozen


@frozen
class Folded:
    """A summary that was made of so many `exchanges`, and of the one before.

    The oldest `unread` of them are more than the model holds, and not in it. The server's count is in `used`.
    """

    exchanges: int
    unread: int
    used: TokensUsed | None


async def due_now(conversation: Conversation) -> Due | None:
    """The summary that is due before the next request. Waits for an exact count, if one is due. Raises ChatError."""
    if (first := _due(conversation)) is None or conversation.setup.model.counter.exact:
        return first
    await conversation.setup.model.counter.ready()
    return _due(conversation) if first.holds_in(conversation.state) else None


async def fold(conversation: Conversation, due: Due) -> Folded | None:
    """Make the summary, and keep it as a part of the last step.

    None if the conversation is not what it was: then nothing is kept. Raises ChatError.
    """
    conversation.folding = due
    try:
        return await _fold(conversation, due)
    finally:
        if conversation.folding is due:  # one that was stopped may end after the next has begun
            conversation.folding = None


async def _fold(conversation: Conversation, due: Due) -> Folded | None:
    folded = None

    def asking(setup: Setup) -> AsyncGenerator[ModelEvent | Folded, None]:
        return _written(conversation, due, setup)

    async with aclosing(conversation.falling_back.ask(due.state.setup, asking, shown=False)) as events:
        async for event in events:
            folded = event if isinstance(event, Folded) else folded
    return folded


async def _written(conversation: Conversation, due: Due, setup: Setup) -> AsyncGenerator[ModelEvent | Folded, None]:
    """The events of a summary that the model of a setup writes, and at last what was made, if it is kept."""
    journal, limits = conversation.journal, limits_of(setup)
    request, unread, untold = summary_request(due, limits, setup.count)
    sent, budget = sum(map(setup.count, request.messages)), conversation.budget
    most = await budget.check_summary(sent, request.options.max_reply_tokens or 0, setup, journal)
    reply = ReplySoFar()
    with _paid(reply, setup, journal, lambda: budget.settled(most)):
        async with aclosing(setup.model.stream(request)) as events:
            async for event in events:
                reply.note(event)
                yield event
    reply.check()
    if reply.ending in (Ending.REFUSED, Ending.FILTERED):
        raise EmptyReply("The model refuses to write it.", falls_back=False)
    if conversation.journal is not journal or not due.holds_in(conversation.state):
        return
    text = shortened(str(reply.text), conversation.limits, conversation.setup.count)
    conversation.note(replace(conversation.state.marks, summary=due.summary(text, untold)))
    yield Folded(len(due.numbers), unread, reply.used)


@contextmanager
def _paid(reply: ReplySoFar, setup: Setup, journal: Journal, settle: Callable[[], object]) -> Iterator[None]:
    """Keep what the reply took, also if it is stopped: then its price is unknown. A refused request costs nothing.

    `settle` is called if it is known what it cost.
    """
    is_refused = False
    try:
        yield
    except ProviderError:
        is_refused = not reply.says_something and reply.used is None
        raise
    finally:  # nothing here may await
        used = reply.used or TokensUsed(0, 0, 0.0 if setup.model.is_free else None)
        if is_refused or used.cost is not None:
            settle()
        if not is_refused:
            journal.paid(used, setup.model.name)


def _due(conversation: Conversation) -> Due | None:
    if conversation.state.new_server:  # the user is asked before anything goes there
        return None
    return due(conversation.state, conversation.window(), conversation.setup.count)
