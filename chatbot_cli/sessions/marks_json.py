"""The marks of a conversation as a JSON object, and back. What makes no sense is left out (pure).

`pinned` and `dropped` are lists of numbers of exchanges. `summary` is an object with `text`, `exchanges`, `by_user`,
`begin`, and `without`: pairs of numbers, the first and the last of each run.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from chatbot_cli.chat.marks import NO_MARKS, Marks, Summary
from chatbot_cli.sessions.field_checks import count_or_none
from chatbot_cli.sessions.stored_values import text_in

LONGEST_SUMMARY = 100_000  # characters; a chat writes a few thousand
LARGEST = 1_000_000  # characters of marks that are read: more was written by no chat


def marks_as_json(marks: Marks, first: int = 0) -> dict[str, object]:
    """The JSON object. `first` is the number of the first exchange."""
    summary = marks.summary
    return {
        "pinned": [number + first for number in sorted(marks.pinned)],
        "dropped": [number + first for number in sorted(marks.dropped)],
        "summary": None if summary is None else _summary_as_json(summary, first),
    }


def marks_from_json(fields: Mapping[str, Any], exchanges: int, first: int = 0) -> Marks:
    """The marks on that many exchanges, the first of them with the number `first`."""
    pinned = _numbers(fields.get("pinned"), first)
    dropped = _numbers(fields.get("dropped"), first) - pinned
    return Marks(pinned, dropped, _summary(fields.get("summary"), exchanges, first)).of_first(exchanges) or NO_MARKS


def marks_in(stored: object, exchanges: int) -> Marks:
    """The marks on that many exchanges, as they are stored."""
    if not isinstance(stored, str | bytes) or len(stored) > LARGEST:
        return NO_MARKS
    try:
        fields = json.loads(text_in(stored))
    except (ValueError, RecursionError):  # no JSON; thousands of brackets
        return NO_MARKS
    return marks_from_json(fields, exchanges) if isinstance(fields, Mapping) else NO_MARKS


def _numbers(value: object, first: int) -> frozenset[int]:
    numbers = (count_or_none(number) for number in value) if isinstance(value, list) else ()
    return frozenset(number - first for number in numbers if number is not None and number >= first)


def _summary_as_json(summary: Summary, first: int) -> dict[str, object]:
    runs: list[list[int]] = []
    for number in sorted(summary.without):
        if runs and runs[-1][1] == number + first - 1:
            runs[-1][1] += 1
        else:
            runs.append([number + first, number + first])
    return asdict(summary) | {"begin": summary.begin + first, "without": runs}


def _summary(value: object, most: int, first: int) -> Summary | None:
    if not isinstance(value, Mapping):
        return None
    text, exchanges = value.get("text"), count_or_none(value.get("exchanges"))
    if not isinstance(text, str) or len(text) > LONGEST_SUMMARY or exchanges is None or exchanges > most:
        return None
    begin = min(max(0, (count_or_none(value.get("begin")) or 0) - first), exchanges)
    without = _in_runs(value.get("without"), exchanges, first)
    return Summary(text, exchanges, value.get("by_user") is True, begin, without)


def _in_runs(value: object, exchanges: int, first: int) -> frozenset[int]:
    """The numbers in runs that ascend, of that many exchanges."""
    numbers: set[int] = set()
    end = 0
    for run in value if isinstance(value, list) else ():
        ends = [count_or_none(number) for number in run] if isinstance(run, list) and len(run) == 2 else [None]
        if None not in ends:
            begin, last = (number - first for number in ends if number is not None)
            new = range(max(begin, end), min(last + 1, exchanges))
            numbers.update(new)
            end = max(end, new.stop)
    return frozenset(numbers)
