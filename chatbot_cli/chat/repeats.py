"""Notices a model that makes the same call again and again, and gets the same result."""

import json
from collections import Counter

from chatbot_cli.chat.rounds import CallOutcome, ToolCall, ToolResult
from chatbot_cli.chat.same_again import SAME, noted

TOLD_AT, NOT_RUN_AT, STOPPED_AT = 3, 5, 7  # equal calls in one turn, with equal results


class Repeats:
    """The calls of one turn. A result that changes is none of a repeat: something is waited for."""

    def __init__(self) -> None:
        self._results: dict[tuple[str, str], str] = {}
        self._times: Counter[tuple[str, str]] = Counter()

    def refusal(self, call: ToolCall) -> ToolResult | None:
        """The result of a call that is not run any more; None for one that may run."""
        times = self._times[_key(call)] + 1
        if times < NOT_RUN_AT:
            return None
        self._times[_key(call)] = times
        return ToolResult(f"(not run) {SAME.format(count=NOT_RUN_AT - 1)}", CallOutcome.NOT_RUN)

    def noted(self, call: ToolCall, result: ToolResult) -> ToolResult:
        """The result of a call that ran or was denied, with a word to the model if it is the same once more."""
        key = _key(call)
        self._times[key] = self._times[key] + 1 if self._results.get(key) == result.text else 1
        self._results[key] = result.text
        if self._times[key] < TOLD_AT:
            return result
        return result._replace(text=noted(result.text, self._times[key]))

    @property
    def is_stuck(self) -> bool:
        """Whether the model goes on with a call though it was told twice that this is not run any more."""
        return any(times >= STOPPED_AT for times in self._times.values())


def _key(call: ToolCall) -> tuple[str, str]:
    """What two equal calls have in common, however their arguments are written."""
    try:
        return call.name, json.dumps(json.loads(call.arguments), sort_keys=True)
    except (ValueError, RecursionError):
        return call.name, call.arguments
