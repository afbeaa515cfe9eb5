"""A schema for tests, with what schemas commonly have, and replies to it."""

import json
from collections.abc import Sequence
from typing import Any

from chatbot_cli.chat.shape import Checked, ShapeReading
from chatbot_cli.structured.shape import JsonShape

PERSON: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer", "minimum": 0},
        "mood": {"enum": ["good", "bad"]},
        "home": {"type": "object", "properties": {"street": {"type": "string"}, "city": {"type": "string"}}},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["name", "age"],
    "additionalProperties": False,
}
ONE = JsonShape(json.dumps(PERSON), "person")
MANY = JsonShape(json.dumps(PERSON), "person", many=True)
LIST = JsonShape(json.dumps({"type": "array", "items": PERSON}), "people")

ANN = '{"name": "Ann", "age": 31}'
BOB = '{"name": "Bob", "age": 5}'
CAT = '{"name": "Cat", "age": 9}'
OLD = '{"name": "Old", "age": "old"}'


def of(schema: object, *, many: bool = False) -> JsonShape:
    return JsonShape(json.dumps(schema), "test", many=many)


def read_in(shape: JsonShape, text: str) -> Checked:
    """What a reply turns out to be that comes as a whole."""
    reading = shape.reading()
    reading.arrived(text)
    return reading.ended()


def rows_of(reading: ShapeReading, deltas: Sequence[str]) -> list[str]:
    return [row for delta in deltas for row in reading.arrived(delta)]


def problems_in(schema: object, text: str) -> tuple[str, ...]:
    return read_in(of(schema), text).problems
