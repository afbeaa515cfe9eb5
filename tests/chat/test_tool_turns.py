"""Turns in which the model calls tools, with a scripted model and fakes of the tools."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import ReplyEnded, TurnEvent
from chatbot_cli.chat.messages import Ending, Exchange, Request
from chatbot_cli.chat.rounds import CallOutcome, ToolCall, ToolResult
from chatbot_cli.chat.tool_events import SecretsFound, ToolBegan, ToolEnded
from chatbot_cli.chat.tool_ports import Progress
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.tools import Answer, Tool
from chatbot_cli.chat.transcript import Transcript
from tests.chat.any_server import assert_any_server_takes
from tests.chat.turns import sent, take_turn
from tests.fakes import (
    SECRET,
    STRUCK,
    FakeApprover,
    FakeToolbox,
    Script,
    ScriptedModel,
    calling,
    setup_with,
    tool_named,
)

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


@pytest.mark.parametrize(("sends", "told"), [(True, f"it is {SECRET}"), (False, f"it is {STRUCK}")])
async def test_a_secret_that_a_tool_returns_is_sent_and_kept_only_if_the_user_lets_it(sends: bool, told: str) -> None:
    chat = Chat([calling("stock", "order"), "I see."])
    chat.toolbox.results, chat.approver.sends = {"stock": f"it is {SECRET}"}, [sends]
    events = await take_turn(chat.conversation, "What is the word?")
    kinds = [type(event) for event in events if isinstance(event, ToolBegan | ToolEnded | SecretsFound)]
    assert kinds == [ToolBegan, ToolEnded, SecretsFound, ToolBegan, ToolEnded]
    assert chat.approver.asked_to_send == [f"it is {SECRET}"]
    assert sent(chat.model.requests[1])[-2:] == [("tool", told), ("tool", "order ran")]
    assert chat.conversation.exchanges[-1].rounds[0].results[0].text == told


async def test_a_turn_that_is_stopped_while_a_tool_runs_is_kept_with_a_result_for_each_call() -> None:
    chat = Chat([calling("stock", "order"), "Never."])
    chat.toolbox.results = {"order": asyncio.Event()}
    async with aclosing(chat.conversation.take_turn("Buy tea.")) as events:
        async for event in events:
            if isinstance(event, ToolBegan) and event.tool is ORDER:
                break
    assert chat.outcomes == [CallOutcome.DONE, CallOutcome.STOPPED]
    assert chat.conversation.exchanges[-1].ending is Ending.STOPPED


def different_calls(count: int) -> list[Script | str]:
    """So many replies that call, none as another."""
    return [calling(ToolCall("c1", "stock", f'{{"n": {number}}}')) for number in range(count)]


async def test_after_ten_rounds_the_model_is_asked_for_an_answer() -> None:
    chat = Chat([*different_calls(11), "Then that is all."])
    events = await take_turn(chat.conversation, "Go on.")
    assert (len(chat.toolbox.ran), len(chat.model.requests)) == (10, 12)
    assert chat.approver.asked_to_go_on == [10]
    assert "10 rounds of tools are used up. Answer with what you have." in last_result(chat.model.requests[-1])
    assert _ended(events).ending is Ending.COMPLETE


async def test_a_model_that_goes_on_to_call_after_that_is_stopped() -> None:
    chat = Chat(different_calls(12))
    events = await take_turn(chat.conversation, "Go on.")
    assert (len(chat.toolbox.ran), len(chat.model.requests)) == (10, 12)
    assert (_ended(events).ending, _ended(events).reason) == (Ending.LIMIT, "10 rounds of tools are used up")
    assert chat.outcomes.count(CallOutcome.NOT_RUN) == 1


async def test_as_many_rounds_again_run_if_the_user_says_so() -> None:
    chat = Chat([*different_calls(25), "Done."], approver=FakeApprover(goes_on=True))
    await take_turn(chat.conversation, "Go on.")
    assert len(chat.toolbox.ran) == 25
    assert chat.approver.asked_to_go_on == [10, 20]


async def test_at_most_sixteen_calls_of_a_round_run() -> None:
    many = [ToolCall(f"c{number}", "stock", f'{{"n": {number}}}') for number in range(20)]
    chat = Chat([calling(*many), "Done."])
    await take_turn(chat.conversation, "Go on.")
    assert chat.outcomes == [CallOutcome.DONE] * 16 + [CallOutcome.NOT_RUN] * 4
    assert len(chat.approver.asked) == 16
    assert_any_server_takes(chat.model.requests[1])


async def test_calls_that_may_run_together_do_and_the_others_run_in_their_order() -> None:
    all_run = asyncio.Barrier(3)
    order: list[str] = []

    class Meeting(FakeToolbox):
        async def run(self, tool: Tool, arguments: str, progress: Progress) -> ToolResult:
            order.append(tool.name)
            if tool.parallel:
                await all_run.wait()  # for ever, unless three run at once
            return ToolResult(tool.name)

    tools = [ORDER, *(tool_named(name, parallel=True) for name in ("a", "b", "c"))]
    chat = Chat([calling("order", "c", "b", "a", "order"), "Done."], toolbox=Meeting(tools))
    async with asyncio.timeout(5):
        await take_turn(chat.conversation, "Go on.")
    assert (order[0], sorted(order[1:4]), order[4]) == ("order", ["a", "b", "c"], "order")
    results = [result.text for result in chat.conversation.exchanges[-1].rounds[0].results]
    assert results == ["order", "c", "b", "a", "order"]


async def test_the_same_call_with_the_same_result_runs_four_times_at_most() -> None:
    chat = Chat([*[calling("stock")] * 8])
    events = await take_turn(chat.conversation, "Go on.")
    assert len(chat.toolbox.ran) == 4
    assert [last_result(request).count("(The same call") for request in chat.model.requests[1:5]] == [
        0,
        0,
        1,
        1,
    ]
    assert last_result(chat.model.requests[5]).startswith("(not run) The same call has brought the same result 4 times")
    assert len(chat.model.requests) == 7  # it is told twice more, and the third time it calls is the last
    assert _ended(events).reason == "stock was called the same way again and again"


async def test_what_is_denied_again_and_again_is_not_asked_about_for_ever() -> None:
    chat = Chat([*[calling("order")] * 5, "Then not."])
    chat.approver.answers = [Answer(False)] * 9
    await take_turn(chat.conversation, "Order tea.")
    assert len(chat.approver.asked) == 4
    assert chat.toolbox.ran == []


async def test_a_tool_that_is_not_there_is_not_called_for_ever() -> None:
    chat = Chat([*[calling("nonsense")] * 9])
    events = await take_turn(chat.conversation, "Go on.")
    assert (len(chat.model.requests), _ended(events).ending) == (7, Ending.LIMIT)
    assert _ended(events).reason == "nonsense was called the same way again and again"


async def test_a_call_is_the_same_however_its_arguments_are_written() -> None:
    same = ['{"a": 1, "b": [2]}', '{"b":[2],"a":1}', ' {"a":1,"b":[ 2 ]}'] * 2
    chat = Chat([*[calling(ToolCall("c", "stock", text)) for text in same], "Well."])
    await take_turn(chat.conversation, "Go on.")
    assert len(chat.toolbox.ran) == 4


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


async def test_a_call_of_a_tool_that_there_never_was_is_kept_under_a_name_that_servers_take() -> None:
    chat = Chat([calling(ToolCall("c1", "no such: tööl")), "I see.", "Yes?"])
    await take_turn(chat.conversation, "Hi")
    assert chat.conversation.exchanges[-1].rounds[0].calls[0].name == "no_such__t__l"
    await take_turn(chat.conversation, "And now?")
    assert_any_server_takes(chat.model.requests[-1])


async def test_a_tool_that_is_gone_is_told_of_as_gone_also_in_the_turn_that_called_it() -> None:
    chat = Chat([calling("stock"), "Tea.", "Yes?"])

    def leaves(arguments: str) -> str:
        chat.toolbox.off = {"stock"}
        return arguments

    chat.toolbox.results = {"stock": leaves}
    await take_turn(chat.conversation, "What is there?")
    await take_turn(chat.conversation, "Thanks.")
    for request in chat.model.requests[1:]:
        assert [(tool.name, tool.description) for tool in request.tools] == [
            ("order", "The tool order."),
            ("stock", "(Not available now.) The tool stock."),
        ]


async def test_without_tools_a_model_that_calls_those_of_before_comes_to_an_end() -> None:
    model = ScriptedModel(*[calling("stock")] * 3)
    setup = replace(setup_with(model), used_tools=(STOCK.definition,))
    chat = Conversation(setup)
    chat.change("one", replace(chat.state, exchanges=Transcript([Exchange("Hi", "Hello")])))
    events = await take_turn(chat, "What is there?")
    assert (_ended(events).ending, len(model.requests)) == (Ending.LIMIT, 3)
    assert last_result(model.requests[1]) == "(not run) There is no tool stock. There are none now."


async def test_a_new_beginning_tells_of_no_tool_that_is_gone() -> None:
    chat = Chat([calling("stock"), "Tea.", "Yes?"])
    await take_turn(chat.conversation, "What is there?")
    chat.toolbox.off = {"stock", "order"}
    chat.conversation.change("the beginning", replace(chat.conversation.state, exchanges=Transcript()))
    await take_turn(chat.conversation, "Hi")
    assert chat.model.requests[-1].tools == ()


def last_result(request: Request) -> str:
    return request.messages[-1].content


def _ended(events: Sequence[TurnEvent]) -> ReplyEnded:
    return next(event for event in events if isinstance(event, ReplyEnded))
