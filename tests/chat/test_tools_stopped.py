"""A turn with tools that is stopped at any event or at any await: each call has a result, and the chat goes on."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import aclosing, closing, suppress
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import CallsArrived, Finished, ModelEvent, TextDelta, TokensUsed, TurnEvent
from chatbot_cli.chat.messages import Ending, Request
from chatbot_cli.chat.ports import Journal
from chatbot_cli.chat.rounds import CallOutcome, ToolCall, ToolResult
from chatbot_cli.chat.tool_events import ToolBegan
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.tools import Answer, CallToDecide, Tool
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.errors import ConnectionFailed
from tests.chat.any_server import assert_any_server_takes
from tests.chat.turns import say, take_turn
from tests.fakes import (
    SECRET,
    FakeApprover,
    FakeToolbox,
    Script,
    ScriptedModel,
    calling,
    saying,
    setup_with,
    tool_named,
)
from tests.sessions.resumable_conversation import ResumableConversation

TOGETHER = [tool_named("stock", parallel=True), tool_named("price", parallel=True, open_world=True)]
ORDER = tool_named("order")
RAN = (CallOutcome.DONE, CallOutcome.FAILED)

SCRIPTS: tuple[Script, ...] = (
    calling("stock", "price", "order", text="Let me look."),
    [Finished(Ending.COMPLETE), CallsArrived((ToolCall("b1", "order"), ToolCall("b2", "nonsense")))],
    saying("It is ordered."),
)


class AskedSlowly(FakeApprover):
    """Somebody who takes a while, and denies the second order."""

    async def decide(self, question: CallToDecide) -> Answer:
        await asyncio.sleep(0)
        answer = await super().decide(question)
        return Answer(False, "once is enough") if len(self.asked) == 4 else answer

    async def may_send(self, call: ToolCall, tool: Tool, text: str) -> bool:
        await asyncio.sleep(0)
        return True


class SlowModel(ScriptedModel):
    """Waits before each event."""

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        async with aclosing(super().stream(request)) as events:
            async for event in events:
                await asyncio.sleep(0)
                yield event


class Stops:
    """Awaits `turn`, and cancels the task when it awaits for the `at`-th time. `awaits` counts them."""

    def __init__(self, turn: "asyncio.Future[None] | Any", at: int | None = None) -> None:
        self._turn, self._at, self.awaits = turn, at, 0

    def __await__(self) -> Generator[Any, Any, None]:
        steps = self._turn.__await__()
        sent: Any = None
        error: BaseException | None = None
        while True:
            try:
                waits_for = steps.send(sent) if error is None else steps.throw(error)
            except StopIteration:
                return
            self.awaits += 1
            if self.awaits == self._at:
                task = asyncio.current_task()
                assert task
                task.cancel()
            try:
                sent, error = (yield waits_for), None
            except BaseException as thrown:  # noqa: BLE001  whatever it is, the turn is to have it
                sent, error = None, thrown


def chat_with(
    *scripts: Script | str, journal: Journal | None = None
) -> tuple[Conversation, ScriptedModel, FakeToolbox]:
    model, toolbox = SlowModel(*scripts, "I see."), FakeToolbox([*TOGETHER, ORDER], {ORDER.name: SECRET})
    return Conversation(setup_with(model), journal=journal, tools=Tools(toolbox, AskedSlowly())), model, toolbox


async def drain(turn: AsyncGenerator[TurnEvent, None]) -> None:
    async with aclosing(turn) as events:
        async for _ in events:
            pass


async def assert_goes_on(chat: Conversation, model: ScriptedModel, toolbox: FakeToolbox) -> None:
    """What ran is told as such, what did not is not, and the next request is one that any server takes."""
    await asyncio.sleep(0)  # what was cancelled ends
    ran = list(toolbox.ran)
    model._scripts[len(model.requests) :] = [saying("I see.")]
    await say(chat, "And now?")
    assert_any_server_takes(model.requests[-1])
    assert toolbox.ran == ran
    assert model.open == 0
    told = [
        call.name
        for exchange in chat.exchanges
        for one in exchange.rounds
        for call, result in zip(one.calls, one.results, strict=True)
        if result.outcome in RAN or "may have had effects" in result.text
    ]
    assert sorted(told) == sorted(name for name, _ in ran)


async def test_cancelled_at_any_await_it_leaves_a_conversation_that_goes_on() -> None:
    chat, model, toolbox = chat_with(*SCRIPTS)
    whole = Stops(drain(chat.take_turn("Order tea.")))
    await whole
    assert len(toolbox.ran) == 3
    assert whole.awaits > 15
    for at in range(1, whole.awaits + 1):
        chat, model, toolbox = chat_with(*SCRIPTS)
        await cancel_at(at, chat)
        await assert_goes_on(chat, model, toolbox)


async def _await(stops: Stops) -> None:
    await stops


async def test_left_at_any_event_it_leaves_a_conversation_that_goes_on() -> None:
    chat, model, toolbox = chat_with(*SCRIPTS)
    events = await take_turn(chat, "Order tea.")
    for number in range(len(events)):
        chat, model, toolbox = chat_with(*SCRIPTS)
        await leave_after(number + 1, chat)
        await assert_goes_on(chat, model, toolbox)


async def leave_after(count: int, chat: Conversation) -> None:
    async with aclosing(chat.take_turn("Order tea.")) as events:
        for _ in range(count):
            await anext(events)


async def cancel_at(count: int, chat: Conversation) -> None:
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(_await(Stops(drain(chat.take_turn("Order tea.")), count)))


@pytest.mark.parametrize(("stop", "points"), [(leave_after, 21), (cancel_at, 17)])
async def test_stopped_anywhere_it_is_resumed_as_it_was_left(
    stop: Callable[[int, Conversation], Awaitable[None]], points: int, tmp_path: Path
) -> None:
    with closing(ResumableConversation(tmp_path)) as saved:
        for point in range(1, points + 1):
            chat, model, toolbox = chat_with(*SCRIPTS, journal=saved.archive.begin())
            await stop(point, chat)
            await assert_goes_on(chat, model, toolbox)
            chat.journal.close()
            assert chat.journal.session is not None
            opened = saved.archive.open(chat.journal.session)
            assert opened.state.exchanges == chat.exchanges
            opened.journal.close()


@pytest.mark.parametrize("at", [1, 2, 3], ids=["at the words", "at the calls", "at the end of the reply"])
async def test_a_turn_that_is_left_before_its_calls_run_keeps_what_was_said(at: int) -> None:
    chat, _, toolbox = chat_with(*SCRIPTS)
    await leave_after(at + 1, chat)
    last = chat.exchanges[-1]
    assert last.ending is Ending.STOPPED
    assert toolbox.ran == []
    assert (last.assistant, len(last.rounds)) == (("Let me look.", 0) if at == 1 else ("", 1))
    if last.rounds:
        assert last.rounds[0].text == "Let me look."
        assert {result.text for result in last.rounds[0].results} == {"(not run: stopped before)"}


async def test_a_turn_that_is_stopped_at_its_first_question_without_a_word_is_not_kept() -> None:
    class Stopped(FakeApprover):
        async def decide(self, question: CallToDecide) -> Answer:
            raise asyncio.CancelledError

    model = ScriptedModel([CallsArrived((ToolCall("a", "order"),)), Finished(Ending.COMPLETE), TokensUsed(5, 1, 0.25)])
    chat = Conversation(setup_with(model), tools=Tools(FakeToolbox([ORDER]), Stopped()))
    with pytest.raises(asyncio.CancelledError):
        await say(chat, "Order tea.")
    assert len(chat.exchanges) == 0
    assert chat.journal.spent == 0.25


async def test_calls_before_a_lost_end_do_not_run() -> None:
    lost: Script = [
        TextDelta("Let me look."),
        CallsArrived((ToolCall("a", "order"),)),
        ConnectionFailed("The line broke."),
    ]
    chat, model, toolbox = chat_with(lost)
    with pytest.raises(ConnectionFailed):
        await say(chat, "Order tea.")
    assert (chat.exchanges[-1].assistant, chat.exchanges[-1].ending) == ("Let me look.", Ending.LOST)
    assert chat.exchanges[-1].rounds == ()
    await assert_goes_on(chat, model, toolbox)


async def test_calls_of_a_whole_reply_run_though_what_comes_after_it_is_lost() -> None:
    chat, _, toolbox = chat_with([*calling("order"), ConnectionFailed("The line broke.")], "It is ordered.")
    assert await say(chat, "Order tea.") == "It is ordered."
    assert toolbox.ran == [("order", "{}")]


async def test_a_tool_that_cancels_itself_has_failed_and_the_turn_goes_on() -> None:
    class Cancels(FakeToolbox):
        async def run(self, *_: object) -> Any:
            raise asyncio.CancelledError

    model = ScriptedModel(calling("order"), "It did not work.")
    chat = Conversation(setup_with(model), tools=Tools(Cancels([ORDER]), FakeApprover()))
    assert await say(chat, "Order tea.") == "It did not work."
    assert chat.exchanges[-1].rounds[0].results[0].outcome is CallOutcome.FAILED


async def test_what_runs_together_is_stopped_together_and_none_is_left_running() -> None:
    chat, _, toolbox = chat_with(calling("stock", "price"), "Never.")
    toolbox.results = {"stock": asyncio.Event(), "price": asyncio.Event()}
    async with aclosing(chat.take_turn("What is there?")) as events:
        async for event in events:
            if isinstance(event, ToolBegan) and event.tool is TOGETHER[1]:
                await asyncio.sleep(0)
                break
    await asyncio.sleep(0)
    assert sorted(toolbox.stopped) == ["price", "stock"]
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_a_tool_that_ends_after_it_was_stopped_changes_nothing() -> None:
    class Stubborn(FakeToolbox):
        async def run(self, *_: object) -> ToolResult:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            return ToolResult("It was ordered.")

    class Notes(Unsaved):
        def called(self, number: int, result: ToolResult) -> None:
            noted.append(result.outcome)

    noted: list[CallOutcome] = []
    chat = Conversation(
        setup_with(ScriptedModel(calling("order"))), journal=Notes(), tools=Tools(Stubborn([ORDER]), FakeApprover())
    )
    async with aclosing(chat.take_turn("Order tea.")) as events:
        async for event in events:
            if isinstance(event, ToolBegan):
                await asyncio.sleep(0)
                break
    await asyncio.sleep(0.01)
    assert noted == [result.outcome for result in chat.exchanges[-1].rounds[0].results] == [CallOutcome.STOPPED]


async def test_no_tool_runs_before_its_call_is_kept() -> None:
    class Notes(Unsaved):
        async def until_kept(self) -> None:
            await asyncio.sleep(0)
            noted.append(list(toolbox.ran))

    noted: list[object] = []
    toolbox = FakeToolbox([ORDER])
    model = ScriptedModel(calling("order"), "Done.")
    await say(Conversation(setup_with(model), journal=Notes(), tools=Tools(toolbox, FakeApprover())), "Order tea.")
    assert [] in noted
    assert toolbox.ran == [("order", "{}")]


async def test_what_was_denied_before_the_turn_was_stopped_is_told_with_the_users_words() -> None:
    approver = FakeApprover([Answer(False, "no more tea"), asyncio.Event()])
    chat = Conversation(
        setup_with(ScriptedModel(calling("stock"), calling("order", "order"))),
        tools=Tools(FakeToolbox([*TOGETHER, ORDER]), approver),
    )
    approver.answers.insert(0, Answer(True))
    turn = asyncio.create_task(take_turn(chat, "Order tea, twice."))
    while len(approver.asked) < 3:  # noqa: ASYNC110  nothing tells of it
        await asyncio.sleep(0)
    turn.cancel()
    with suppress(asyncio.CancelledError):
        await turn
    denied, stopped = chat.exchanges[-1].rounds[-1].results
    assert (denied.outcome, stopped.outcome) == (CallOutcome.DENIED, CallOutcome.STOPPED)
    assert denied.text.endswith("The user says: no more tea")
