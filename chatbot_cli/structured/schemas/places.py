"""Places in a document or a schema, and values, as a line of text says them. Pure."""

import json
import re
from collections.abc import Iterable
from typing import Any

from chatbot_cli.text.short import as_written

LONGEST_VALUE = 60
_LONGEST_KEY = 40
_MOST_STEPS = 12  # of a place; what is deeper is told by its beginning and its end
_PLAIN = re.compile(r"[^\W\d]\w*|\$\w+")


def place(path: Iterable[str | int]) -> str:
    """A path from the root, such as `$.items[2].age` or `$['full name']`; in one line, and not long."""
    steps = [_step(step) for step in path]
    if len(steps) > _MOST_STEPS:
        half = _MOST_STEPS // 2
        steps = [*steps[:half], "…", *steps[-half:]]
    return "$" + "".join(steps)


def quoted(value: Any) -> str:
    """A value of JSON in one line, shortened: `'old'` for a text, else as JSON."""
    if isinstance(value, str):
        return repr(value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 1]}…")
    written = "".join(_beginning(value)) if isinstance(value, dict | list) else json.dumps(value)
    return as_written(written, LONGEST_VALUE)


def _beginning(value: Any) -> Iterable[str]:
    """The first pieces of a value as JSON, so that a huge one is not written for the few that are shown."""
    length = 0
    for piece in json.JSONEncoder(ensure_ascii=False).iterencode(value):
        yield piece[: LONGEST_VALUE + 1]
        length += len(piece)
        if length > LONGEST_VALUE:
            return


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    key = as_written(step, _LONGEST_KEY)
    return f".{key}" if _PLAIN.fullmatch(key) else f"[{key!r}]"
