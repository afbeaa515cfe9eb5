"""The data of a reply while it arrives, for a program: each value holds all that the one before did."""

import json
from typing import Any

from chatbot_cli.structured.shape import JsonShape
from chatbot_cli.structured.shape_in_use import ShapeInUse

_STEP = 50  # a text that has grown by less than this part of it is not looked at: the time stays linear


class Growth:
    """The growing value of one reply, and of those that mend it. Values that would take something back are left out."""

    def __init__(self, shape: JsonShape) -> None:
        self._shape = ShapeInUse(shape.source, shape.many)  # its own: another conversation may be at another text
        self._last: Any = None
        self.begin_again()

    def begin_again(self) -> None:
        """What arrives from now on is the next reply."""
        self._pieces: list[str] = []
        self._length = self._looked_at = 0

    def arrived(self, text: str) -> list[Any]:
        """Take more of the reply. Returns the value, in a list, if it has grown; it is the caller's own."""
        self._pieces.append(text)
        self._length += len(text)
        if self._length - self._looked_at < self._length / _STEP:
            return []
        self._looked_at = self._length
        self._pieces = ["".join(self._pieces)]
        value = self._shape.grown(self._pieces[0])
        if not value or value == self._last or not (self._last is None or has_grown(self._last, value)):
            return []
        self._last = value
        return [json.loads(json.dumps(value))]

    def ended(self, document: str) -> list[Any]:
        """The value of the valid document, in a list, if it is not the last one."""
        value = json.loads(document)
        return [] if self._last is not None and value == self._last else [value]


def has_grown(before: Any, after: Any) -> bool:
    """Whether a value holds all that the one before did: fields and items stay, and a text goes on."""
    if before == after:  # quickly said of a large value
        return True
    if isinstance(before, dict) and isinstance(after, dict):
        return all(key in after and has_grown(value, after[key]) for key, value in before.items())
    if isinstance(before, list) and isinstance(after, list):
        return len(before) <= len(after) and all(map(has_grown, before, after))
    return isinstance(before, str) and isinstance(after, str) and after.startswith(before)
