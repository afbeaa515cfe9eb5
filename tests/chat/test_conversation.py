"""The conversation: its memory, its requests, and the events of a turn."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from itertools import count

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import (
    Finished,
    ReasoningDelta,
    ReplyEnded,
    RequestBuilt,
    TextDelta,
    TokensUsed,
    WindowSlid,
)
from chatbot_cli.chat.messages import Ending, Exchange, Message
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.errors import MessageTooLong
from chatbot_cli.providers.demo.model import DemoChat
from tests.chat.turns import conversation_with, say, sent, take_turn
from tests.fakes import ScriptedModel, WordCounter, setup_with

COMPLETE = Finished(Ending.COMPLETE)


# The four classic mistakes.


async def test_the_reply_is_saved_and_sent_again_with_the_next_question() -> None:
    conversation, model = conversation_with("Use Beautiful Soup.", "No, it does not.")

    await say(conversation, "How do I read a web page?")
    await say(conversation, "Does it handle JavaScript pages?")

    assert sent(model.requests[1]) == [
        ("system", "You are helpful."),
        ("user", "How do I read a web page?"),
        ("assistant", "Use Beautiful Soup."),
        ("user", "Does it handle JavaScript pages?"),
    ]


async def test_two_conversations_with_one_setup_share_nothing() -> None:
    model = ScriptedModel("Hello Ada.", "Hello Bob.", "Nobody told me.")
    setup = setup_with(model)
    first, second = Conversation(setup), Conversation(setup)

    await asyncio.gather(say(first, "I am Ada."), say(second, "I am Bob."))
    await say(second, "Who am I?")

    assert first.exchanges == (Exchange("I am Ada.", "Hello Ada."),)
    assert sent(model.requests[2])[1:] == [("user", "I am Bob."), ("assistant", "Hello Bob."), ("user", "Who am I?")]


async def test_the_system_message_is_first_and_once_in_every_request_also_after_it_changed() -> None:
    conversation, model = conversation_with("One.", "Two.", "Three.")

    await say(conversation, "1")
    await say(conversation, "2")
    conversation.change_setup("the new prompt", replace(conversation.setup, system_prompt="You are a pirate."))
    await say(conversation, "3")

    for request, prompt in zip(model.requests, ["You are helpful."] * 2 + ["You are a pirate."], strict=True):
        assert request.messages[0] == Message("system", prompt)
        assert [message.role for message in request.messages].count("system") == 1


async def test_the_pieces_are_collected_so_that_history_holds_what_was_shown() -> None:
    conversation, _ = conversation_with("A reply of five words.")

    shown = await say(conversation, "Say something.")

    assert shown == "A reply of five words."
    assert conversation.exchanges == (Exchange("Say something.", shown),)


# What a turn tells.


async def test_a_turn_tells_the_request_then_the_model_s_events_then_the_end() -> None:
    used = TokensUsed(12, 1, 0.5)
    ticks = count(10.0, 2.5)
    model = ScriptedModel([ReasoningDelta("hm"), TextDelta("Yes."), COMPLETE, used])
    conversation = Conversation(setup_with(model), clock=lambda: next(ticks))

    events = await take_turn(conversation, "Really?")

    assert isinstance(events[0], RequestBuilt)
    assert events[0].window.messages == model.requests[0].messages
    assert events[1:] == [
        ReasoningDelta("hm"),
        TextDelta("Yes."),
        COMPLETE,
        used,
        ReplyEnded(Ending.COMPLETE, 7.5, used),
    ]
    thoughts = Thoughts("hm", 2.5, conversation.setup.model.made_by)
    assert conversation.exchanges == (Exchange("Really?", "Yes.", thoughts=thoughts),)  # they are no part of it


async def test_a_reply_cut_at_its_token_limit_is_kept_with_that_ending() -> None:
    conversation, _ = conversation_with([TextDelta("Once upon"), Finished(Ending.LENGTH)])

    events = await take_turn(conversation, "A story!")

    assert conversation.exchanges == (Exchange("A story!", "Once upon", Ending.LENGTH),)
    assert isinstance(events[-1], ReplyEnded)
    assert events[-1].ending is Ending.LENGTH


async def test_the_sampling_settings_go_along_only_when_set() -> None:
    model = ScriptedModel("Warm.", "Default.")
    setup = setup_with(model)

    await say(Conversation(replace(setup, options=Options(1.5, 50))), "Hi")
    await say(Conversation(setup), "Hi")

    assert [request.options for request in model.requests] == [Options(1.5, 50), Options(None, None)]


async def test_examples_stand_between_the_system_message_and_the_conversation() -> None:
    model = ScriptedModel("4.")
    conversation = Conversation(setup_with(model, examples=(Exchange("1 + 1?", "2."),)))

    await say(conversation, "2 + 2?")

    assert [role for role, _ in sent(model.requests[0])] == ["system", "user", "assistant", "user"]
    assert conversation.exchanges == (Exchange("2 + 2?", "4."),)


# The window slides.


async def test_that_the_window_slid_is_said_once_when_the_first_exchange_falls_out() -> None:
    model = ScriptedModel(*["Yes."] * 5)
    conversation = Conversation(setup_with(model, max_turns=2))

    turns = [await take_turn(conversation, f"Question {n}") for n in range(5)]

    slid = [[event.window.left_out for event in events if isinstance(event, WindowSlid)] for events in turns]
    assert slid == [[], [], [], [1], []]
    assert len(conversation.exchanges) == 5  # the transcript is whole
    assert sent(model.requests[4])[1] == ("user", "Question 2")


@pytest.mark.parametrize(("slide", "expected"), [(None, [(2, 0), (4, 2), (6, 4)]), (1, [(1, 0)])])
async def test_each_block_that_leaves_is_said_but_not_each_exchange_of_a_strict_window(
    slide: int | None, expected: list[tuple[int, int]]
) -> None:
    model = ScriptedModel(*["Yes."] * 10)
    conversation = Conversation(replace(setup_with(model, max_turns=4), slide=slide))
    events = [event for n in range(10) for event in await take_turn(conversation, f"Question {n}")]
    slid = [(event.window.left_out, event.before) for event in events if isinstance(event, WindowSlid)]
    assert slid == expected


async def test_that_the_window_slid_is_said_again_after_everything_fitted_once_more() -> None:
    conversation = Conversation(setup_with(ScriptedModel(*["Yes."] * 6), max_turns=1))
    slid = []

    for n in range(6):
        if n == 3:
            conversation.change("/reset", replace(conversation.state, exchanges=Transcript()))
        slid.append(any(isinstance(event, WindowSlid) for event in await take_turn(conversation, f"Question {n}")))

    assert slid == [False, False, True, False, False, True]


async def test_the_name_told_in_turn_one_is_forgotten_by_turn_four_with_two_turns() -> None:
    async def at_once(_: float) -> None: ...

    conversation = Conversation(setup_with(DemoChat(at_once), max_turns=2))

    await say(conversation, "Hello, my name is Ada.")
    await say(conversation, "I like hiking.")
    assert "Ada" in await say(conversation, "What is my name?")
    answer = await say(conversation, "What is my name?")

    assert "I don't know your name" in answer
    assert "Ada" not in answer


async def test_trimmed_exchanges_are_kept_but_not_sent() -> None:
    conversation, model = conversation_with("One.", "Two.", "Three.")
    await say(conversation, "1")
    await say(conversation, "2")

    conversation.change("/trim 1", replace(conversation.state, trimmed=1))
    await say(conversation, "3")

    assert sent(model.requests[2])[1:] == [("user", "2"), ("assistant", "Two."), ("user", "3")]
    assert len(conversation.exchanges) == 3


async def test_a_message_too_long_is_an_error_before_anything_is_sent() -> None:
    model = ScriptedModel("never")
    conversation = Conversation(setup_with(model, max_context_tokens=20))

    with pytest.raises(MessageTooLong):
        await say(conversation, "word " * 50)

    assert model.requests == []
    assert conversation.exchanges == ()


@pytest.mark.parametrize(
    ("window", "reply", "words", "names_reply"),
    [
        (8192, 9_999_999, 1, True),
        (8192, 8192, 1, True),
        (8192, 8190, 1, True),
        (1000, 900, 200, True),
        (100, 50, 200, False),
        (100, None, 200, False),
    ],
)
async def test_a_message_that_the_room_for_the_reply_leaves_no_room_for_names_that(
    window: int, reply: int | None, words: int, names_reply: bool
) -> None:
    setup = setup_with(ScriptedModel("never"), max_context_tokens=window, max_reply_tokens=reply)
    with pytest.raises(MessageTooLong) as caught:
        await say(Conversation(setup), "word " * words)
    assert ("max_reply_tokens" in caught.value.hint) == names_reply
    assert f"max_context_tokens={'N' if names_reply else 1000}" in caught.value.hint
    assert f"{window:,}" in str(caught.value)
    assert " of them " not in str(caught.value) or (reply or 0) < window


async def test_an_estimate_is_enough_while_everything_surely_fits() -> None:
    counter = WordCounter(exact=False)
    conversation = Conversation(setup_with(ScriptedModel("Yes.", "Yes."), max_context_tokens=200, counter=counter))

    await say(conversation, "Short.")
    assert not counter.exact

    await say(conversation, "A somewhat longer question, that might not fit. " * 3)
    assert counter.exact


# Turns at the same time.


async def test_two_turns_at_once_run_one_after_the_other() -> None:
    conversation, model = conversation_with("One.", "Two.")

    async with aclosing(conversation.take_turn("1")) as first:
        await anext(first)
        second = asyncio.create_task(say(conversation, "2"))
        _ = [event async for event in first]
    await second

    assert conversation.exchanges == (Exchange("1", "One."), Exchange("2", "Two."))
    assert sent(model.requests[1])[1:] == [("user", "1"), ("assistant", "One."), ("user", "2")]


async def test_a_turn_cancelled_while_it_waits_for_another_leaves_that_one_alone() -> None:
    conversation, model = conversation_with("One.")

    async with aclosing(conversation.take_turn("1")) as first:
        await anext(first)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await say(conversation, "2")
        _ = [event async for event in first]

    assert conversation.exchanges == (Exchange("1", "One."),)
    assert len(model.requests) == 1
