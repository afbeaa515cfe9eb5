"""Python functions in a turn: those that may run together, those that may not, and one that is stopped."""

import threading
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.rounds import CallOutcome, ToolResult
from chatbot_cli.chat.tool_events import ToolBegan
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.tools.python.marks import tool
from chatbot_cli.tools.python.source import functions_of_program
from chatbot_cli.tools.toolbox import AllTools
from tests.chat.turns import take_turn
from tests.fakes import FakeApprover, ScriptedModel, calling, setup_with

SOON = 10.0  # seconds; a bound for a broken test, not a measure


def conversation_with(*functions: Callable[..., Any]) -> Conversation:
    """A conversation whose model calls a function three times at once, then says something."""
    (first, *_) = [function.__name__ for function in functions]
    model = ScriptedModel(calling(first, first, first), "Done.")
    toolbox = AllTools([functions_of_program(functions)], ())
    return Conversation(setup_with(model), tools=Tools(toolbox, FakeApprover()))


def results(conversation: Conversation) -> list[ToolResult]:
    return [result for one in conversation.exchanges[-1].rounds for result in one.results]


async def test_calls_of_a_parallel_function_run_at_the_same_time() -> None:
    all_three = threading.Barrier(3, timeout=SOON)

    @tool(parallel=True)
    def meet() -> int:
        """A tool."""
        return all_three.wait()

    conversation = conversation_with(meet)
    await take_turn(conversation, "Go.")
    assert sorted(result.text for result in results(conversation)) == ["0", "1", "2"]


async def test_calls_of_any_other_function_run_one_after_another() -> None:
    running, most, count = 0, 0, 0

    def work() -> int:
        """A tool."""
        nonlocal running, most, count
        running, count = running + 1, count + 1
        most = max(most, running)
        threading.Event().wait(0.005)
        running -= 1
        return count

    conversation = conversation_with(work)
    await take_turn(conversation, "Go.")
    assert [result.text for result in results(conversation)] == ["1", "2", "3"]
    assert most == 1


async def test_a_turn_that_is_stopped_while_a_function_hangs_has_a_result_for_each_call() -> None:
    go_on = threading.Event()

    def hang() -> None:
        """A tool."""
        go_on.wait(SOON)

    conversation = conversation_with(hang)
    async with aclosing(conversation.take_turn("Go.")) as events:
        async for event in events:
            if isinstance(event, ToolBegan):
                break
    assert [result.outcome for result in results(conversation)] == [CallOutcome.STOPPED] * 3
    go_on.set()
