"""A request that is too long for the server: the window shrinks once and says which exchanges are left out."""

from dataclasses import replace

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import RequestBuilt, TextDelta, WindowShrunk
from chatbot_cli.commands.window_report import what_shrank
from chatbot_cli.errors import ContextTooLong, EmptyReply, ProviderError
from tests.chat.turns import say, sent, take_turn, window_holding
from tests.fakes import Script, ScriptedModel, setup_with

TALK = ("one two three four", "five six seven eight", "nine ten eleven twelve")  # four words each, answered with two


def too_long(limit: int | None = None) -> ContextTooLong:
    return ContextTooLong("The request is too long for the model.", limit=limit)


def empty(*, maybe_too_long: bool) -> EmptyReply:
    return EmptyReply("The server sent an empty reply.", maybe_too_long=maybe_too_long)


async def after_three_turns(*scripts: Script | str) -> tuple[Conversation, ScriptedModel]:
    """A conversation with three exchanges of six words, whose next turns are scripted."""
    model = ScriptedModel("Yes indeed.", "Yes indeed.", "Yes indeed.", *scripts)
    conversation = Conversation(
        setup_with(model, system_prompt="Be kind.", max_context_tokens=1000, max_reply_tokens=1)
    )
    for text in TALK:
        await say(conversation, text)
    return conversation, model


async def test_the_request_is_sent_once_more_with_what_the_server_holds() -> None:
    conversation, model = await after_three_turns([too_long(limit=22)], "Good.", "Fine.")
    events = await take_turn(conversation, "and then?")
    built, shrunk, *others = events
    assert isinstance(built, RequestBuilt)
    assert isinstance(shrunk, WindowShrunk)
    assert (shrunk.before.exchanges, shrunk.window.exchanges) == (3, 2)
    assert others[0] == TextDelta("Good.")
    assert [text for _, text in sent(model.requests[-1])] == [
        "Be kind.",
        TALK[1],
        "Yes indeed.",
        TALK[2],
        "Yes indeed.",
        "and then?",
    ]
    assert what_shrank(shrunk) == (
        "Too long for the server: the oldest exchange is left out, and the window is 22 tokens now."
    )
    assert len(conversation.exchanges) == 4  # nothing is forgotten
    assert conversation.limits.tokens == 22  # the limit that the server named is heeded
    assert conversation.window("more").tokens <= 22


@pytest.mark.parametrize("error", [too_long(), too_long(limit=10**6), empty(maybe_too_long=True)])
async def test_a_server_that_does_not_say_what_it_holds_gets_half(error: ProviderError) -> None:
    conversation, model = await after_three_turns([error], "Good.")
    assert await say(conversation, "and then?") == "Good."
    assert [text for _, text in sent(model.requests[-1])] == ["Be kind.", "and then?"]


async def test_it_is_tried_once() -> None:
    conversation, model = await after_three_turns([too_long()], [too_long()], "Never.")
    before = conversation.exchanges
    with pytest.raises(ContextTooLong):
        await take_turn(conversation, "and then?")
    assert len(model.requests) == 5
    assert conversation.exchanges is before


@pytest.mark.parametrize("error", [too_long(), too_long(limit=3), empty(maybe_too_long=True)])
async def test_where_nothing_can_be_left_out_the_failure_is_told(error: ProviderError) -> None:
    model = ScriptedModel([error])
    conversation = Conversation(setup_with(model))
    with pytest.raises(type(error)):
        await take_turn(conversation, "a long question")
    assert len(model.requests) == 1


async def test_an_empty_reply_alone_is_no_reason() -> None:
    conversation, model = await after_three_turns([empty(maybe_too_long=False)])
    with pytest.raises(EmptyReply):
        await take_turn(conversation, "and then?")
    assert len(model.requests) == 4


async def test_once_text_has_come_nothing_is_sent_again() -> None:
    conversation, model = await after_three_turns([TextDelta("So"), too_long()])
    with pytest.raises(ContextTooLong):
        await take_turn(conversation, "and then?")
    assert len(model.requests) == 4
    assert conversation.exchanges[-1].assistant == "So"


def test_several_exchanges_are_counted() -> None:
    limits = Conversation(setup_with(ScriptedModel())).limits
    before = window_holding(5, 1, 100, limits)
    shrunk = WindowShrunk(window_holding(2, 4, 100, replace(limits, tokens=8192)), before)
    assert what_shrank(shrunk).startswith("Too long for the server: the 3 exchanges at the start are left out,")
    assert "8,192 tokens" in what_shrank(shrunk)


async def test_where_half_is_too_little_all_exchanges_are_left_out() -> None:
    model = ScriptedModel("Yes.", "Yes.", [empty(maybe_too_long=True)], "Good.")
    long_prompt = "be kind " * 100
    conversation = Conversation(
        setup_with(model, system_prompt=long_prompt, max_context_tokens=5000, max_reply_tokens=1)
    )
    for text in TALK[:2]:
        await say(conversation, text)
    assert await say(conversation, "and then?") == "Good."
    assert [text for _, text in sent(model.requests[-1])] == [long_prompt, "and then?"]
    assert conversation.window("and then?").exchanges == 0


async def test_what_needs_more_than_the_server_has_named_is_not_tried() -> None:
    model = ScriptedModel("Yes.", "Yes.", [too_long(limit=50)], "Never.")
    conversation = Conversation(
        setup_with(model, system_prompt="be kind " * 100, max_context_tokens=5000, max_reply_tokens=1)
    )
    for text in TALK[:2]:
        await say(conversation, text)
    with pytest.raises(ContextTooLong):
        await say(conversation, "and then?")
    assert len(model.requests) == 3
