"""Reads single values of a row, whatever they are: SQLite stores any kind of value in any column (pure).

What a conversation can do without is replaced, such as a date that is no number. What it cannot do without is damage.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from chatbot_cli.errors import SessionDamaged
from chatbot_cli.sessions.database.opening import as_text
from chatbot_cli.sessions.field_checks import amount_or_none, senseless_field, whole_number

NO_ARGUMENTS = "{}"
NO_SETUP = "its setup is missing"
OUT_OF_ORDER = "the order of its messages makes no sense"


def text_in(value: object) -> str:
    """A text; bytes are read as one. Empty for anything else."""
    if isinstance(value, bytes):
        return as_text(value)
    return value if isinstance(value, str) else ""


def message_text_in(value: object) -> str:
    """The text of a message. Raises SessionDamaged if there is none."""
    if not isinstance(value, str | bytes):
        raise SessionDamaged("the text of a message is missing")
    return text_in(value)


def time_in(value: object) -> float:
    """Seconds since 1970; 0.0 for what is no time."""
    return amount_or_none(value) or 0.0


def bytes_in(value: object) -> bytes:
    """The bytes of an attachment. Raises SessionDamaged if there are none."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if not isinstance(value, bytes):
        raise SessionDamaged("the content of an attachment is missing")
    return value


def arguments_in(value: object) -> str:
    """The arguments of a tool call: the JSON object itself, `{}` for anything else, which no server would take back."""
    text = text_in(value)
    try:
        is_object = text == NO_ARGUMENTS or isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):  # no JSON; thousands of brackets
        is_object = False
    return text if is_object else NO_ARGUMENTS


def setup_in(stored: object) -> dict[str, Any]:
    """A setup that can be used, a JSON object of `setup_json`. Raises SessionDamaged."""
    setup = _object_in(stored)
    senseless = senseless_field(setup)
    if senseless is not None:
        raise SessionDamaged(f"{senseless[:40]!r} in its setup makes no sense")
    return setup


def readable_setup_in(stored: object) -> dict[str, Any]:
    """What can be understood of a setup: its fields that make sense."""
    try:
        setup = _object_in(stored)
    except SessionDamaged:
        return {}
    return {name: value for name, value in setup.items() if senseless_field({name: value}) is None}


def _object_in(stored: object) -> dict[str, Any]:
    if not isinstance(stored, str | bytes):
        raise SessionDamaged(NO_SETUP)
    try:
        setup = json.loads(text_in(stored))
    except (ValueError, RecursionError):  # no JSON; thousands of brackets
        raise SessionDamaged("its setup is no JSON") from None
    if not isinstance(setup, Mapping):
        raise SessionDamaged("its setup is no JSON object")
    return dict(setup)


class Head(NamedTuple):
    """The last message of a step, as it is stored: the step's `head`, and columns of the message with that number."""

    head: object
    id: object
    depth: object
    is_reply: object

    @property
    def message(self) -> int | None:
        """The number of the message; None before the first one. Raises SessionDamaged if it is missing."""
        if self.head is None:
            return None
        number = whole_number(self.id)
        if number is None:
            raise SessionDamaged("its last message is missing")
        return number

    @property
    def exchanges(self) -> int:
        """How many exchanges there are up to it. Raises SessionDamaged."""
        if (message := self.message) is None:
            return 0
        return depth_in(message, self.depth) + reply_mark_in(self.is_reply) - 1


def depth_in(message: int, value: object) -> int:
    """How many questions there are up to a message. Raises SessionDamaged."""
    depth = whole_number(value)
    if depth is None or not 1 <= depth <= message:  # each of them has a lower number
        raise SessionDamaged(OUT_OF_ORDER)
    return depth


def reply_mark_in(value: object) -> int:
    """1 for a reply, 0 for a question. Raises SessionDamaged."""
    if value not in (0, 1):
        raise SessionDamaged("one of its messages is neither a question nor a reply")
    return 1 if value else 0
