"""As much of a value of JSON as has arrived. What is there once stays, and only grows."""

import re
from typing import Any

import jiter

_BEGINNING = re.compile(r"""\{[ \t\r\n]*(?:["}]|\Z)|\[[ \t\r\n]*(?:[]\[{"\-0-9tfn]|\Z)""")
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_OF_NUMBERS = "0123456789+-.eE"
_FAULT = re.compile(r"at line (\d+) column (\d+)\Z")
NOTHING = object()


def begun(text: str) -> str:
    """The text from its first value in brackets on; empty if there is none yet."""
    found = _BEGINNING.search(text)
    return text[found.start() :] if found else ""


def partial(text: str) -> Any:
    """What there is of the value that a text begins with; NOTHING if that cannot be said yet.

    A text may have no end yet. A number, true, false and null are there when they are whole. After what is not JSON
    nothing more is read.
    """
    written = _without_open_number(text).encode("utf-8", "replace")
    try:
        return _read(written)
    except ValueError as error:
        before = written[: _position(written, str(error))]
    try:
        # A key that is there twice is noticed after its colon.
        return _read(before.rstrip(b" \t\r\n").removesuffix(b":"))
    except ValueError:
        return NOTHING


def without_nulls(value: Any) -> Any:
    """The value without the fields that are null: strict servers send that for what is missing."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


def _read(written: bytes) -> Any:
    return jiter.from_json(
        written, partial_mode="trailing-strings", allow_inf_nan=False, catch_duplicate_keys=True, cache_mode="keys"
    )


def _without_open_number(text: str) -> str:
    """A number at the end may go on; in a text it is a part of that."""
    before = text.rstrip(_OF_NUMBERS)
    if not any(map(str.isdigit, text[len(before) :])):
        return text
    is_in_text = _ESCAPE.sub("", text).count('"') % 2
    return text if is_in_text else before


def _position(written: bytes, message: str) -> int:
    """Where jiter found a fault: it counts lines from 1, and bytes."""
    found = _FAULT.search(message)
    if not found:
        return 0
    line, column = int(found[1]), int(found[2])
    start = 0
    for _ in range(line - 1):
        start = written.index(b"\n", start) + 1
    return max(0, start + column - 1)
