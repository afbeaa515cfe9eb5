"""Runs the calls of a round: decides each, keeps it before it runs, and its result after. None is left without one."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from chatbot_cli.chat.journal import Calling
from chatbot_cli.chat.messages import Exchange, calls_that_ran
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.planned_calls import PlannedCall, from_open_world, groups, stopped, unreadable
from chatbot_cli.chat.ports import Journal
from chatbot_cli.chat.repeats import Repeats
from chatbot_cli.chat.reply_so_far import ReplySoFar
from chatbot_cli.chat.rounds import LONGEST_NAME, CallOutcome, Round, ToolCall, ToolResult, sendable_name
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.state import State
from chatbot_cli.chat.tool_events import SecretsFound, ToolBegan, ToolEnded, ToolEvent, ToolProgress
from chatbot_cli.chat.tools import CallToDecide, Policy, Tool, ToolDefinition
from chatbot_cli.chat.turn import with_learned
from chatbot_cli.text.counts import counted
from chatbot_cli.text.short import shorten

if TYPE_CHECKING:
    from chatbot_cli.chat.tool_rounds import Tools

MOST_CALLS = 16  # of a round


class RunningCalls:
    """The calls of one turn, round by round."""

    def __init__(
        self,
        tools: "Tools | None",
        journal: Journal,
        setup: Setup,
        model: Model,
        replaced: Sequence[Exchange] = (),
        seen_before: Sequence[Exchange] = (),
    ) -> None:
        """The `model` is the one that calls, which may stand in for the one of the setup."""
        self._tools, self._journal, self._setup, self._model = tools, journal, setup, model
        self._ran_before = {call.name for exchange in replaced for call in calls_that_ran(exchange)}
        self._repeats = Repeats()
        offered = tools.offered(setup) if tools else ()
        self._seen = list(from_open_world(seen_before, {tool.name: tool.label for tool in offered if tool.open_world}))
        self._left = tools.max_rounds if tools else 1
        self._rounds = 0
        self._deciding: list[PlannedCall] = []  # the calls that are decided so far, while they are
        self.why_over = ""  # why nothing runs any more, which the model has been told; empty as long as something may
        self.why_stuck = ""  # why the turn ends now: the model makes one call again and again

    async def round(self, reply: ReplySoFar) -> AsyncGenerator[ToolEvent, None]:
        """Run the calls of a reply, and end the round: each call has a result then, also if it is stopped.

        If it is stopped while the calls are decided, the reply has them still.
        """
        planned = await self._planned(reply)
        self._deciding = []
        self._rounds += 1
        self._begin(reply, planned)
        try:
            await self._journal.until_kept()
            for together in groups(planned):
                async with aclosing(self._run(together)) as events:
                    async for event in events:
                        yield event
        finally:
            # Also when the turn is stopped: every call has a result. Nothing here may await.
            self._close(reply, planned)

    def leave(self, reply: ReplySoFar) -> None:
        """End the round of a reply that is stopped before any of its calls runs. What was denied stays denied."""
        begin = len(self._deciding)
        rest = enumerate(reply.calls[begin:], begin)
        planned = [*self._deciding, *(PlannedCall(number, call, self._find(call.name)) for number, call in rest)]
        self._begin(reply, planned)
        self._close(reply, planned)

    def _begin(self, reply: ReplySoFar, planned: Sequence[PlannedCall]) -> None:
        """Keep the calls before they run, and the results of those that do not."""
        for plan in planned:
            if plan.tool is None:
                plan.call = plan.call._replace(name=sendable_name(plan.call.name))
        reply.called_tools = (*reply.called_tools, *self._definitions(planned, reply.called_tools))
        calls = tuple(plan.call for plan in planned)
        self._journal.calling(Calling(calls, str(reply.text), reply.thoughts, self._learned(reply)))
        for plan in planned:
            if plan.result:
                self._journal.called(plan.number, plan.result)

    def _close(self, reply: ReplySoFar, planned: Sequence[PlannedCall]) -> None:
        for plan in planned:
            if plan.result is None:
                self._end(plan, stopped(plan))
        calls, results = zip(*((plan.call, plan.result) for plan in planned if plan.result), strict=True)
        reply.end_round(Round(calls, results, str(reply.text), reply.thoughts))

    async def _planned(self, reply: ReplySoFar) -> list[PlannedCall]:
        """Decide about each call, one after another."""
        used_up = await self._is_used_up()
        planned = self._deciding = []
        for number, call in enumerate(reply.calls):
            tool = self._find(call.name)
            if used_up:
                planned.append(PlannedCall(number, call, tool, ToolResult(used_up, CallOutcome.NOT_RUN)))
            elif number >= MOST_CALLS:
                too_many = f"(not run) At most {MOST_CALLS} calls run at once. Make this one again."
                planned.append(PlannedCall(number, call, tool, ToolResult(too_many, CallOutcome.NOT_RUN)))
            elif refusal := self._repeats.refusal(call):
                if self._repeats.is_stuck:
                    label = tool.label if tool else shorten(call.name, LONGEST_NAME)
                    self.why_stuck = f"{label} was called the same way again and again"
                planned.append(PlannedCall(number, call, tool, refusal))
            elif tool is None:
                planned.append(
                    PlannedCall(number, call, tool, self._repeats.noted(call, self._no_such_tool(call.name)))
                )
            elif arguments := reply.unreadable.get(call.id):
                planned.append(PlannedCall(number, call, tool, self._repeats.noted(call, unreadable(arguments))))
            else:
                planned.append(await self._decided(number, reply.calls, tool))
        return planned

    async def _decided(self, number: int, calls: Sequence[ToolCall], tool: Tool) -> PlannedCall:
        assert self._tools  # noqa: S101  there is a tool, so there are tools
        call, place = calls[number], (number + 1, len(calls))
        ran_before = call.name in self._ran_before and not tool.read_only
        answer = await self._tools.approver.decide(CallToDecide(call, tool, ran_before, tuple(self._seen), place=place))
        if not answer.allowed:
            said = f" The user says: {answer.reason}" if answer.reason else ""
            result = ToolResult(f"(not run) The user did not allow it.{said}", CallOutcome.DENIED)
            return PlannedCall(number, call, tool, self._repeats.noted(call, result))
        if answer.arguments is None or answer.arguments == call.arguments:
            return PlannedCall(number, call, tool)
        note = f"(The user changed the arguments, which were {call.arguments})\n"
        return PlannedCall(number, call._replace(arguments=answer.arguments), tool, note=note)

    async def _is_used_up(self) -> str:
        """What the model is told if no more rounds may run; empty if they may."""
        if self._rounds < self._left:
            return ""
        if self._tools and await self._tools.approver.go_on(self._rounds):
            self._left += self._tools.max_rounds
            return ""
        self.why_over = f"{counted(self._rounds, 'round')} of tools {'is' if self._rounds == 1 else 'are'} used up"
        return f"(not run) {self.why_over}. Answer with what you have."

    async def _run(self, together: Sequence[PlannedCall]) -> AsyncGenerator[ToolEvent, None]:
        """Run calls at the same time."""
        events: asyncio.Queue[ToolEvent | asyncio.Task[None]] = asyncio.Queue()
        tasks: dict[asyncio.Task[None], PlannedCall] = {}
        try:
            for plan in together:
                if plan.result:
                    yield ToolEnded(plan.call, plan.result, plan.tool)
                elif plan.tool:
                    task = asyncio.create_task(self._run_one(plan, plan.tool, events.put_nowait))
                    tasks[task] = plan
                    task.add_done_callback(events.put_nowait)
                    yield ToolBegan(plan.call, plan.tool)
            left = len(tasks)
            while left:
                event = await events.get()
                if not isinstance(event, asyncio.Task):
                    yield event
                    continue
                left -= 1
                plan = tasks[event]
                if event.cancelled():  # by the tool itself, not by the user
                    result = ToolResult("(the tool broke off; it may have had effects)", CallOutcome.FAILED)
                    self._end(plan, result)
                    yield ToolEnded(plan.call, result, plan.tool)
                else:
                    event.result()  # raises what no tool should raise
            for plan in together:
                if plan.tool and plan.held_back:
                    yield SecretsFound(plan.call, plan.tool)
                    await self._ask_to_send(plan, plan.tool, plan.held_back)
        finally:
            for task in tasks:
                task.cancel()

    async def _run_one(self, plan: PlannedCall, tool: Tool, tell: Callable[[ToolEvent], None]) -> None:
        assert self._tools  # noqa: S101  there is a tool, so there are tools
        plan.began = began = time.monotonic()

        def progress(text: str, share: float | None = None) -> None:
            tell(ToolProgress(plan.call, tool, text, share))

        result = await self._tools.toolbox.run(tool, plan.call.arguments, progress)
        if plan.result is not None:  # it was stopped, and came to its end all the same
            return
        if tool.open_world and result.outcome is CallOutcome.DONE:
            self._seen.append((tool.label, result.text))
        result = self._repeats.noted(plan.call, result)
        seconds = time.monotonic() - began
        result = result._replace(text=f"{plan.note}{result.text}", seconds=seconds)
        sendable = result._replace(text=self._tools.approver.struck(plan.call, result.text))
        plan.held_back = None if sendable == result else result
        self._end(plan, sendable)
        tell(ToolEnded(plan.call, sendable, tool))

    async def _ask_to_send(self, plan: PlannedCall, tool: Tool, whole: ToolResult) -> None:
        """Put the whole result in the place of that without its secrets, if the user lets them be sent."""
        assert self._tools  # noqa: S101  there is a tool, so there are tools
        if await self._tools.approver.may_send(plan.call, tool, whole.text):
            self._end(plan, whole)

    def _find(self, name: str) -> Tool | None:
        offered = self._tools.offered(self._setup) if self._tools else ()
        tool = next((tool for tool in offered if tool.name == name), None)
        return None if tool and self._tools and self._tools.approver.policy(tool) is Policy.DENY else tool

    def _no_such_tool(self, name: str) -> ToolResult:
        offered = self._tools.offered(self._setup) if self._tools else ()
        there_are = f"There are: {', '.join(tool.name for tool in offered)}." if offered else "There are none now."
        text = f"(not run) There is no tool {shorten(name, LONGEST_NAME)}. {there_are}"
        return ToolResult(text, CallOutcome.NO_SUCH_TOOL)

    def _definitions(
        self, planned: Sequence[PlannedCall], called: Sequence[ToolDefinition]
    ) -> Sequence[ToolDefinition]:
        """What the model has to be told of the called tools from now on, also of those that there never were."""
        known = {one.name for one in (*self._setup.used_tools, *called)}
        named = {plan.call.name: plan.tool for plan in planned}
        return [
            tool.definition if tool else ToolDefinition(name)
            for name, tool in named.items()
            if tool or name not in known
        ]

    def _end(self, plan: PlannedCall, result: ToolResult) -> None:
        plan.result = result
        self._journal.called(plan.number, result)

    def _learned(self, reply: ReplySoFar) -> Setup | None:
        """The setup with the tools that are called; None if it has them."""
        learned = with_learned(State(self._setup), reply, self._model).setup
        return None if learned.used_tools == self._setup.used_tools else learned
