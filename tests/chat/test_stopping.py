"""A turn that is stopped or fails at every point of its stream: its text is kept, and the conversation goes on."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import Finished, ReasoningDelta, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Ending, Exchange, Message
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.errors import ChatError, ConnectionFailed, EmptyReply, ReplyCut
from tests.chat.turns import conversation_with, say
from tests.fakes import Script, ScriptedModel

COMPLETE = Finished(Ending.COMPLETE)
THOUGHT = ReasoningDelta("hm")
REPLY: Script = [
    TextDelta("One"),
    THOUGHT,
    TextDelta(" two"),
    TokensUsed(9, 2),
    TextDelta(" three"),
    COMPLETE,
]
POINTS = range(len(REPLY) + 1)


def text_before(point: int) -> str:
    return "".join(event.text for event in REPLY[:point] if isinstance(event, TextDelta))


def kept(point: int, ending: Ending) -> tuple[Exchange, ...]:
    """What must be left of a turn that was cut after `point` of the model's events."""
    text = text_before(point)
    thoughts = Thoughts("hm") if THOUGHT in REPLY[:point] else None
    ending = Ending.COMPLETE if COMPLETE in REPLY[:point] else ending
    return (Exchange("Count!", text, ending, thoughts=thoughts),) if text else ()


def kept_in(conversation: Conversation) -> tuple[Exchange, ...]:
    """What is left of a turn, but for whose the thoughts are and how long they took."""
    return tuple(replace(one, thoughts=one.thoughts and Thoughts(one.thoughts.text)) for one in conversation.exchanges)


def assert_sendable(messages: Sequence[Message]) -> None:
    """System first, then user and assistant in turns, none of them empty, the user's last."""
    roles = [message.role for message in messages]
    assert roles == ["system", *["user", "assistant"] * (len(roles) // 2 - 1), "user"]
    assert all(message.content for message in messages)


async def assert_goes_on(conversation: Conversation, model: ScriptedModel) -> None:
    """The next turn must work, with a transcript that any provider accepts."""
    async with asyncio.timeout(5):
        await say(conversation, "Go on.")
    assert_sendable(model.requests[-1].messages)
    assert model.open == 0


@pytest.mark.parametrize("point", POINTS)
async def test_leaving_the_stream_at_any_point_keeps_what_came(point: int) -> None:
    conversation, model = conversation_with(REPLY, "Four.")

    async with aclosing(conversation.take_turn("Count!")) as events:
        for _ in range(point + 1):  # the request, and so many events
            await anext(events)

    assert model.open == 0
    assert kept_in(conversation) == kept(point, Ending.STOPPED)
    await assert_goes_on(conversation, model)


@pytest.mark.parametrize("point", POINTS)
async def test_cancelling_the_turn_at_any_point_keeps_what_came(point: int) -> None:
    conversation, model = conversation_with([*REPLY[:point], asyncio.Event()], "Four.")
    arrived, reached = 0, asyncio.Event()

    async def turn() -> None:
        nonlocal arrived
        async with aclosing(conversation.take_turn("Count!")) as events:
            async for _ in events:
                arrived += 1
                if arrived == point + 1:
                    reached.set()

    task = asyncio.create_task(turn())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert model.open == 0
    assert kept_in(conversation) == kept(point, Ending.STOPPED)
    await assert_goes_on(conversation, model)


@pytest.mark.parametrize("point", range(REPLY.index(COMPLETE) + 1))
async def test_an_error_at_any_point_keeps_what_came_marked_as_cut(point: int) -> None:
    conversation, model = conversation_with([*REPLY[:point], ConnectionFailed("The line broke.")], "Four.")

    with pytest.raises(ConnectionFailed):
        await say(conversation, "Count!")

    assert kept_in(conversation) == kept(point, Ending.LOST)
    await assert_goes_on(conversation, model)


async def test_an_error_behind_the_end_of_a_reply_costs_nothing_but_the_count_of_tokens() -> None:
    conversation, _ = conversation_with([TextDelta("Whole."), COMPLETE, ConnectionFailed("The line broke.")])

    assert await say(conversation, "Hello?") == "Whole."

    assert conversation.exchanges == (Exchange("Hello?", "Whole.", Ending.COMPLETE),)


async def test_a_stream_that_just_ends_is_a_cut_reply() -> None:
    conversation, _ = conversation_with([TextDelta("Half a")])

    with pytest.raises(ReplyCut):
        await say(conversation, "Hello?")

    assert conversation.exchanges == (Exchange("Hello?", "Half a", Ending.LOST),)
    assert conversation.exchanges[-1].reason == "the connection ended before the model had finished"


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ([ConnectionFailed("Nobody answers.")], ConnectionFailed),
        ([ReasoningDelta("hm"), ConnectionFailed("The line broke.")], ConnectionFailed),
        ([COMPLETE], EmptyReply),
        ([TextDelta(" \n"), TextDelta("\n"), COMPLETE], EmptyReply),
        ([TextDelta(" \n"), ReplyCut("the line broke")], ReplyCut),
        ([], ReplyCut),
    ],
)
async def test_a_failure_before_any_text_leaves_the_conversation_as_it_was(
    script: Script, error: type[ChatError]
) -> None:
    conversation, _ = conversation_with("One.", script)
    await say(conversation, "1")
    before = conversation.state

    with pytest.raises(error):
        await say(conversation, "2")

    assert conversation.state is before
    assert conversation.undo() == "the exchange “1”"
