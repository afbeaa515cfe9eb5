"""Asks a model: a context goes in, events come out. It keeps nothing, so two turns can run side by side."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace

from chatbot_cli.chat.context import Context, ContextStep
from chatbot_cli.chat.count_events import CountsApart, ServerHolds, ServerReadFewer
from chatbot_cli.chat.events import CallsArrived, ModelEvent, ReasoningDelta, RequestBuilt, TextDelta, WindowShrunk
from chatbot_cli.chat.fitting_passages import half_of, least_for, sent_with, with_fewer
from chatbot_cli.chat.learning import corrected, lesson_of, may_teach
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.messages import Message, Request
from chatbot_cli.chat.options import SUMMARIZE
from chatbot_cli.chat.passages import Passage
from chatbot_cli.chat.reply_so_far import ReplySoFar
from chatbot_cli.chat.server_window import FEWEST
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.shape import Demand
from chatbot_cli.chat.state import State
from chatbot_cli.chat.summaries import room_for_summary, shortened, summary_message
from chatbot_cli.chat.too_long import ONLY_SHORTER, SEND_LESS
from chatbot_cli.chat.window import Verdict, Window, select, surely_fits
from chatbot_cli.errors import ContextTooLong, EmptyReply, MessageTooLong, ProviderError

AskEvent = ServerHolds | RequestBuilt | WindowShrunk | ModelEvent | ServerReadFewer | CountsApart


async def ask(
    context: Context,
    setup: Setup,
    reply: ReplySoFar,
    steps: Sequence[ContextStep] = (),
    demand: Demand | None = None,
) -> AsyncGenerator[AskEvent, None]:
    """Send as much of a context as fits, and yield the events. `reply` collects the reply.

    The request is sent after `RequestBuilt`, when the next event is asked for. Closing the iterator stops the reply.
    Raises ChatError.
    """
    context = await _prepared(context, steps)
    window = await _window_at_server(context, setup)
    if news := _held_back(window, context, setup):
        yield news
    yield RequestBuilt(window, setup.model.is_free)
    try:
        async with aclosing(_stream(context, window, setup, reply, demand)) as events:
            async for event in events:
                if isinstance(event, WindowShrunk):
                    window = event.window
                else:
                    reply.note(event)
                yield event
        reply.check()
    except ProviderError as error:
        if not (reply.finished and (reply.says_something or reply.calls)):
            reply.broke_off(error)
            raise
        # The reply is whole; only what comes after it, the server's count of tokens, was lost.
    if reply.used and demand is None and not window.tools:  # what it counts for a schema or a tool teaches nothing
        if reply.count_factor is not None:
            setup = replace(setup, count_factor=reply.count_factor)
        if not setup.model.counter.is_ready and may_teach(window, setup, reply.used.sent):
            await setup.model.counter.ready()  # in a script, which has needed no more than the estimate until now
        lesson = lesson_of(window, setup, reply.used.sent, reply.counts)
        reply.count_factor, reply.counts = lesson.count_factor, lesson.counts
        if lesson.news:
            yield lesson.news


async def request_for(
    context: Context, setup: Setup, steps: Sequence[ContextStep] = (), demand: Demand | None = None
) -> Request:
    """The request that `ask` would send first. Raises MessageTooLong."""
    return _request(await window_of(await _prepared(context, steps), setup), setup, demand)


async def _prepared(context: Context, steps: Sequence[ContextStep]) -> Context:
    for step in steps:
        context = await step(context)
    return context


def limits_of(setup: Setup) -> Limits:
    """The window's limits with a setup."""
    limits = Limits(
        setup.max_turns,
        setup.window_tokens,
        setup.options_in_force.max_reply_tokens,
        setup.slide,
        history_tokens=setup.history_tokens,
        are_learned=setup.window_is_learned,
        input_tokens=setup.model.input_tokens,
        widened_by=setup.model.window_setting if setup.window_is_learned else "",
    )
    return _with_room_for_summary(limits, setup)


def _with_room_for_summary(limits: Limits, setup: Setup) -> Limits:
    """The limits with the tokens that are kept free for a summary, if there is to be one."""
    return replace(limits, summary_tokens=room_for_summary(limits)) if setup.overflow == SUMMARIZE else limits


def context_of(state: State, setup: Setup, new: tuple[Message, ...], passages: tuple[Passage, ...] = ()) -> Context:
    """The context of a request after the exchanges of a state. The first `new` message has the `passages` in it."""
    summary = summary_message(state, limits_of(setup), setup.count)
    about = (state.trimmed, state.marks, summary)
    return Context(setup.head, state.exchanges, new, *about, passages=passages, told=setup.model.told)


async def window_of(context: Context, setup: Setup) -> Window:
    """Choose what fits. An exact count is awaited only if it matters. Raises MessageTooLong."""
    counter, limits = setup.model.counter, limits_of(setup)
    if not counter.exact and not surely_fits(context, limits, max(1.0, setup.count_factor)):
        await counter.ready()
    try:
        return select(context, limits, setup.count)
    except MessageTooLong:
        if not context.passages:
            raise
        return select(with_fewer(context, limits, setup.count), limits, setup.count)


async def _window_at_server(context: Context, setup: Setup) -> Window:
    """Choose what fits, as `window_of` does. Before it may matter how much the server holds, it is asked."""
    server = setup.model.server_window
    if not server.may_tell:
        return await window_of(context, setup)
    with suppress(MessageTooLong):
        window = await window_of(context, setup)
        if window.tokens < FEWEST:
            return window
    await server.ask()
    return await window_of(context, setup)


def _held_back(window: Window, context: Context, setup: Setup) -> ServerHolds | None:
    """That the server holds less than was supposed, if that is why a part of the context is not sent."""
    told, model = setup.model.server_window.told, setup.model
    if told is None or told != window.limits.tokens or told >= model.context_tokens:
        return None
    by_tokens = window.limit_in_force is Verdict.TOKEN_LIMIT and window.history_limit is None
    if by_tokens or len(window.passages) < len(context.passages) or window.new != context.new:
        return ServerHolds(told, model.window_setting)
    return None


async def _stream(
    context: Context, window: Window, setup: Setup, reply: ReplySoFar, demand: Demand | None
) -> AsyncGenerator[ModelEvent | WindowShrunk, None]:
    """Yield the reply. A request that is too long for the server is sent once more, with fewer exchanges and passages.

    If it is still too long, it is sent without passages. `reply` notes what a refusal teaches.
    """
    has_shrunk = begun = False
    while True:
        try:
            async with aclosing(_send(window, setup, demand)) as events:
                async for event in events:
                    begun = begun or isinstance(event, TextDelta | ReasoningDelta | CallsArrived)
                    yield event
            return
        except (ContextTooLong, EmptyReply) as error:
            if begun or (has_shrunk and not window.passages):
                raise
            context = sent_with(context, ()) if has_shrunk else context
            shrunk, setup = await _shrunk(context, window, setup, error, reply)
        yield shrunk
        window, has_shrunk = shrunk.window, True


async def _shrunk(
    context: Context, window: Window, setup: Setup, error: ContextTooLong | EmptyReply, reply: ReplySoFar
) -> tuple[WindowShrunk, Setup]:
    """What is sent after a refusal, and the setup with what it taught. Raises the error if nothing can be left out."""
    if is_refused := isinstance(error, ContextTooLong):
        await setup.model.counter.ready()
        setup = corrected(window, setup, error.counted)
    if (smaller := _smaller(context, window, setup, error)) is None:
        if isinstance(error, ContextTooLong) and not window.pins:
            hint = error.marked_hint.replace(SEND_LESS, ONLY_SHORTER) or ONLY_SHORTER
            raise ContextTooLong(str(error), hint, limit=error.limit, counted=error.counted) from error
        raise error
    if is_refused:
        reply.learned_tokens, reply.count_factor = smaller.limits.tokens, setup.count_factor
    return WindowShrunk(smaller, window, is_refused), setup


def _send(window: Window, setup: Setup, demand: Demand | None) -> AsyncGenerator[ModelEvent, None]:
    return setup.model.stream(_request(window, setup, demand))


def _request(window: Window, setup: Setup, demand: Demand | None) -> Request:
    return Request(window.messages, setup.options_in_force, setup.cache_key, demand, window.tools)


def _smaller(context: Context, window: Window, setup: Setup, error: ContextTooLong | EmptyReply) -> Window | None:
    """A window that the server can hold; None when neither a passage nor an exchange can be left out."""
    if isinstance(error, EmptyReply) and not error.maybe_too_long:
        return None
    named = error.limit if isinstance(error, ContextTooLong) else None
    for tokens in _smaller_limits(context, window, setup, named):
        with suppress(MessageTooLong):
            limits = _with_room_for_summary(replace(window.limits, tokens=tokens), setup)
            less = with_fewer(_with_shorter_summary(context, limits, setup), limits, setup.count)
            smaller = select(less, limits, setup.count)
            if smaller.left_out > window.left_out or smaller.new != window.new:
                return smaller
    return None


def _with_shorter_summary(context: Context, limits: Limits, setup: Setup) -> Context:
    """The context with as much of its summary as these limits have room for, as it will be sent from here on."""
    if (summary := context.summary) is None:
        return context
    first_line, _, text = summary.content.partition("\n")
    shorter = shortened(text, limits, setup.count)
    return replace(context, summary=replace(summary, content=f"{first_line}\n{shorter}") if shorter else None)


def _smaller_limits(context: Context, window: Window, setup: Setup, named: int | None) -> Iterator[int]:
    """The limits worth a try: the one the server named, half of the window, the least for the new message."""
    if named:
        yield named
    yield half_of(window)
    if not named:  # a request beyond the limit that the server named is not worth a try
        yield least_for(context, window.limits, setup.count)
