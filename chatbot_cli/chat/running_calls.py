"""Runs the calls of a round: decides each, keeps it before it runs, and its result after. None is left without one."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from chatbot_cli.chat.journal import Calling
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.ports import Journal
from chatbot_cli.chat.repeats import Repeats
from chatbot_cli.chat.reply_so_far import ReplySoFar
from chatbot_cli.chat.rounds import CallOutcome, Round, ToolCall, ToolResult
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.state import State
from chatbot_cli.chat.tool_events import ToolBegan, ToolEnded, ToolEvent, ToolProgress
from chatbot_cli.chat.tools import CallToDecide, Policy, Tool
from chatbot_cli.chat.turn import with_learned

if TYPE_CHECKING:
    from chatbot_cli.chat.tool_rounds import Tools

MOST_CALLS = 16  # of a round


@dataclass(slots=True)
class _Planned:
    """A call of the round that is being run: with a result once it has one, which it may have before it runs."""

    number: int
    call: ToolCall
    tool: Tool | None
    result: ToolResult | None = None
    began: float | None = None
    note: str = ""  # what the model is told before the result


class RunningCalls:
    """The calls of one turn, round by round."""

    def __init__(self, tools: "Tools | None", journal: Journal, setup: Setup, replaced: Exchange | None) -> None:
        self._tools, self._journal, self._setup = tools, journal, setup
        self._ran_before = {call.name for one in replaced.rounds for call in one.calls} if replaced else set[str]()
        self._repeats = Repeats()
        self._seen: list[tuple[str, str]] = []
        self._left = tools.max_rounds if tools else 1
        self._rounds = 0
        self.is_over = False  # the model has been told that nothing runs any more
        self.why_over = ""

    async def round(self, reply: ReplySoFar) -> AsyncGenerator[ToolEvent, None]:
        """Run the calls of a reply, and end the round: each call has a result then, also if it is stopped."""
        planned = [plan async for plan in self._plans(reply.calls)]
        self._rounds += 1
        text, calls = str(reply.text), tuple(plan.call for plan in planned)
        reply.called_tools = (*reply.called_tools, *(plan.tool.definition for plan in planned if plan.tool))
        self._journal.calling(Calling(calls, text, reply.reasoning, self._learned(reply)))
        try:
            for plan in planned:
                if plan.result:
                    self._journal.called(plan.number, plan.result)
            for together in _groups(planned):
                async for event in self._run(together):
                    yield event
        finally:
            # Also when the turn is stopped: every call has a result. Nothing here may await.
            for plan in planned:
                if plan.result is None:
                    self._end(plan, _stopped(plan))
            results = tuple(plan.result for plan in planned if plan.result)
            reply.end_round(Round(calls, results, text, reply.reasoning))

    async def _plans(self, calls: Sequence[ToolCall]) -> AsyncGenerator[_Planned, None]:
        """Decide about each call, one after another."""
        used_up = await self._is_used_up()
        for number, call in enumerate(calls):
            tool = self._find(call.name)
            if used_up:
                yield _Planned(number, call, tool, ToolResult(used_up, CallOutcome.NOT_RUN))
            elif tool is None:
                yield _Planned(number, call, tool, self._no_such_tool(call.name))
            elif number >= MOST_CALLS:
                too_many = f"(not run) At most {MOST_CALLS} calls run at once. Make this one again."
                yield _Planned(number, call, tool, ToolResult(too_many, CallOutcome.NOT_RUN))
            elif refusal := self._repeats.refusal(call):
                if self._repeats.is_stuck:
                    self.is_over, self.why_over = True, f"{tool.label} was called the same way again and again"
                yield _Planned(number, call, tool, refusal)
            else:
                yield await self._decided(number, call, tool)

    async def _decided(self, number: int, call: ToolCall, tool: Tool) -> _Planned:
        assert self._tools  # noqa: S101  there is a tool, so there are tools
        ran_before = call.name in self._ran_before and not tool.read_only
        answer = await self._tools.approver.decide(CallToDecide(call, tool, ran_before, tuple(self._seen)))
        if not answer.allowed:
            said = f" The user says: {answer.reason}" if answer.reason else ""
            return _Planned(
                number, call, tool, ToolResult(f"(not run) The user did not allow it.{said}", CallOutcome.DENIED)
            )
        if answer.arguments is None or answer.arguments == call.arguments:
            return _Planned(number, call, tool)
        note = f"(The user changed the arguments, which were {call.arguments})\n"
        return _Planned(number, call._replace(arguments=answer.arguments), tool, note=note)

    async def _is_used_up(self) -> str:
        """What the model is told if no more rounds may run; empty if they may."""
        if self._tools is None or self._rounds < self._left:
            return ""
        if await self._tools.approver.go_on(self._rounds):
            self._left += self._tools.max_rounds
            return ""
        self.is_over, self.why_over = True, f"{self._rounds} rounds of tools are used up"
        return f"(not run) {self._rounds} rounds of tools are used up. Answer with what you have."

    async def _run(self, together: Sequence[_Planned]) -> AsyncGenerator[ToolEvent, None]:
        """Run calls at the same time."""
        events: asyncio.Queue[ToolEvent | asyncio.Task[None]] = asyncio.Queue()
        tasks: list[asyncio.Task[None]] = []
        for plan in together:
            if plan.result is None and plan.tool:
                plan.began = time.monotonic()
                yield ToolBegan(plan.call, plan.tool)
                tasks.append(asyncio.create_task(self._run_one(plan, plan.tool, events.put_nowait)))
                tasks[-1].add_done_callback(events.put_nowait)
            elif plan.result:
                yield ToolEnded(plan.call, plan.result, plan.tool)
        left = len(tasks)
        try:
            while left:
                event = await events.get()
                if isinstance(event, asyncio.Task):
                    event.result()  # raises what no tool should raise
                    left -= 1
                else:
                    yield event
        finally:
            for task in tasks:
                task.cancel()

    async def _run_one(self, plan: _Planned, tool: Tool, tell: Callable[[ToolEvent], None]) -> None:
        assert self._tools  # noqa: S101  there is a tool, so there are tools
        began = time.monotonic()

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
        self._end(plan, result)
        tell(ToolEnded(plan.call, result, tool))

    def _find(self, name: str) -> Tool | None:
        offered = self._tools.offered(self._setup) if self._tools else ()
        tool = next((tool for tool in offered if tool.name == name), None)
        return None if tool and self._tools and self._tools.approver.policy(tool) is Policy.DENY else tool

    def _no_such_tool(self, name: str) -> ToolResult:
        offered = self._tools.offered(self._setup) if self._tools else ()
        there_are = f"There are: {', '.join(tool.name for tool in offered)}." if offered else "There are none now."
        return ToolResult(f"(not run) There is no tool {name}. {there_are}", CallOutcome.NO_SUCH_TOOL)

    def _end(self, plan: _Planned, result: ToolResult) -> None:
        plan.result = result
        self._journal.called(plan.number, result)

    def _learned(self, reply: ReplySoFar) -> Setup | None:
        """The setup with the tools that are called; None if it has them."""
        learned = with_learned(State(self._setup), reply).setup
        return None if learned.used_tools == self._setup.used_tools else learned


def _groups(planned: Sequence[_Planned]) -> Iterator[list[_Planned]]:
    """The calls in order; those that may run together, and stand next to each other, in one group."""
    for parallel, group in groupby(planned, lambda plan: plan.tool is not None and plan.tool.parallel):
        together = list(group)
        yield from ([together] if parallel else ([plan] for plan in together))


def _stopped(plan: _Planned) -> ToolResult:
    if plan.began is None:
        return ToolResult("(not run: stopped before)", CallOutcome.STOPPED)
    seconds = time.monotonic() - plan.began
    text = f"{plan.note}(stopped after {seconds:.1f} s; it may have had effects)"
    return ToolResult(text, CallOutcome.STOPPED, seconds)
