"""The schema of a tool's parameters as a server takes it. Pure.

A schema comes from a Python function or from a server of tools, and may use all of JSON Schema. What a server does not
take costs the whole request, so it is left out, or said in words: the tool itself still checks its arguments.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from chatbot_cli.providers.entries.provider import OBJECT, PLAIN_WORDS

Schema = dict[str, Any]

DEEPEST = 32  # levels
MOST_TIMES = 2  # that a schema may hold itself
MOST_SCHEMAS = 2_000  # in each other, after references are followed

_CHOICES = ("anyOf", "oneOf", "allOf")
_NOT_AT_THE_ROOT = (*_CHOICES, "not", "if", "then", "else", "enum", "const")
_SIZES = ("minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum")
_PLAIN = frozenset(("type", "description", "nullable", "required", "pattern", *_SIZES))
_FORMATS = ("date-time", "int32", "int64", "float", "double")


def parameters_for(schema: Any, words: str) -> Schema:
    """The schema of parameters, an object at its root. `words` are what the server takes: `Dialect.tool_schemas`."""
    root = schema if isinstance(schema, dict) else {}
    if words == PLAIN_WORDS:
        root = _Plain(root).of(root)
    if words in (OBJECT, PLAIN_WORDS):
        root = _without_choice(root)
    return {**root, "type": "object", "properties": _object(root.get("properties"))}


def _without_choice(root: Schema) -> Schema:
    """A root that is no choice: it has the properties of all that could be chosen."""
    branches = [one for word in _CHOICES for one in _list(root.get(word)) if isinstance(one, dict)]
    properties: Schema = {}
    for one in (*branches, root):
        properties |= _object(one.get("properties"))
    kept = {word: value for word, value in root.items() if word not in _NOT_AT_THE_ROOT}
    return kept | ({"properties": properties} if properties else {})


class _Plain:
    """Says a schema in few words."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._left = MOST_SCHEMAS
        self._followed: list[str] = []  # the references that lead to here

    def of(self, schema: object, depth: int = 0) -> Schema:
        """The schema in these words; an empty one for what is none, or is too deep."""
        depth, self._left = depth + 1, self._left - 1
        if not isinstance(schema, Mapping) or depth > DEEPEST or self._left < 0:
            return {}
        if (target := schema.get("$ref")) is not None:
            return self._resolved(str(target), schema, depth)
        plain = {word: value for word, value in schema.items() if word in _PLAIN}
        if schema.get("format") in _FORMATS:
            plain["format"] = schema["format"]
        plain |= _one_type(plain.pop("type", None))
        self._add_fields(plain, schema, depth)
        for branch in _list(schema.get("allOf")):
            plain = _both(self.of(branch, depth), plain)
        self._add_choice(plain, [*_list(schema.get("anyOf")), *_list(schema.get("oneOf"))], depth)
        _add_values(plain, schema)
        return plain

    def _resolved(self, target: str, schema: Mapping[str, Any], depth: int) -> Schema:
        """The schema that a reference leads to, with what stands beside the reference."""
        if self._followed.count(target) >= MOST_TIMES:
            return {}
        self._followed.append(target)
        own = {word: value for word, value in schema.items() if word != "$ref"}
        plain = self.of({**self._found(target), **own}, depth)
        self._followed.pop()
        return plain

    def _add_fields(self, plain: Schema, schema: Mapping[str, Any], depth: int) -> None:
        if properties := _object(schema.get("properties")):
            plain["properties"] = {name: self.of(one, depth) for name, one in properties.items()}
        if "required" in plain:
            plain["required"] = [name for name in map(str, _list(plain["required"])) if name in properties]
        if plain.get("type") == "array":
            plain["items"] = self.of(schema.get("items"), depth) or {"type": "string"}

    def _add_choice(self, plain: Schema, branches: list[object], depth: int) -> None:
        rest = [one for one in branches if not (isinstance(one, Mapping) and one.get("type") == "null")]
        if len(rest) < len(branches):
            plain["nullable"] = True
        if len(rest) == 1:
            plain |= {word: value for word, value in self.of(rest[0], depth).items() if word not in plain}
        elif rest:
            plain["anyOf"] = [self.of(one, depth) for one in rest]

    def _found(self, target: str) -> Mapping[str, Any]:
        """What a reference within the schema leads to; an empty schema if that is nothing."""
        place: Any = self._root
        for step in _steps(target):
            place = place.get(step) if isinstance(place, Mapping) else None
        return place if isinstance(place, Mapping) else {}


def _both(one: Schema, other: Schema) -> Schema:
    """Two schemas that both hold."""
    properties = {**_object(one.get("properties")), **_object(other.get("properties"))}
    required = [*_list(one.get("required")), *_list(other.get("required"))]
    fields = ({"properties": properties} if properties else {}) | ({"required": required} if required else {})
    return one | other | fields


def _object(value: object) -> Schema:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _steps(target: str) -> Iterator[str]:
    path = target.removeprefix("#").strip("/")
    return (step.replace("~1", "/").replace("~0", "~") for step in path.split("/") if step)


def _one_type(types: object) -> Schema:
    """One type; that it may be null is said apart."""
    several = [types] if isinstance(types, str) else types if isinstance(types, list) else []
    names = [name for name in several if isinstance(name, str) and name]
    rest = [name for name in names if name != "null"]
    return ({"type": rest[0]} if rest else {}) | ({"nullable": True} if "null" in names else {})


def _add_values(plain: Schema, schema: Mapping[str, Any]) -> None:
    """The values that are taken: texts as they are, others in words."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if not (isinstance(values, list) and values):
        return
    if all(isinstance(value, str) for value in values):
        plain |= {"type": "string", "enum": values}
        return
    one_of = f"One of: {', '.join(json.dumps(value, ensure_ascii=False) for value in values)}."
    plain["description"] = f"{plain['description']} {one_of}" if plain.get("description") else one_of
