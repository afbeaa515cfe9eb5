"""Several models are asked at once: their answers are siblings, and one of them is the reply."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Literal

import pytest

from chatbot_cli.chat.compare_events import AnswerFailed, OfAnswer
from chatbot_cli.chat.compared import answered_by, best_of
from chatbot_cli.chat.comparing import compare as compare_at_once
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import Finished, ReplyEnded, TextDelta, TokensUsed, WindowSlid
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.prices import Cost, PriceStep
from chatbot_cli.chat.setup import Setup
from chatbot_cli.errors import (
    CostLimitReached,
    MessageTooLong,
    NewServer,
    RateLimited,
    ReplyCut,
    Unauthorized,
    UsageError,
)
from tests.chat.turns import say, sent
from tests.fakes import AnyWords, FakeLibrary, Script, ScriptedModel, model_with, passage, setup_with

TIRED, NO_KEY = RateLimited("The server is tired."), Unauthorized("The key is wrong.")


def models(**scripts: Script | str) -> dict[str, ScriptedModel]:
    return {name: ScriptedModel(script) for name, script in scripts.items()}


def setups_of(chat: Conversation, asked: dict[str, ScriptedModel]) -> list[Setup]:
    return [answered_by(chat.setup, model_with(one, spec=name), is_named=True) for name, one in asked.items()]


async def compare(chat: Conversation, text: str | None, asked: dict[str, ScriptedModel]) -> list[OfAnswer]:
    async with aclosing(compare_at_once(chat, setups_of(chat, asked), text)) as events:
        return [event async for event in events if isinstance(event, OfAnswer)]


def chat_with(*scripts: Script | str) -> Conversation:
    return Conversation(setup_with(ScriptedModel(*scripts)))


async def test_all_are_asked_the_same_and_the_first_whole_answer_is_the_reply() -> None:
    chat = chat_with("Hello.")
    await say(chat, "Hi")
    asked = models(luna="I am Luna.", haiku="I am Haiku.")
    events = await compare(chat, "Who are you?", asked)
    assert sent(asked["luna"].requests[0]) == sent(asked["haiku"].requests[0])
    assert sent(asked["luna"].requests[0])[-1] == ("user", "Who are you?")
    assert {event.number for event in events if isinstance(event.event, ReplyEnded)} == {0, 1}
    assert [one.assistant for one in chat.exchanges] == ["Hello.", "I am Luna."]
    assert [(one.name, one.is_whole) for one in chat.compared] == [("luna", True), ("haiku", True)]
    assert [one.assistant for one in chat.journal.answers(chat.exchanges[-1])] == ["I am Luna.", "I am Haiku."]
    assert chat.setup.model.name == "fake"  # the conversation goes on with its own
    assert chat.undo() == "the comparison of “Who are you?”"
    assert [one.assistant for one in chat.exchanges] == ["Hello."]


async def test_they_answer_at_the_same_time() -> None:
    chat, first, second = chat_with(), asyncio.Event(), asyncio.Event()
    asked = models(
        a=[TextDelta("one"), first, Finished(Ending.COMPLETE)], b=[TextDelta("two"), second, Finished(Ending.COMPLETE)]
    )
    seen = []
    async with aclosing(compare_at_once(chat, setups_of(chat, asked), "count")) as events:
        async for event in events:
            if isinstance(event, OfAnswer) and isinstance(event.event, TextDelta):
                seen.append((event.number, event.event.text))
                if len(seen) == 2:
                    second.set()
            elif isinstance(event, OfAnswer) and isinstance(event.event, ReplyEnded):
                seen.append((event.number, "ended"))
                first.set()
    assert seen == [(0, "one"), (1, "two"), (1, "ended"), (0, "ended")]


async def test_the_last_question_is_asked_again_and_its_answer_stays_a_sibling() -> None:
    chat = chat_with("Four.")
    await say(chat, "2 + 2?")
    await compare(chat, None, models(a="4", b="IV"))
    assert [(one.user, one.assistant) for one in chat.exchanges] == [("2 + 2?", "4")]
    assert [one.assistant for one in chat.journal.answers(chat.exchanges[-1])] == ["Four.", "4", "IV"]
    chat.undo()
    assert chat.exchanges[-1].assistant == "Four."


async def test_one_that_fails_does_not_stop_the_other() -> None:
    chat = chat_with()
    events = await compare(chat, "Hi", models(a=[NO_KEY], b="Hello."))
    assert [event.event for event in events if event.number == 0][-1] == AnswerFailed(NO_KEY)
    assert [one.assistant for one in chat.exchanges] == ["Hello."]
    failed, whole = chat.compared
    assert (failed.exchange, failed.error, failed.exit_code, whole.exit_code) == (None, NO_KEY, 1, 0)


@pytest.mark.parametrize(
    ("scripts", "reply", "code"),
    [
        ({"a": [TextDelta("Hal"), ReplyCut("it broke")], "b": "Whole."}, "Whole.", 0),
        ({"a": [NO_KEY], "b": [TextDelta("Cut"), Finished(Ending.LENGTH)]}, "Cut", 3),
        ({"a": [NO_KEY], "b": [TextDelta("Cut"), ReplyCut("it broke")]}, "Cut", 3),
        ({"a": [NO_KEY], "b": [TIRED]}, None, 75),
        ({"a": [NO_KEY], "b": [NO_KEY]}, None, 1),
    ],
)
async def test_the_best_answer_counts(scripts: dict[str, Script], reply: str | None, code: int) -> None:
    chat = chat_with()
    await compare(chat, "Hi", models(**scripts))
    assert [one.assistant for one in chat.exchanges] == ([reply] if reply else [])
    assert best_of(chat.compared).exit_code == code


class Never(asyncio.Event):
    """An event that does not come; `reached` is set when it is waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()

    async def wait(self) -> Literal[True]:
        self.reached.set()
        return await super().wait()


async def test_stopped_all_keep_what_came() -> None:
    chat, first, second = chat_with(), Never(), Never()
    asked = models(a=[TextDelta("one "), first], b=[TextDelta("two "), second])
    task = asyncio.create_task(compare(chat, "count", asked))
    await first.reached.wait()
    await second.reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [one.open for one in asked.values()] == [0, 0]
    kept = [one.exchange for one in chat.compared if one.exchange]
    assert [(one.assistant, one.ending) for one in kept] == [("one ", Ending.STOPPED), ("two ", Ending.STOPPED)]
    assert [one.assistant for one in chat.exchanges] == ["one "]


async def test_what_all_may_cost_is_checked_before_any_is_asked() -> None:
    asked = models(a=[TextDelta("x"), TokensUsed(1, 1, 0.4), Finished(Ending.COMPLETE)], b="y")
    chat = chat_with()
    chat.change_setup("limit", replace(chat.setup, max_cost=1.0))
    priced = [replace(one, model=replace(one.model, prices=Cents())) for one in setups_of(chat, asked)]
    with pytest.raises(CostLimitReached, match=r"These 2 answers may cost up to \$1\.20"):
        await drained(chat, priced)
    assert not any(one.requests for one in asked.values())
    chat.change_setup("limit", replace(chat.setup, max_cost=1.3))
    await drained(chat, [replace(one, max_cost=1.3) for one in priced])
    assert chat.journal.spent == pytest.approx(0.4)
    assert chat.budget.unreported.replies == 1
    assert chat.budget.unreported.most == pytest.approx(0.6)
    assert chat.journal.usage().whole.replies == 2  # type: ignore[attr-defined]  # of one that is not saved


class Cents:
    """Prices at which a request costs 60 cents at most."""

    def cost(self, used: TokensUsed) -> Cost | None:
        return Cost(0.6)

    def steps(self) -> Sequence[PriceStep]:
        return ()


async def drained(chat: Conversation, setups: Sequence[Setup], text: str | None = "Hi") -> None:
    async with aclosing(compare_at_once(chat, setups, text)) as events:
        async for _ in events:
            pass


async def test_each_has_its_own_window_and_says_so() -> None:
    chat = chat_with("one two three", "four five six", "seven eight nine")
    for question in ("a b c", "d e f", "g h i"):
        await say(chat, question)
    small, large = ScriptedModel("S"), ScriptedModel("L")
    asked = [model_with(small, spec="small", context_tokens=20), model_with(large, spec="large")]
    told = []
    setups = [replace(answered_by(chat.setup, one, is_named=True), max_turns=20) for one in asked]
    setups[0] = replace(setups[0], options=replace(setups[0].options, max_reply_tokens=5))
    async with aclosing(compare_at_once(chat, setups, "last")) as events:
        async for event in events:
            if isinstance(event, OfAnswer) and isinstance(event.event, WindowSlid):
                told.append((event.number, event.event.window.left_out))
    assert told
    assert {number for number, _ in told} == {0}
    assert len(small.requests[0].messages) < len(large.requests[0].messages)


async def test_what_the_model_of_the_chat_leaves_out_too_is_not_said_of_each() -> None:
    chat = chat_with("one", "two", "three")
    for question in ("a", "b", "c"):
        await say(chat, question)
    chat.change("", replace(chat.state, setup=replace(chat.setup, max_turns=1)))
    asked = models(luna="L", haiku="H")
    events = await compare(chat, "last", asked)
    assert len(asked["luna"].requests[0].messages) < 2 * len(chat.exchanges)
    assert not any(isinstance(event.event, WindowSlid) for event in events)


async def test_one_for_which_the_message_is_too_long_leaves_the_others() -> None:
    chat = chat_with()
    small, large = ScriptedModel("S"), ScriptedModel("L")
    asked = [model_with(small, spec="small", context_tokens=8), model_with(large, spec="large")]
    await drained(chat, [answered_by(chat.setup, one, is_named=True) for one in asked], "word " * 50)
    assert isinstance(chat.compared[0].error, MessageTooLong)
    assert chat.exchanges[-1].assistant == "L"
    assert not small.requests


@pytest.mark.parametrize("count", [0, 1, 5])
async def test_from_two_to_four_can_be_compared(count: int) -> None:
    chat = chat_with()
    with pytest.raises(UsageError, match="From 2 to 4"):
        await compare(chat, "Hi", {f"m{number}": ScriptedModel("x") for number in range(count)})


async def test_nothing_goes_to_a_server_that_the_user_has_not_named() -> None:
    chat = chat_with("Hello.")
    await say(chat, "Hi")
    asked = models(a="x", b="y")
    there = [answered_by(chat.setup, away(model_with(one, spec=name)), is_named=False) for name, one in asked.items()]
    with pytest.raises(NewServer):
        await drained(chat, there)
    named = [answered_by(chat.setup, one.model, is_named=True) for one in there]
    await drained(chat, named)
    assert chat.setup.been_at == {"https://far.example"}


def away(model: Model) -> Model:
    return replace(model, address="https://far.example")


async def test_data_is_checked_for_each() -> None:
    chat = chat_with()
    chat.change_setup("shape", replace(chat.setup, shape=AnyWords()))
    right, wrong = ScriptedModel("=yes"), ScriptedModel("no", "no")
    await compare(chat, "Hi", {"wrong": wrong, "right": right})
    assert chat.exchanges[-1].assistant == "yes"
    assert [one.exchange.ending if one.exchange else None for one in chat.compared] == [
        Ending.INVALID,
        Ending.COMPLETE,
    ]


async def test_documents_are_searched_once_for_all() -> None:
    from chatbot_cli.chat.documents import Documents

    library, asked = FakeLibrary([passage("The tea is green.")]), models(a="Green [1].", b="Green.")
    setup = replace(setup_with(ScriptedModel()), documents=("notes",))
    chat = Conversation(setup, documents=Documents(library))
    await compare(chat, "Which tea?", asked)
    assert len(library.asked) == 1
    assert all("The tea is green." in one.requests[0].messages[-1].content for one in asked.values())
    assert all(one.exchange and one.exchange.sources for one in chat.compared)


def test_an_unforeseen_error_of_one_is_raised() -> None:
    async def run() -> None:
        await compare(chat_with(), "Hi", models(a=[ValueError("a bug")], b="x"))

    with pytest.raises(ValueError, match="a bug"):
        asyncio.run(run())
