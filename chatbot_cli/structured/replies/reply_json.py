"""JSON that a model wrote, read strictly: what cannot be kept as it is becomes a problem, a clause. Pure."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from chatbot_cli.frozen import frozen
from chatbot_cli.structured.schemas.places import place
from chatbot_cli.text.repeats import first_twice
from chatbot_cli.text.short import shorten_foreign

MOST_DEPTH = 100  # values inside values, as in a schema
MOST_DIGITS = 4300  # of a whole number: Python reads no more
_QUOTED = 40
_TOO_DEEP = f"$: it is nested more than {MOST_DEPTH} deep"
_MAYBE_HALF = re.compile(r"[\ud800-\udfff]|\\u[dD][89a-fA-F]")
_HALF = re.compile("[\ud800-\udfff]")


@frozen
class Read:
    """The value that stands in a text from `start` to `end`. With problems it is not to be used."""

    value: Any
    start: int
    end: int
    problems: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        return self.end - self.start


class NotJson(ValueError):
    """The text is no JSON. `str(error)` is a clause that says what is missing."""


def read(text: str) -> Read:
    """The value of a text that is JSON as a whole, but for blanks around it. Raises NotJson."""
    stripped = text.strip(" \t\r\n\ufeff")
    if not stripped:
        raise NotJson("it is empty")
    found = read_from(stripped, 0)
    if found.end < len(stripped):
        rest = shorten_foreign(stripped[found.end : found.end + _QUOTED].strip(), _QUOTED)
        raise NotJson(f"it goes on after its end: {rest}")
    return found


def read_from(text: str, start: int) -> Read:
    """The value that begins at `start`. Raises NotJson. A value that is nested too deep has no known end."""
    decoder = _Decoder()
    try:
        value, end = decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        what = f"{error.msg[:1].lower()}{error.msg[1:]}".removesuffix(" at")
        raise NotJson(f"{what} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        return Read(None, start, len(text), (_TOO_DEEP,))
    if _is_deeper(value, MOST_DEPTH):
        return Read(None, start, len(text), (_TOO_DEEP,))
    if not decoder.problems and _MAYBE_HALF.search(text, start, end):
        decoder.problems += (f"{where}: half a character (a lone surrogate) is in it" for where in _halves(value))
    return Read(value, start, end, tuple(dict.fromkeys(decoder.problems)))


class _Decoder(json.JSONDecoder):
    """Notes what Python would read, but JSON does not have or nobody could give back as it was."""

    def __init__(self) -> None:
        super().__init__(
            parse_int=self._whole, parse_float=self._float, parse_constant=self._constant, object_pairs_hook=self._once
        )
        self.problems: list[str] = []

    def _whole(self, digits: str) -> int:
        if len(digits) > MOST_DIGITS:
            self.problems.append(f"$: a number in it has {len(digits):,} digits")
            return 0
        return int(digits)

    def _float(self, digits: str) -> float:
        number = float(digits)
        if math.isinf(number):
            self.problems.append(f"$: the number {shorten_foreign(digits, _QUOTED)} is too large")
        return number

    def _constant(self, name: str) -> None:
        self.problems.append(f"$: {name} is no number of JSON")

    def _once(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = first_twice(key for key, _ in pairs)
            self.problems.append(f"$: the key '{shorten_foreign(twice, _QUOTED)}' is in an object twice")
        return found


def _is_deeper(value: Any, most: int) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(most):
        if not level:
            return False
        inner = (one.values() if isinstance(one, dict) else one for one in level)
        level = [one for values in inner for one in values if isinstance(one, dict | list)]
    return bool(level)


def _halves(value: Any) -> Iterator[str]:
    """The places of texts with half a character in them, of keys the place of their object."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str) and _HALF.search(value):
            yield place(path)
        elif isinstance(value, dict):
            if any(map(_HALF.search, value)):
                yield place(path)
            waiting += [((*path, key), inner) for key, inner in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [((*path, number), value[number]) for number in range(len(value) - 1, -1, -1)]
