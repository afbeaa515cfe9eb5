"""Sentences and tables about the tools of a chat. Pure."""

from collections.abc import Iterator, Sequence

from chatbot_cli.chat.calls_in_words import SIGNS, in_words, seconds_in_words
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.rounds import NO_RESULT, ToolCall, ToolResult
from chatbot_cli.chat.sent_tools import tokens_of
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.tool_events import CallInText, ToolsIgnored, ToolsLeftOut
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.tools import Policy, SourceReport, Tool
from chatbot_cli.errors import ENDS
from chatbot_cli.text.chart import Chart, Column, Row
from chatbot_cli.text.counts import counted
from chatbot_cli.text.json_documents import as_json, document_in
from chatbot_cli.text.safe import one_line

POLICIES = {Policy.ALLOW: "runs", Policy.ASK: "asks", Policy.DENY: "denied"}
OFF = "off"
ENDED = "It ended."  # the beginning of a problem, which the state says already
READY = "ready"
CAN_START_AGAIN = ("failed", "ended")  # states of a server that was there, or was to be
MOST_NAMED = 4  # tools in a sentence
LONGEST_SHOWN = 100_000  # characters of a result on the screen
COLUMNS = (
    Column("tool", stretches=True, least=16),
    Column("from", stretches=True, spared=True, inside=True),
    Column("calls"),
    Column("tokens", right=True, spared=True),
)


def what_became_of_the_tools(event: ToolsLeftOut | ToolsIgnored | CallInText) -> str:
    """A sentence about tools that the model does not get, or calls in vain."""
    if isinstance(event, ToolsLeftOut):
        return f"{str(event.error).rstrip(ENDS)}. It is asked without tools, now and from now on."
    if isinstance(event, CallInText):
        return "The model wrote a call into its text, and its server did not read it there: no tool ran."
    read, sent = f"{event.read:,}", f"{event.counted:,}"
    return f"The server took the tools and did not show them to the model: it read {read} of {sent} tokens."


def not_offered(tools: Sequence[Tool]) -> str:
    """A sentence about tools that would ask, where nobody can be asked; empty for none."""
    if not tools:
        return ""
    labels = [tool.label for tool in tools]
    if len(labels) == 1:
        return f"Not offered: {labels[0]} (it would ask; --allow {labels[0]})."
    named = ", ".join(labels[:MOST_NAMED])
    more = f" and {len(labels) - MOST_NAMED} more" if len(labels) > MOST_NAMED else ""
    groups = {label.rpartition(".")[0] for label in labels}
    allow = groups.pop() if len(groups) == 1 and "" not in groups else f"{labels[0]}, or a pattern"
    return f"Not offered: {named}{more} (they would ask; --allow {allow})."


def tools_chart(tools: Tools, setup: Setup) -> Chart:
    """Each tool there is: where it comes from, what becomes of its calls, the tokens that it takes in a request."""
    reports, offered = tools.toolbox.sources(), tools.offered(setup)
    rows = [_row(tool, tools, setup, offered) for report in reports for tool in report.tools]
    return Chart(COLUMNS, tuple(rows), _in_all(offered, setup), "\n".join(_notes(reports, setup)))


def standing_of(tool: Tool, tools: Tools, offered: Sequence[Tool]) -> str:
    """What becomes of the calls of a tool, in a word."""
    policy = tools.approver.policy(tool)
    is_offered = any(one.name == tool.name for one in offered)
    return POLICIES[policy] if is_offered or policy is Policy.DENY else OFF


def _row(tool: Tool, tools: Tools, setup: Setup, offered: Sequence[Tool]) -> Row:
    standing = standing_of(tool, tools, offered)
    is_offered = standing not in (OFF, POLICIES[Policy.DENY])
    tokens = f"{tokens_of([tool.definition], setup):,}" if is_offered else "-"
    return Row((tool.label, tool.source, standing, tokens), quiet=not is_offered)


def _in_all(offered: Sequence[Tool], setup: Setup) -> str:
    if not setup.takes_tools:
        return "The server of this model takes no tools, so it is sent none. /tools on tries again."
    if not offered:
        return "The model is offered no tool. /tools NAME offers one."
    tokens = tokens_of([tool.definition for tool in offered], setup)
    mark = "" if setup.counts_exactly else "~"
    return f"The model is offered {counted(len(offered), 'tool')}: {mark}{tokens:,} tokens in each request."


def _notes(reports: Sequence[SourceReport], setup: Setup) -> Iterator[str]:
    for report in reports:
        if report.problem:
            yield f"{report.name}: {report.state}. {report.problem.removeprefix(ENDED).lstrip()}".rstrip()
        elif report.state != READY or not report.tools:
            yield f"{report.name}: {report.state}{'' if report.tools else ', no tools'}"
    if gone := [report.name for report in reports if report.problem and report.state in CAN_START_AGAIN]:
        yield f"/tools restart {gone[0]} starts it again."
    yield "/tools NAME offers one, /tools off none; /allow and /deny decide about calls."


def one_tool(tool: Tool, standing: str, setup: Setup) -> str:
    """All about a tool: what the model is told of it, and where it comes from."""
    tokens = tokens_of([tool.definition], setup)
    asks = {"runs": "runs unasked", "asks": "asks first", "denied": "is denied", OFF: "is off"}[standing]
    return "\n".join(
        [
            f"{tool.label} {asks}; it takes {tokens:,} tokens in each request.",
            f"From: {one_line(tool.source) or 'not known'}" + (", which calls it read-only" if tool.read_only else ""),
            *([tool.definition.description.strip()] if tool.definition.description.strip() else []),
            f"Arguments: {_indented(tool.definition.parameters)}",
        ]
    )


def one_call(call: ToolCall, result: ToolResult, label: str, number: int) -> str:
    """A call whole: the arguments as they were, and the whole result."""
    shown = in_words(call, result, label)
    how = f"{SIGNS.get(result.outcome, '–')} {result.outcome.value}"
    took = seconds_in_words(result.seconds)
    text = result.text or NO_RESULT
    more = len(text) - LONGEST_SHOWN
    cut = f"\n… {counted(more, 'character')} more; /save tool {number} FILE saves all of it." if more > 0 else ""
    return "\n".join(
        [
            f"{shown.tool}: {how}{f', {took}' if took else ''}",
            f"Arguments: {_indented(call.arguments)}",
            f"Result: {counted(len(text), 'character')}",
            text[:LONGEST_SHOWN] + cut,
        ]
    )


def labels_of(conversation: Conversation) -> dict[str, str]:
    """What people call the tools that are offered, by their names on the wire."""
    offered = conversation.tools.offered(conversation.setup) if conversation.tools else ()
    return {tool.name: tool.label for tool in offered}


def _indented(text: str) -> str:
    document = document_in(text)
    return text if document is None else as_json(document, indent=2)
