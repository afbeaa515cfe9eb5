"""Checks the rounds of tool calls and the attachments of an imported file. A bad value is dropped."""

import base64
import binascii
import json
import math
from collections.abc import Mapping
from typing import Any

from chatbot_cli.chat.rounds import UNANSWERED, Attachment, CallOutcome, Round, ToolCall, ToolResult

_OUTCOMES = {outcome.name.lower(): outcome for outcome in CallOutcome}
NO_NAME = "unknown"  # for a call whose name is missing


def rounds_of(value: object) -> tuple[Round, ...]:
    """The rounds of a reply in our own JSON."""
    rounds = (_round(entry) for entry in value) if isinstance(value, list) else ()
    return tuple(one for one in rounds if one)


def attachments_of(value: object) -> tuple[Attachment, ...]:
    """The attachments of a question in our own JSON."""
    attached = (_attachment(entry) for entry in value) if isinstance(value, list) else ()
    return tuple(attachment for attachment in attached if attachment)


def openai_calls(message: Mapping[str, Any]) -> tuple[ToolCall, ...]:
    """The tool calls of an assistant's message in OpenAI's format."""
    calls = message.get("tool_calls")
    tool_calls = []
    for number, call in enumerate(calls if isinstance(calls, list) else ()):
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict) and isinstance(function.get("name"), str):
            name, arguments = function["name"], function.get("arguments")
            written = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
            tool_calls.append(
                ToolCall(_text(call.get("id")) or f"call_{number}", name, written or "{}", _text(call.get("extra")))
            )
    return tuple(tool_calls)


def openai_result(message: Mapping[str, Any], text: str) -> ToolResult:
    """The result in a message of a tool; `text` is the text of that message."""
    outcome = _OUTCOMES.get(_text(message.get("outcome")), CallOutcome.DONE)
    return ToolResult(text, outcome, _seconds(message.get("seconds")))


class OpenRound:
    """A round whose results are still to be read. A call without a result gets the outcome UNKNOWN."""

    def __init__(self, calls: tuple[ToolCall, ...], text: str, reasoning: object) -> None:
        self._calls = calls
        self._text = text
        self._reasoning = _text(reasoning)
        self._waiting = dict.fromkeys(call.id for call in calls)
        self._results: dict[str, ToolResult] = {}

    def answer(self, call_id: object, result: ToolResult) -> None:
        """Add the result of a call. A result without a known id belongs to the first call that has no result."""
        known = call_id if isinstance(call_id, str) and call_id in self._waiting else next(iter(self._waiting), None)
        if known is not None:
            del self._waiting[known]
            self._results[known] = result

    def closed(self) -> Round | None:
        """The round; None if two of its calls have the same id."""
        try:
            return Round(
                self._calls,
                tuple(self._results.get(call.id, UNANSWERED) for call in self._calls),
                self._text,
                self._reasoning,
            )
        except ValueError:
            return None


def _round(value: object) -> Round | None:
    calls = value.get("calls") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(calls, list):
        return None
    answered = [(_call(call), _answer(call)) for call in calls if isinstance(call, dict)]
    try:
        made, results = zip(*answered, strict=True)
        return Round(made, results, _text(value.get("text")), _text(value.get("reasoning")))
    except ValueError:  # no calls, or ids given twice
        return None


def _call(value: Mapping[str, Any]) -> ToolCall:
    return ToolCall(
        _text(value.get("id")),
        _text(value.get("name")) or NO_NAME,
        _text(value.get("arguments")) or "{}",
        _text(value.get("extra")),
    )


def _answer(value: Mapping[str, Any]) -> ToolResult:
    outcome = _OUTCOMES.get(_text(value.get("outcome")), CallOutcome.UNKNOWN)
    return ToolResult(_text(value.get("result")), outcome, _seconds(value.get("seconds")))


def _attachment(value: object) -> Attachment | None:
    if not isinstance(value, dict) or not isinstance(value.get("base64"), str):
        return None
    try:
        content = base64.b64decode(value["base64"], validate=True)
    except (binascii.Error, ValueError):
        return None
    return Attachment(_text(value.get("name")), _text(value.get("media_type")) or "application/octet-stream", content)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 0.0
    return max(0.0, float(value))
