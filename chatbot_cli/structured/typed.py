"""Replies that become values of a Python type: pydantic has the last word about what is valid."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from chatbot_cli.chat.shape import Checked, ShapeReading
from chatbot_cli.frozen import frozen
from chatbot_cli.structured.replies.reading import asked_again
from chatbot_cli.structured.schemas.places import place, quoted
from chatbot_cli.structured.schemas.validation import MOST_PROBLEMS
from chatbot_cli.structured.shape import JsonShape
from chatbot_cli.text.short import shorten_foreign

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_LONGEST = 160  # characters of a clause
_RAISED_BY_THE_TYPE = ("value_error", "assertion_error")  # by the code of its author, who says what is wrong


@frozen
class TypedShape(JsonShape):
    """Replies that are valid by the schema of a Python type, and that the type takes. As the core's `Shape`."""

    adapter: TypeAdapter[Any] = field(kw_only=True)

    def reading(self) -> ShapeReading:
        return _TypedReading(lambda: JsonShape.reading(self), self.adapter)


class _TypedReading:
    """Reads replies by the schema. A document that is valid by it is shown to the type."""

    def __init__(self, begin: Callable[[], ShapeReading], adapter: TypeAdapter[Any]) -> None:
        self._begin, self._adapter = begin, adapter
        self._reading = begin()
        self._refused: tuple[str, ...] = ()

    def arrived(self, text: str) -> Sequence[str]:
        return self._reading.arrived(text)

    def ended(self) -> Checked:
        checked = self._reading.ended()
        if checked.problems:
            return checked
        try:
            self._adapter.validate_json(checked.document)
        except ValidationError as error:
            self._refused = tuple(dict.fromkeys(_clauses(error, checked.document)))[:MOST_PROBLEMS]
            return Checked(problems=self._refused)
        return checked

    def again(self) -> str:
        if not self._refused:
            return self._reading.again()
        refused, self._refused, self._reading = self._refused, (), self._begin()
        return asked_again(refused)


def _clauses(error: ValidationError, document: str) -> Iterator[str]:
    """What pydantic finds wrong with a document, each in the words of the schema's validation: `$.age: …`."""
    value = json.loads(document)
    for one in error.errors(include_url=False):
        yield f"{place(_steps(one['loc'], value))}: {shorten_foreign(_in_words(one), _LONGEST)}"


def _steps(location: Iterable[str | int], value: Any) -> Iterator[str | int]:
    """The steps of a location that lead into the value; in between, pydantic names members of unions."""
    for step in location:
        inside = value if isinstance(value, dict) else dict(enumerate(value if isinstance(value, list) else ()))
        if step in inside:
            value = inside[step]
            yield step


def _in_words(error: "ErrorDetails") -> str:
    if error["type"] in _RAISED_BY_THE_TYPE and (raised := str(error["ctx"]["error"]).strip()):
        return raised.partition("\n")[0].rstrip(".")
    if error["type"] == "missing":
        return f"{quoted(error['loc'][-1])} is missing"
    if error["msg"].startswith("Input "):
        return quoted(error["input"]) + error["msg"].removeprefix("Input")
    said = error["msg"].removesuffix(", ")
    return said[:1].lower() + said[1:]
