"""Taking back steps, and asking again."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.errors import ConnectionFailed
from tests.chat.turns import conversation_with, say


async def test_undo_takes_back_one_step_after_the_other() -> None:
    conversation, _ = conversation_with("One.", "Two.")
    await say(conversation, "1")
    await say(conversation, "2")

    assert conversation.undo() == "the exchange “2”"
    assert conversation.exchanges == (Exchange("1", "One."),)
    assert conversation.undo() == "the exchange “1”"
    assert not conversation.exchanges
    assert conversation.undo() is None


async def test_undo_brings_back_a_conversation_that_was_reset() -> None:
    conversation, _ = conversation_with("One.")
    await say(conversation, "1")
    conversation.change("/reset", replace(conversation.state, exchanges=Transcript()))

    assert conversation.undo() == "/reset"
    assert conversation.exchanges == (Exchange("1", "One."),)


async def test_undo_names_a_long_message_by_its_beginning() -> None:
    conversation, _ = conversation_with("Yes.")
    await say(conversation, "Please read\nthis " + "very " * 40 + "long text.")

    assert conversation.undo() == "the exchange “Please read this very very very very ve…”"


async def test_retry_replaces_the_answer_and_undo_brings_the_first_one_back() -> None:
    conversation, model = conversation_with("Blue.", "Green.")
    await say(conversation, "Which colour?")

    async with aclosing(conversation.retry()) as events:
        _ = [event async for event in events]

    assert conversation.exchanges == (Exchange("Which colour?", "Green."),)
    assert model.requests[1] == model.requests[0]  # the first answer is not sent along
    assert conversation.undo() == "the new answer to “Which colour?”"
    assert conversation.exchanges == (Exchange("Which colour?", "Blue."),)


async def test_a_failed_retry_keeps_the_first_answer() -> None:
    conversation, _ = conversation_with("Blue.", [ConnectionFailed("Nobody answers.")])
    await say(conversation, "Which colour?")

    with pytest.raises(ConnectionFailed):
        async with aclosing(conversation.retry()) as events:
            _ = [event async for event in events]

    assert conversation.exchanges == (Exchange("Which colour?", "Blue."),)


async def test_a_retry_stopped_before_its_first_word_keeps_the_first_answer() -> None:
    conversation, _ = conversation_with("Blue.", [asyncio.Event()])
    await say(conversation, "Which colour?")

    async with aclosing(conversation.retry()) as events:
        await anext(events)

    assert conversation.exchanges == (Exchange("Which colour?", "Blue."),)
