"""A tool call on one line, for the exports that people read (pure)."""

import re

from chatbot_cli.chat.rounds import NO_RESULT, UNANSWERED, CallOutcome, ToolCall, ToolResult

SHORTEST = 0.01  # seconds that are told
_BREAKS = re.compile(r"[\r\n\t]+")  # in JSON they stand between values alone, and mean nothing


def call_line(call: ToolCall) -> str:
    """The name and the arguments of a call, whole."""
    return _BREAKS.sub(" ", f"{call.name} {call.arguments}").strip()


def result_text(result: ToolResult) -> str:
    """What is shown below the call; empty for a result that was never there, since the line says so."""
    return "" if result == UNANSWERED else result.text or NO_RESULT


def how_it_ended(result: ToolResult) -> str:
    """How a call ended, and how long it took if that can be seen: "done, 0.04 s"."""
    is_long = result.outcome is CallOutcome.DONE and result.seconds >= SHORTEST
    seconds = f", {result.seconds:.2f} s" if is_long else ""
    return f"{result.outcome.value}{seconds}"
