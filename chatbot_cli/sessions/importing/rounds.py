"""Checks the rounds of tool calls of an imported file. A bad value is dropped or mended.

Of a call every server asks that its name and its id are such as it takes, and that its arguments are a JSON object.
"""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from chatbot_cli.chat.rounds import UNANSWERED, CallOutcome, Round, ToolCall, ToolResult, sendable_name
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.sessions.importing.thoughts import thoughts_of
from chatbot_cli.sessions.rounds import NO_NAME
from chatbot_cli.sessions.stored_values import arguments_in

_OUTCOMES = {outcome.name.lower(): outcome for outcome in CallOutcome}


def rounds_of(value: object) -> tuple[Round, ...]:
    """The rounds of a reply in our own JSON."""
    rounds = (_round(entry) for entry in value) if isinstance(value, list) else ()
    return tuple(one for one in rounds if one)


def openai_calls(message: Mapping[str, Any]) -> tuple[ToolCall, ...]:
    """The tool calls of an assistant's message in OpenAI's format, or the one call of its first format."""
    listed = message.get("tool_calls")
    calls = listed if isinstance(listed, list) else [{"function": message.get("function_call")}]
    functions = [(call, call.get("function")) for call in calls if isinstance(call, dict)]
    return with_ids_of_their_own(
        call_of(_text(call.get("id")), function["name"], function.get("arguments"), _text(call.get("extra")))
        for call, function in functions
        if isinstance(function, dict) and isinstance(function.get("name"), str)
    )


def call_of(call_id: str, name: str, arguments: object, extra: str = "") -> ToolCall:
    """A call as every server takes it, but for its id, which may be empty. Arguments may be a text or an object."""
    tool = sendable_name(name or NO_NAME)
    return ToolCall(
        call_id, tool, arguments_in(json.dumps(arguments) if isinstance(arguments, dict) else arguments), extra
    )


def with_ids_of_their_own(calls: Iterable[ToolCall]) -> tuple[ToolCall, ...]:
    """The calls of a round: one without an id, or with that of another one, gets an id."""
    found: dict[str, ToolCall] = {}
    for call in calls:
        number, call_id = len(found), call.id
        while not call_id or call_id in found:
            call_id, number = f"call_{number}", number + 1
        found[call_id] = call._replace(id=call_id)
    return tuple(found.values())


def openai_result(message: Mapping[str, Any], text: str) -> ToolResult:
    """The result in a message of a tool; `text` is the text of that message."""
    outcome = _OUTCOMES.get(_text(message.get("outcome")), CallOutcome.DONE)
    return ToolResult(text, outcome, _seconds(message.get("seconds")))


class OpenRound:
    """A round whose results are still to be read. A call without a result gets the outcome UNKNOWN."""

    def __init__(self, calls: tuple[ToolCall, ...], text: str, thoughts: Thoughts | None) -> None:
        self._calls = calls
        self._text = text
        self._thoughts = thoughts
        self._waiting = dict.fromkeys(call.id for call in calls)
        self._results: dict[str, ToolResult] = {}

    def waits_for(self, call_id: object) -> bool:
        """Whether a call with this id has no result."""
        return isinstance(call_id, str) and call_id in self._waiting

    def answer(self, call_id: object, result: ToolResult) -> bool:
        """Add the result of a call. A result without a known id belongs to the first call that has no result.

        Returns whether there is such a call.
        """
        known = call_id if isinstance(call_id, str) and call_id in self._waiting else next(iter(self._waiting), None)
        if known is None:
            return False
        del self._waiting[known]
        self._results[known] = result
        return True

    def closed(self) -> Round:
        """The round."""
        results = tuple(self._results.get(call.id, UNANSWERED) for call in self._calls)
        return Round(self._calls, results, self._text, self._thoughts)


def _round(value: object) -> Round | None:
    calls = value.get("calls") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(calls, list):
        return None
    calls = [call for call in calls if isinstance(call, dict)]
    made, results = with_ids_of_their_own(map(_call, calls)), tuple(map(_answer, calls))
    return Round(made, results, _text(value.get("text")), thoughts_of(value)) if made else None


def _call(value: Mapping[str, Any]) -> ToolCall:
    texts = {name: _text(value.get(name)) for name in ("id", "name", "extra")}
    return call_of(texts["id"], texts["name"], value.get("arguments"), texts["extra"])


def _answer(value: Mapping[str, Any]) -> ToolResult:
    outcome = _OUTCOMES.get(_text(value.get("outcome")), CallOutcome.UNKNOWN)
    return ToolResult(_text(value.get("result")), outcome, _seconds(value.get("seconds")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 0.0
    return max(0.0, float(value))
