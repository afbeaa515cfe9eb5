"""Walks a JSON Schema: references, choices and what they are joined with. Pure."""

from collections.abc import Mapping
from typing import Any

References = frozenset[str]

NOTHING = object()
"""What stands for no value: null is one."""


class Schemas:
    """A schema, the root of its references."""

    def __init__(self, root: Any) -> None:
        self.root = root

    def resolved(self, schema: Any) -> Any:
        """A schema without references and `allOf` on its floor; NOTHING if that leads nowhere."""
        return self.followed(schema, frozenset())[0]

    def followed(self, schema: Any, before: References) -> tuple[Any, References]:
        """The same, and the references that led there, those `before` it among them.

        NOTHING if one was followed before: then it holds itself.
        """
        while isinstance(schema, Mapping) and "$ref" in schema:
            reference = str(schema["$ref"])
            if reference in before:
                return NOTHING, before
            before |= {reference}
            schema = joined(_without(schema, "$ref"), self._at(reference))
        if not isinstance(schema, Mapping):
            return {}, before
        for part in schema.get("allOf", ()):
            inner, before = self.followed(part, before)
            schema = joined(_without(schema, "allOf"), inner)
        return schema, before

    def _at(self, reference: str) -> Any:
        if not reference.startswith("#"):
            return {}
        value: Any = self.root
        for part in filter(None, reference[1:].split("/")):
            key = part.replace("~1", "/").replace("~0", "~")
            value = value.get(key) if isinstance(value, Mapping) else None
        return value


def _without(schema: Mapping[str, Any], keyword: str) -> Mapping[str, Any]:
    return {key: value for key, value in schema.items() if key != keyword}


def joined(schema: Mapping[str, Any], other: Any) -> Mapping[str, Any]:
    """What is valid by both, as far as their properties and simple keywords go."""
    if not isinstance(other, Mapping):
        return schema
    both = {**other, **schema}
    if "properties" in schema and "properties" in other:
        both["properties"] = {**other["properties"], **schema["properties"]}
    if "required" in schema and "required" in other:
        both["required"] = [*dict.fromkeys((*other["required"], *schema["required"]))]
    return both


def branches(schema: Mapping[str, Any]) -> list[Any]:
    """The choices that a schema leaves, those for text last, as it is found in anything; null is none of them."""
    choices = schema.get("anyOf") or schema.get("oneOf") or ()
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf", "description", "title")}
    whole = [joined(one, rest) if isinstance(one, Mapping) else rest for one in choices]
    return sorted((one for one in whole if kinds(one) != ["null"]), key=lambda one: kinds(one) == ["string"])


def kinds(schema: Mapping[str, Any]) -> list[str]:
    """The types that a schema names, the one that is hardest to find first."""
    said = schema.get("type", ())
    named = [said] if isinstance(said, str) else [kind for kind in said if isinstance(kind, str)]
    if not named and "properties" in schema:
        named = ["object"]
    if not named and schema.keys() & {"items", "prefixItems"}:
        named = ["array"]
    return sorted((kind for kind in named if kind != "null" or len(named) == 1), key=_ORDER.index)


_ORDER = ["object", "array", "integer", "number", "boolean", "string", "null"]
