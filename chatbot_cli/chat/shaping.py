"""Asks for an answer as data: demands a shape of the reply, checks it, and asks once more for what is not valid."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from chatbot_cli.chat.asking import AskEvent, ask
from chatbot_cli.chat.context import Context, ContextStep
from chatbot_cli.chat.events import AskedAgain, DocumentArrived, RequestBuilt, RowsArrived, SteppedDown, TextDelta
from chatbot_cli.chat.messages import Ending, Message
from chatbot_cli.chat.reply_so_far import ReplySoFar
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.shape import Checked, Level, Shape, ShapeReading
from chatbot_cli.errors import InvalidReply, MessageTooLong, ShapeRefused
from chatbot_cli.frozen import frozen
from chatbot_cli.hints import setting

LONG = 100_000  # bytes of a reply that takes noticeably long to check
TRIES = 2  # the first reply, and one that mends it
_HINTS = {
    Ending.LENGTH: f"Raise {setting('max_reply_tokens')}, or ask for less.",
    Ending.FILTERED: "Put it in other words.",
    Ending.REFUSED: "Put it in other words.",
}

ShapedEvent = AskEvent | AskedAgain | DocumentArrived | RowsArrived | SteppedDown


@frozen
class _Asked:
    """What is asked for a shape: the context without its demand, the setup as the turn began, what may change both."""

    context: Context
    setup: Setup
    shape: Shape
    steps: tuple[ContextStep, ...]


async def ask_in_shape(
    context: Context, setup: Setup, reply: ReplySoFar, steps: tuple[ContextStep, ...] = ()
) -> AsyncGenerator[ShapedEvent, None]:
    """As `ask`, and if the setup has a shape, the reply becomes a valid document of it.

    A server that refuses a schema is asked in a plainer way, and a reply that is not valid is asked for again. Raises
    ChatError; InvalidReply if there is no valid document after that, or the reply was cut. Then `reply` has the text.
    It has what the server has taught, too.
    """
    if setup.shape is None:
        async with aclosing(ask(context, setup, reply, steps)) as plain:
            async for event in plain:
                yield event
        return
    asked, reading = _Asked(context, setup, setup.shape, steps), setup.shape.reading()
    is_document = False
    try:
        async with aclosing(_tries(asked, reading, reply)) as events:
            async for shaped in events:
                is_document = is_document or isinstance(shaped, DocumentArrived)
                yield shaped
    finally:
        if not (is_document or reply.calls):
            reply.fall_back(keeps_all=setup.shape.many)  # the rows of the first try stand


async def _tries(asked: _Asked, reading: ShapeReading, reply: ReplySoFar) -> AsyncGenerator[ShapedEvent, None]:
    begun = str(reply.text)
    reading.arrived(begun)
    checked, new = Checked(), asked.context.new
    for number in range(1, TRIES + 1):
        is_rest, untold = bool(begun) and number == 1, checked.problems
        try:
            async with aclosing(_one_try(asked, new, reply, is_rest=is_rest)) as events:
                async for event in events:
                    if not isinstance(event, RequestBuilt) or number == 1:
                        yield event
                    elif untold:  # once, though a server that steps down is asked several times
                        yield AskedAgain(event.window, untold, number, event.is_free)
                        untold = ()
                    if isinstance(event, TextDelta) and (rows := reading.arrived(event.text)):
                        yield RowsArrived(tuple(rows))
        except MessageTooLong as error:
            if number == 1:
                raise
            hint = f"There is no room for a second try: {error}"
            raise InvalidReply(reply.text_before, checked.problems, number - 1, hint=hint) from error
        if reply.calls:  # the document comes after their results
            return
        checked = await _checked(reading, reply)
        if not checked.problems:
            reply.become(checked.document)
            yield DocumentArrived(checked.document)
            return
        reply.reason = checked.problems[0]
        _learn_from(reply, asked, is_rest=is_rest)
        _check_that_another_may_help(reply, checked.problems, number)
        again = f"{reading.again()}\n\n{asked.shape.in_words}"
        new = (*asked.context.new, Message("assistant", str(reply.text)), Message("user", again))
        reply.begin_again()


async def _checked(reading: ShapeReading, reply: ReplySoFar) -> Checked:
    """Check a reply that is there; beside the loop if it is long, so that the screen does not stand still."""
    return await asyncio.to_thread(reading.ended) if len(reply.text) > LONG else reading.ended()


def _learn_from(reply: ReplySoFar, asked: _Asked, *, is_rest: bool) -> None:
    """A model that was sent the schema and did not heed it is told it, too, from now on."""
    if not is_rest and reply.ending is Ending.COMPLETE and not _as_learned(asked.setup, reply).tells_the_shape:
        reply.learned_level = Level.SCHEMA


def _check_that_another_may_help(reply: ReplySoFar, problems: tuple[str, ...], number: int) -> None:
    """Raise InvalidReply for a reply that was cut or refused, or is the last one that is asked for."""
    if reply.ending is not Ending.COMPLETE:
        hint = _HINTS.get(reply.ending, "")
        raise InvalidReply(str(reply.text), problems, number, ended=reply.ending.value, hint=hint)
    if number == TRIES:
        reply.ending = Ending.INVALID
        raise InvalidReply(str(reply.text), problems, number)


async def _one_try(
    asked: _Asked, new: tuple[Message, ...], reply: ReplySoFar, *, is_rest: bool
) -> AsyncGenerator[AskEvent | SteppedDown, None]:
    """One reply to `new`; or the rest of one, which no server can be made to give a shape."""
    if is_rest:
        async with aclosing(ask(replace(asked.context, new=new), asked.setup, reply, asked.steps)) as events:
            async for event in events:
                yield event
        return
    while True:
        setup = _as_learned(asked.setup, reply)
        demand, context = setup.demand, demanding(replace(asked.context, new=new), setup)
        try:
            async with aclosing(ask(context, setup, reply, asked.steps, demand)) as events:
                async for event in events:
                    yield event
            return
        except ShapeRefused as error:
            if reply.says_something or demand is None or (below := demand.level.next) is None:
                raise
            reply.learned_level = below
            reply.forget_its_end()
            yield SteppedDown(below, error)


def _as_learned(setup: Setup, reply: ReplySoFar) -> Setup:
    """The setup with the level that this turn has learned."""
    return replace(setup, learned_level=reply.learned_level) if reply.learned_level else setup


def demanding(context: Context, setup: Setup) -> Context:
    """A context that makes room for what is demanded: the schema is sent beside the messages, or told in the question.

    Before there is a question, its place is beside the messages, too.
    """
    if (demand := setup.demand) is None:
        return context
    is_told, told = setup.tells_the_shape, demand.shape.in_words
    beside = [demand.shape.source] * (demand.level is Level.SCHEMA) + [told] * (is_told and not context.new)
    context = replace(context, beside=context.beside + sum(setup.count(Message("system", text)) for text in beside))
    if not is_told or not context.new:
        return context
    number = max(number for number, message in enumerate(context.new) if message.role == "user")
    question = context.new[number]
    if question.content.endswith(told):  # it is what is asked again
        return context
    told_question = replace(question, content=f"{question.content}\n\n{told}", token_count=None)
    return replace(context, new=(*context.new[:number], told_question, *context.new[number + 1 :]))
