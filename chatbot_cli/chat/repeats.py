"""Notices a model that makes the same call again and again, and gets the same result."""

import json
import re
from collections import Counter

from chatbot_cli.chat.rounds import CallOutcome, ToolCall, ToolResult

TOLD_AT, NOT_RUN_AT, STOPPED_AT = 3, 5, 7  # equal calls in one turn, with equal results

_SAME = "The same call has brought the same result {count} times. Do something else, or answer with what you have."

_NOTED = re.compile(rf"\n\({re.escape(_SAME).replace(re.escape('{count}'), '([0-9]+)')}\)\Z")


def as_it_came(text: str) -> tuple[str, int]:
    """A result without the word to the model, and how many times it was the same in a row, if that was told; else 0."""
    noted = _NOTED.search(text)
    return (text[: noted.start()], int(noted[1])) if noted else (text, 0)


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
        return ToolResult(f"(not run) {_SAME.format(count=NOT_RUN_AT - 1)}", CallOutcome.NOT_RUN)

    def noted(self, call: ToolCall, result: ToolResult) -> ToolResult:
        """The result of a call that ran or was denied, with a word to the model if it is the same once more."""
        key = _key(call)
        self._times[key] = self._times[key] + 1 if self._results.get(key) == result.text else 1
        self._results[key] = result.text
        if self._times[key] < TOLD_AT:
            return result
        return result._replace(text=f"{result.text}\n({_SAME.format(count=self._times[key])})")

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
