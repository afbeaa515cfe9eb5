"""A request that is too long for the server: the window shrinks once and says which exchanges are left out."""

from contextlib import suppress
from dataclasses import replace

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import RequestBuilt, TextDelta, WindowShrunk, WindowSlid
from chatbot_cli.chat.marks import Marks, Summary
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.options import SUMMARIZE
from chatbot_cli.chat.state import State
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.commands.context_report import ContextReport
from chatbot_cli.commands.memory import memory_commands
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.who_answers import add_who_answers_commands
from chatbot_cli.commands.window_report import LEARNED, limits_in_words, what_shrank, what_slid_out
from chatbot_cli.errors import ContextTooLong, EmptyReply, MessageTooLong, ProviderError
from tests.chat.turns import say, sent, take_turn, window_holding
from tests.fakes import FakeSetups, Script, ScriptedModel, setup_with

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


async def test_where_the_server_refused_more_no_wider_window_is_advised() -> None:
    conversation, _ = await after_three_turns([too_long(limit=24)], "Good.", "Fine.")
    await say(conversation, "and then?")
    slid = WindowSlid(conversation.window("and now?"))
    assert what_slid_out(slid).endswith(" not sent any more: the server holds 24 tokens.")
    with pytest.raises(MessageTooLong) as caught:
        await say(conversation, "word " * 30)
    assert caught.value.hint == "Send less of it."


@pytest.mark.parametrize("limit", [None, 5])
async def test_where_nothing_can_be_left_out_only_a_shorter_message_helps(limit: int | None) -> None:
    conversation = Conversation(setup_with(ScriptedModel([too_long(limit)])))
    with pytest.raises(ContextTooLong) as caught:
        await say(conversation, "word " * 30)
    assert caught.value.hint == "Only a shorter message helps."


async def test_the_window_of_the_second_try_is_the_one_from_there_on_its_summary_included() -> None:
    model = ScriptedModel([too_long(limit=240)], "Good.")
    setup = setup_with(model, max_turns=60, max_context_tokens=1000, max_reply_tokens=1)
    setup = replace(setup, overflow=SUMMARIZE)
    exchanges = Transcript(Exchange(f"{number} and so on", "Yes indeed.") for number in range(60))
    state = State(setup, exchanges, marks=Marks(summary=Summary("word " * 100, 20)))
    conversation, later = Conversation(setup), Conversation(setup)
    conversation.change("", state)
    later.change("", replace(state, setup=replace(setup, learned_tokens=240)))

    await say(conversation, "and then?")

    assert model.requests[-1].messages == later.window("and then?").messages


async def test_the_request_is_sent_once_more_with_what_the_server_holds() -> None:
    conversation, model = await after_three_turns([too_long(limit=24)], "Good.", "Fine.")
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
        "Too long for the server: the oldest exchange is left out, and the window is 24 tokens now."
    )
    assert len(conversation.exchanges) == 4  # nothing is forgotten
    assert conversation.limits.tokens == 24  # the limit that the server named is heeded
    assert conversation.window("more").tokens <= 24


@pytest.mark.parametrize("error", [too_long(), too_long(limit=10**6), empty(maybe_too_long=True)])
async def test_a_server_that_does_not_say_what_it_holds_gets_half(error: ProviderError) -> None:
    conversation, model = await after_three_turns([error], "Good.")
    assert await say(conversation, "and then?") == "Good."
    assert [text for _, text in sent(model.requests[-1])] == ["Be kind.", "and then?"]


async def test_after_a_refusal_the_next_request_does_not_run_into_it_again() -> None:
    conversation, model = await after_three_turns([too_long(limit=22)], "Good.", "Fine.", "Well.")
    for text in ("and then?", "and after that?", "and in the end?"):
        await say(conversation, text)
    assert len(model.requests) == 7  # one of them was refused
    assert conversation.limits.tokens == 22


@pytest.mark.parametrize("answer", ["Good.", [empty(maybe_too_long=True)], [empty(maybe_too_long=False)]])
async def test_an_empty_reply_never_shrinks_the_window_for_good(answer: Script | str) -> None:
    conversation, model = await after_three_turns([empty(maybe_too_long=True)], answer, "Fine.")
    with suppress(EmptyReply):
        await say(conversation, "and then?")
    assert conversation.limits.tokens == 1000
    await say(conversation, "and after that?")
    assert len(sent(model.requests[-1])) >= len(TALK) * 2 + 2  # all that was said before is sent again


@pytest.mark.parametrize("kind", ["another model", "another server"])
async def test_what_a_server_holds_is_known_of_its_model_alone(kind: str) -> None:
    conversation, _ = await after_three_turns([too_long(limit=22)], "Good.")
    await say(conversation, "and then?")
    first = conversation.setup.model
    other = replace(first, spec="other") if kind == "another model" else replace(first, base_url="http://localhost:1")
    setups = FakeSetups(opened={"same": first, "other": other})
    commands = Commands()
    add_who_answers_commands(commands, setups)
    commands.run("/model same", conversation)
    assert conversation.limits.tokens == 22
    commands.run("/model other", conversation)
    assert conversation.limits.tokens == 1000
    conversation.undo()
    assert conversation.limits.tokens == 22


async def test_a_persona_with_the_same_model_keeps_what_its_server_holds() -> None:
    conversation, model = await after_three_turns([too_long(limit=22)], "Good.")
    await say(conversation, "and then?")
    other = replace(conversation.setup.model, spec="other")
    tutor = setup_with(model, persona="tutor")
    commands = Commands()
    add_who_answers_commands(commands, FakeSetups({"tutor": tutor, "poet": replace(tutor, model=other)}))
    commands.run("/persona tutor", conversation)
    assert conversation.limits.tokens == 22
    commands.run("/persona poet", conversation)
    assert conversation.limits.tokens == other.context_tokens


async def test_the_window_says_that_the_server_refused_a_larger_one_until_another_is_set() -> None:
    conversation, _ = await after_three_turns([too_long(limit=22)], "Good.")
    await say(conversation, "and then?")
    assert LEARNED in ContextReport(conversation).chart().after
    assert LEARNED in limits_in_words(conversation)
    memory_commands.run("/window 5 exchanges", conversation)
    assert LEARNED in ContextReport(conversation).chart().after
    memory_commands.run("/window 500 tokens", conversation)
    assert conversation.limits.tokens == 500
    assert LEARNED not in ContextReport(conversation).chart().after + limits_in_words(conversation)


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


def test_after_an_empty_reply_nothing_is_said_of_a_smaller_window() -> None:
    limits = Conversation(setup_with(ScriptedModel())).limits
    shrunk = WindowShrunk(window_holding(2, 1, 9, limits), window_holding(3, 0, 99, limits), refused=False)
    assert (
        what_shrank(shrunk)
        == "The reply was empty, as if it was asked too much: the oldest exchange is left out this once."
    )


def test_several_exchanges_are_counted() -> None:
    limits = Conversation(setup_with(ScriptedModel())).limits
    before = window_holding(5, 1, 100, limits)
    shrunk = WindowShrunk(window_holding(2, 4, 100, replace(limits, tokens=8192)), before)
    assert what_shrank(shrunk).startswith("Too long for the server: the 3 exchanges at the start are left out,")
    assert "8,192 tokens" in what_shrank(shrunk)


@pytest.mark.parametrize(("error", "later"), [(too_long(), 0), (empty(maybe_too_long=True), 3)])
async def test_where_half_is_too_little_all_exchanges_are_left_out(error: ProviderError, later: int) -> None:
    model = ScriptedModel("Yes.", "Yes.", [error], "Good.")
    long_prompt = "be kind " * 100
    conversation = Conversation(
        setup_with(model, system_prompt=long_prompt, max_context_tokens=5000, max_reply_tokens=1)
    )
    for text in TALK[:2]:
        await say(conversation, text)
    assert await say(conversation, "and then?") == "Good."
    assert [text for _, text in sent(model.requests[-1])] == [long_prompt, "and then?"]
    assert conversation.window("and then?").exchanges == later


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
