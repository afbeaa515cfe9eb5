"""What a program asks for as data: a Python type, a JSON Schema, or a line of fields, as a shape."""

import json
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from chatbot_cli.errors import SchemaError
from chatbot_cli.frozen import frozen
from chatbot_cli.structured.growth import Growth
from chatbot_cli.structured.schemas.soundness import check
from chatbot_cli.structured.schemas.subschemas import compact
from chatbot_cli.structured.shape import JsonShape
from chatbot_cli.structured.sources import dsl
from chatbot_cli.structured.sources.named import LABEL, PYTHON_TYPE, shape_of
from chatbot_cli.structured.sources.python_types import schema_of
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import as_written, shorten

_MAY_BE = (
    "Give a pydantic model, a dataclass or a TypedDict, a list[…] of one, a JSON Schema as a dict, or a text of fields."
)


@frozen
class Target:
    """The shape that a reply is to have, and what makes of its document what the program gets."""

    shape: JsonShape
    value: Callable[[str], Any] = json.loads

    def growth(self) -> Growth:
        """The values of a reply while it arrives."""
        return Growth(self.shape)


def target_of(into: object) -> Target:
    """What a type, a JSON Schema (a mapping), or fields (a text: `name, age int`) ask for. Raises SchemaError."""
    if isinstance(into, str):
        return Target(_of_fields(into))
    if isinstance(into, Mapping):
        return Target(_of_schema(into))
    if not _is_type(into):
        hint = f"Write list[{_name(into[0])}]." if isinstance(into, list) and len(into) == 1 else _MAY_BE
        raise SchemaError(f"`into` is {as_written(repr(into))}, which is no type.", hint)
    return _of_type(into)


def _of_type(python_type: Any) -> Target:
    # Imported here because a schema that is no type's does without pydantic.
    from pydantic import TypeAdapter

    from chatbot_cli.structured.typed import TypedShape

    schema, label = schema_of(python_type), shorten(one_line(_name(python_type)), LABEL)
    check(schema, label)
    adapter = TypeAdapter(python_type)
    return Target(TypedShape(compact(schema), label, adapter=adapter), adapter.validate_json)


def _of_schema(schema: Mapping[str, object]) -> JsonShape:
    try:
        written = json.dumps(dict(schema), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        sentence = f"The schema of `into` cannot be said as JSON: {as_written(str(error), 120)}."
        raise SchemaError(
            sentence, 'A dict is a JSON Schema. For a few fields give a text: "name, age int".'
        ) from error
    return shape_of(written, Path())


def _of_fields(text: str) -> JsonShape:
    line = text.strip()
    if line.startswith("{") or line.endswith(".json") or PYTHON_TYPE.fullmatch(line):
        hint = "Give the type itself; read a JSON Schema, and give it as a dict."
        raise SchemaError("As `into`, a text is a list of fields, such as: name, age int.", hint)
    return JsonShape(compact(dsl.parse(text)), shorten(one_line(text), LABEL))


def _is_type(into: object) -> bool:
    return isinstance(into, type) or typing.get_origin(into) is not None or hasattr(into, "__value__")


def _name(python_type: object) -> str:
    return python_type.__name__ if isinstance(python_type, type) else str(python_type)
