"""A server that has not shown the model its tools, and a call that the model has not made in its own way."""

from dataclasses import replace

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import CallsArrived, Finished, TextDelta, TokensUsed, TurnEvent
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import CallOutcome, ToolCall
from chatbot_cli.chat.tool_events import CallInText, ToolEnded, ToolsIgnored
from chatbot_cli.chat.tool_rounds import Tools
from tests.chat.turns import sent, take_turn
from tests.fakes import FakeApprover, FakeToolbox, Script, ScriptedModel, WordCounter, calling, setup_with, tool_named

TEXT = "word " * 40
TOOL = tool_named("stock")
LARGE = replace(TOOL, definition=replace(TOOL.definition, description="word " * 60))


def counted(read: int, text: str = "Tea.") -> Script:
    return [TextDelta(text), TokensUsed(read, 3), Finished(Ending.COMPLETE)]


async def signs(*scripts: Script, exact: bool = True, turns: int = 1) -> list[TurnEvent]:
    """What is told of the tools, in so many turns: 40 words are asked, and 60 more describe the tool."""
    setup = setup_with(ScriptedModel(*scripts), system_prompt="", counter=FixedCounter(is_exact=exact))
    conversation = Conversation(setup, tools=Tools(FakeToolbox([LARGE]), FakeApprover()))
    events = [event for _ in range(turns) for event in await take_turn(conversation, TEXT)]
    return [event for event in events if isinstance(event, ToolsIgnored | CallInText)]


class FixedCounter(WordCounter):
    """Counts words, and stays as exact as it is."""

    def __init__(self, *, is_exact: bool) -> None:
        super().__init__()
        self.exact = is_exact

    @property
    def is_ready(self) -> bool:
        return True

    async def ready(self) -> None:
        pass


@pytest.mark.parametrize(
    ("read", "exact", "is_told"),
    [
        (45, True, True),
        (100, True, False),
        (70, True, False),
        (42, False, True),
        (60, False, False),
        (10, False, False),  # it does not count what it has in its cache, or has cut
    ],
)
async def test_a_server_that_read_less_than_the_tools_has_ignored_them(read: int, exact: bool, is_told: bool) -> None:
    assert bool(await signs(counted(read), exact=exact)) is is_told


async def test_it_is_told_once() -> None:
    (told,) = await signs(counted(45), counted(90), turns=2)
    assert isinstance(told, ToolsIgnored)
    assert told.read == 45


async def test_a_model_that_calls_has_seen_the_tools() -> None:
    assert not await signs([TokensUsed(45, 3), *calling("stock")], counted(60))


@pytest.mark.parametrize("text", ['<tool_call>\n{"name": "stock"}', "\n[TOOL_CALLS] [{}]", "<function=stock>{}"])
async def test_a_call_in_the_text_is_told_once(text: str) -> None:
    assert await signs(counted(100, text), counted(150, text), turns=2) == [CallInText()]


async def test_a_text_about_calls_is_none() -> None:
    assert not await signs(counted(100, "Write <tool_call> first."))


async def test_arguments_that_are_no_json_are_told_to_the_model_and_nothing_runs() -> None:
    calls = CallsArrived((ToolCall("c1", "stock"), ToolCall("c2", "stock")), (("c1", '{"item": ' + "x" * 5000),))
    model, toolbox = ScriptedModel([calls, Finished(Ending.COMPLETE)], "I see."), FakeToolbox([TOOL])
    conversation = Conversation(setup_with(model), tools=Tools(toolbox, FakeApprover()))
    events = await take_turn(conversation, "What is there?")
    (one,) = conversation.exchanges[-1].rounds
    assert [result.outcome for result in one.results] == [CallOutcome.INVALID, CallOutcome.DONE]
    assert toolbox.ran == [("stock", "{}")]
    assert one.calls[0] == ToolCall("c1", "stock")
    told = sent(model.requests[1])[-2][1]
    assert '{"item": xxx' in told
    assert len(told) < 2500
    assert len([event for event in events if isinstance(event, ToolEnded)]) == 2
