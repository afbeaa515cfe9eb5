"""Asking a model: the request, the steps that may change it first, and two questions side by side."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from chatbot_cli.chat.asking import ask
from chatbot_cli.chat.context import Context
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import RequestBuilt, TextDelta, WindowShrunk
from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.chat.reply_so_far import ReplySoFar
from chatbot_cli.chat.window import Verdict
from chatbot_cli.errors import ContextTooLong
from tests.chat.turns import say, sent
from tests.fakes import Script, ScriptedModel, saying, setup_with

TALK = (Exchange("What is a list?", "A row of things."), Exchange("And a set?", "Each thing once."))


def context(question: str) -> Context:
    return Context((Message("system", "Be kind."),), TALK, (Message("user", question),))


async def reply_to(question: str, model: ScriptedModel) -> str:
    reply = ReplySoFar()
    async with aclosing(ask(context(question), setup_with(model), reply)) as events:
        async for _ in events:
            pass
    return str(reply.text)


async def test_two_models_are_asked_the_same_side_by_side() -> None:
    first_may_go_on, second_has_begun = asyncio.Event(), asyncio.Event()
    slow: Script = [TextDelta("One "), first_may_go_on, *saying("two.")]
    quick: Script = [second_has_begun, *saying("Three.")]
    models = ScriptedModel(slow), ScriptedModel(quick)
    asked = [asyncio.create_task(reply_to("Both?", model)) for model in models]
    second_has_begun.set()
    assert await asked[1] == "Three."
    first_may_go_on.set()
    assert await asked[0] == "One two."
    assert sent(models[0].requests[0]) == sent(models[1].requests[0])


async def test_a_step_changes_what_is_sent_before_the_window_chooses() -> None:
    async def with_a_document(before: Context) -> Context:
        return replace(before, head=(*before.head, Message("system", "word " * 20)))

    model = ScriptedModel("Yes.", "Yes.")
    setup = setup_with(model, system_prompt="Be kind.", max_context_tokens=34, max_reply_tokens=1)
    conversation = Conversation(setup, steps=[with_a_document])
    await say(conversation, "one two three four five six seven")
    async with aclosing(conversation.take_turn("eight nine ten")) as events:
        built = await anext(events)
        assert isinstance(built, RequestBuilt)
        assert built.window.verdict(0) is Verdict.TOKEN_LIMIT
        assert [message.role for message in built.window.messages] == ["system", "system", "user"]


async def test_what_the_server_holds_is_told_and_kept_for_later() -> None:
    too_long = ContextTooLong("The request is too long for the model.")
    model = ScriptedModel("Yes.", [too_long], "No.")
    conversation = Conversation(setup_with(model, max_reply_tokens=1, max_context_tokens=200))
    await say(conversation, "one " * 50)
    before = conversation.state
    async with aclosing(conversation.take_turn("two")) as events:
        async for event in events:
            if isinstance(event, WindowShrunk):
                assert conversation.state is before  # nothing is replaced in mid-stream
    assert conversation.limits.tokens < 200


async def test_a_window_that_was_not_answered_either_is_not_kept() -> None:
    too_long = ContextTooLong("The request is too long for the model.")
    conversation = Conversation(
        setup_with(ScriptedModel("Yes.", [too_long], [too_long]), max_reply_tokens=1, max_context_tokens=200)
    )
    await say(conversation, "one " * 50)
    with pytest.raises(ContextTooLong):
        await say(conversation, "two")
    assert conversation.limits.tokens == 200
    assert len(conversation.exchanges) == 1
