"""Turns in which the model calls tools, with a scripted model and fakes of the tools."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import ReplyEnded, TurnEvent
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import CallOutcome, ToolCall
from chatbot_cli.chat.tool_events import ToolBegan, ToolEnded
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.tools import Answer
from tests.chat.turns import sent, take_turn
from tests.fakes import FakeApprover, FakeToolbox, Script, ScriptedModel, calling, setup_with, tool_named

STOCK = tool_named("stock", read_only=True)
ORDER = tool_named("order")


@dataclass
class Chat:
    """A conversation with tools, and its fakes."""

    scripts: Sequence[Script | str]
    toolbox: FakeToolbox = field(default_factory=lambda: FakeToolbox([STOCK, ORDER]))
    approver: FakeApprover = field(default_factory=FakeApprover)
    max_rounds: int = 10

    def __post_init__(self) -> None:
        self.model = ScriptedModel(*self.scripts)
        tools = Tools(self.toolbox, self.approver, self.max_rounds)
        self.conversation = Conversation(setup_with(self.model), tools=tools)

    @property
    def outcomes(self) -> list[CallOutcome]:
        return [result.outcome for one in self.conversation.exchanges[-1].rounds for result in one.results]


async def test_a_call_runs_and_its_result_is_sent() -> None:
    chat = Chat([calling("stock", text="Let me look."), "There is tea."])
    events = await take_turn(chat.conversation, "What is there?")
    assert [type(event) for event in events if isinstance(event, ToolBegan | ToolEnded)] == [ToolBegan, ToolEnded]
    assert sent(chat.model.requests[1])[1:] == [
        ("user", "What is there?"),
        ("assistant", "Let me look."),
        ("tool", "stock ran"),
    ]
    last = chat.conversation.exchanges[-1]
    assert (last.assistant, last.ending, last.rounds[0].text) == ("There is tea.", Ending.COMPLETE, "Let me look.")
    assert [tool.name for tool in chat.model.requests[0].tools] == ["stock", "order"]


async def test_what_the_user_does_not_allow_does_not_run_and_the_model_is_told_why() -> None:
    chat = Chat([calling("stock", "order"), "Then not."])
    chat.approver.answers = [Answer(True), Answer(False, "too dear")]
    await take_turn(chat.conversation, "Buy tea.")
    assert chat.toolbox.ran == [("stock", "{}")]
    assert chat.outcomes == [CallOutcome.DONE, CallOutcome.DENIED]
    assert "too dear" in sent(chat.model.requests[1])[-1][1]


async def test_a_turn_that_is_stopped_while_a_tool_runs_is_kept_with_a_result_for_each_call() -> None:
    chat = Chat([calling("stock", "order"), "Never."])
    chat.toolbox.results = {"order": asyncio.Event()}
    async with aclosing(chat.conversation.take_turn("Buy tea.")) as events:
        async for event in events:
            if isinstance(event, ToolBegan) and event.tool is ORDER:
                break
    assert chat.outcomes == [CallOutcome.DONE, CallOutcome.STOPPED]
    assert chat.conversation.exchanges[-1].ending is Ending.STOPPED


async def test_when_the_rounds_are_used_up_the_model_is_asked_for_an_answer_once() -> None:
    chat = Chat([*[calling(ToolCall("c1", "stock", f'{{"n": {n}}}')) for n in range(4)]], max_rounds=2)
    events = await take_turn(chat.conversation, "Go on.")
    assert len(chat.toolbox.ran) == 2
    assert _ended(events).ending is Ending.LIMIT
    assert "2 rounds" in _ended(events).reason


async def test_the_same_call_with_the_same_result_runs_four_times_at_most() -> None:
    chat = Chat([*[calling("stock")] * 8])
    events = await take_turn(chat.conversation, "Go on.")
    assert len(chat.toolbox.ran) == 4
    assert "again and again" in _ended(events).reason


async def test_a_result_that_changes_is_no_repeat() -> None:
    chat = Chat([*[calling("stock")] * 8, "Done."])
    numbers = iter(range(9))
    chat.toolbox.results = {"stock": lambda arguments: str(next(numbers))}
    await take_turn(chat.conversation, "Wait for it.")
    assert len(chat.toolbox.ran) == 8


@pytest.mark.parametrize("name", ["nonsense", ""])
async def test_a_tool_that_is_not_there_is_named_with_those_that_are(name: str) -> None:
    chat = Chat([calling(ToolCall("c1", name)), "I see."])
    await take_turn(chat.conversation, "Hi")
    assert "There are: stock, order." in sent(chat.model.requests[1])[-1][1]


async def test_without_tools_a_history_with_calls_still_tells_of_them() -> None:
    chat = Chat([calling("stock"), "Tea.", "You are welcome."])
    await take_turn(chat.conversation, "What is there?")
    chat.toolbox.off = {"stock", "order"}
    await take_turn(chat.conversation, "Thanks.")
    assert [tool.name for tool in chat.model.requests[2].tools] == ["stock"]


def _ended(events: Sequence[TurnEvent]) -> ReplyEnded:
    return next(event for event in events if isinstance(event, ReplyEnded))
