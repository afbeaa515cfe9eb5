"""The schemas inside a JSON Schema, and their places as pointers. Pure."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
Step = str | int
Path = tuple[Step, ...]

OF_NAMES = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
SINGLE = (
    "items",
    "additionalItems",
    "additionalProperties",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contains",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
    "contentSchema",
)
# What judges the same value, not one inside it.
IN_PLACE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies")
DEFINITIONS = ("$defs", "definitions")


def children(schema: Schema) -> Iterator[tuple[Path, Any]]:
    """The schemas directly inside one, each with the steps to it; what is no schema there is left out."""
    for keyword in OF_NAMES:
        if isinstance(named := schema.get(keyword), Mapping):
            yield from (((keyword, name), inner) for name, inner in named.items() if _is_schema(inner))
    for keyword in LISTS:
        if isinstance(listed := schema.get(keyword), list):
            yield from (((keyword, number), inner) for number, inner in enumerate(listed) if _is_schema(inner))
    yield from (((keyword,), schema[keyword]) for keyword in SINGLE if _is_schema(schema.get(keyword)))


def every(schema: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """A schema and all schemas inside it, with their paths."""
    waiting = [(path, schema)]
    while waiting:
        path, schema = waiting.pop()
        yield path, schema
        if isinstance(schema, Mapping):
            inner = [((*path, *steps), child) for steps, child in children(schema)]
            waiting.extend(reversed(inner))


def pointer(path: Iterable[Step]) -> str:
    """A path as a JSON pointer in a reference: `#/properties/age`."""
    return "#" + "".join(f"/{str(step).replace('~', '~0').replace('/', '~1').replace('%', '%25')}" for step in path)


def resolved(root: Schema | bool, reference: str) -> Any:
    """What a reference of the form `#/…` leads to in a schema; None if it has another form, or leads nowhere."""
    if reference != "#" and not reference.startswith("#/"):
        return None
    found: Any = root
    for step in steps_of(reference):
        if isinstance(found, Mapping) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found


def steps_of(reference: str) -> list[str]:
    """The steps of a reference of the form `#/…`, read as text."""
    return [_unescaped(step) for step in reference.split("/")[1:]]


def compact(value: Any) -> str:
    """A value as JSON in one line, with all characters as they are."""
    return json.dumps(value, ensure_ascii=False)


def _unescaped(step: str) -> str:
    if "%" in step:
        step = re.sub(r"((?:%[0-9a-fA-F]{2})+)", lambda found: _bytes_of(found[0]).decode("utf-8", "replace"), step)
    return step.replace("~1", "/").replace("~0", "~")


def _bytes_of(percents: str) -> bytes:
    return bytes.fromhex(percents.replace("%", ""))


def _is_schema(value: Any) -> bool:
    return isinstance(value, Mapping | bool)
