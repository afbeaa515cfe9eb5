"""/compare at the prompt: the next question or the last one, asked about first where it may cost too much."""

from dataclasses import replace
from pathlib import Path

from chatbot_cli.chat.prices import UnknownPrices
from chatbot_cli.chat.tool_rounds import Tools
from tests.chat.test_budget import CentsPerToken
from tests.fakes import FakeApprover, FakeSetups, FakeToolbox, ScriptedModel, model_with, tool_named
from tests.terminal.at_keyboard import chat_at_keyboard


def two(first: str, second: str) -> FakeSetups:
    return FakeSetups(
        opened={name: model_with(ScriptedModel(text), spec=name) for name, text in (("a", first), ("b", second))}
    )


async def test_before_anything_was_asked_the_next_question_is_compared(history: Path) -> None:
    async with chat_at_keyboard(history, "Mine.", setups=two("From A.", "From B.")) as chat:
        await chat.draft()
        assert await chat.say("/compare a b") == ""
        assert await chat.say("Hi") == ""
        assert await chat.say("/pick 2") == ""
        assert await chat.say("And now?") == ""
    said = chat.out.getvalue()
    assert "The next question goes to a and b at once." in said
    assert "Answer 1 is the reply. /pick 2 keeps the other one." in said
    assert "The reply is answer 2 now, of b." in said
    assert [one.assistant for one in chat.conversation.exchanges] == ["From B.", "Mine."]


async def test_models_that_are_called_the_same_are_told_apart_by_their_providers(history: Path) -> None:
    same = {spec: replace(model_with(ScriptedModel(*"123"), spec=spec), name="m") for spec in ("x/m", "y/m")}
    async with chat_at_keyboard(history, "Mine.", setups=FakeSetups(opened=same)) as chat:
        await chat.draft()
        for line in ("/compare x/m y/m", "Hi", "/pick 2", "/compare x/m x/m", "/pick 2"):
            assert await chat.say(line) == ""
    said = chat.out.getvalue()
    for sentence in ("goes to x/m and y/m at once.", "## y/m\n", "2 now, of y/m.", "## m\n", "2 now, of m."):
        assert sentence in said


async def test_the_last_question_is_asked_again_and_tools_are_not_offered(history: Path) -> None:
    tools = Tools(FakeToolbox([tool_named("time")]), FakeApprover())
    noted = {"a": "", "b": "B costs more here."}
    opened = two("From A.", "From B.").opened
    setups = FakeSetups(opened={name: replace(opened[name], note=note) for name, note in noted.items()})
    async with chat_at_keyboard(history, "Mine.", setups=setups, tools=tools) as chat:
        await chat.draft()
        await chat.say("Hi")
        assert await chat.say("/compare a b") == ""
    assert "Tools are not offered in a comparison.\nB costs more here.\n" in chat.out.getvalue()
    assert [(one.user, one.assistant) for one in chat.conversation.exchanges] == [("Hi", "From A.")]
    asked = setups.opened["a"].chat_model
    assert isinstance(asked, ScriptedModel)
    assert asked.requests[0].tools == ()


async def test_what_all_may_cost_is_asked_about_once(history: Path) -> None:
    setups = two("From A.", "From B.")
    priced = {name: replace(model, prices=CentsPerToken()) for name, model in setups.opened.items()}
    async with chat_at_keyboard(history, setups=FakeSetups(opened=priced)) as chat:
        setup = chat.conversation.setup
        chat.conversation.change_setup(
            "", replace(setup, max_cost=0.1, options=replace(setup.options, max_reply_tokens=2))
        )
        await chat.draft()
        await chat.say("/compare a b")
        chat.type("one two\r")
        await chat.out.until("These 2 answers may cost up to $0.")
        chat.type("n\r")
        assert await chat.draft() == "one two"
        assert not chat.conversation.exchanges
        assert "Nothing was sent." in chat.out.getvalue()


async def test_unknown_prices_of_both_are_asked_about_at_once(history: Path) -> None:
    setups = two("From A.", "From B.")
    unknown = {name: replace(model, prices=UnknownPrices()) for name, model in setups.opened.items()}
    async with chat_at_keyboard(history, setups=FakeSetups(opened=unknown)) as chat:
        chat.conversation.change_setup("", replace(chat.conversation.setup, max_cost=0.1))
        await chat.draft()
        await chat.say("/compare a b")
        chat.type("one\r")
        await chat.out.until("The price of a is unknown")
        chat.type("y\r")
        assert await chat.draft() == ""
        assert chat.out.getvalue().count("is unknown") == 1
