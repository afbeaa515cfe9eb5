"""The calls of a round: what became of each, which run together, and how the model is told of them."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from chatbot_cli.chat.messages import LONGEST_EARLIER_RESULT, Exchange, calls_of, cut
from chatbot_cli.chat.rounds import CallOutcome, ToolCall, ToolResult
from chatbot_cli.chat.tools import Tool


@dataclass(slots=True)
class PlannedCall:
    """A call of the round that is being run: with a result once it has one, which it may have before it runs."""

    number: int
    call: ToolCall
    tool: Tool | None
    result: ToolResult | None = None
    held_back: ToolResult | None = None  # its result with secrets, about which the user has to be asked
    began: float | None = None
    note: str = ""  # what the model is told before the result


def groups(planned: Sequence[PlannedCall]) -> Iterator[list[PlannedCall]]:
    """The calls in order; those that may run together, and stand next to each other, in one group."""
    for parallel, group in groupby(planned, lambda plan: plan.tool is not None and plan.tool.parallel):
        together = list(group)
        yield from ([together] if parallel else ([plan] for plan in together))


def from_open_world(exchanges: Sequence[Exchange], labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The results in these exchanges of the tools with these names, each after the tool's label."""
    for call, result in (pair for exchange in exchanges for pair in calls_of(exchange)):
        if call.name in labels and result.outcome is CallOutcome.DONE:
            yield labels[call.name], result.text


def unreadable(arguments: str) -> ToolResult:
    """The result of a call whose arguments are no JSON object."""
    said = f"(not run) The arguments are no JSON object: {arguments}\nMake the call again with one."
    return ToolResult(cut(said, LONGEST_EARLIER_RESULT), CallOutcome.INVALID)


def stopped(plan: PlannedCall) -> ToolResult:
    """The result of a call that is stopped now: while it runs, or before."""
    if plan.began is None:
        return ToolResult("(not run: stopped before)", CallOutcome.STOPPED)
    seconds = time.monotonic() - plan.began
    text = f"{plan.note}(stopped after {seconds:.1f} s; it may have had effects)"
    return ToolResult(text, CallOutcome.STOPPED, seconds)
