"""The fields of a schema in their order, and values brought into it. Pure."""

from collections.abc import Mapping
from typing import Any

from chatbot_cli.structured.schemas.subschemas import resolved

_ALTERNATIVES = ("allOf", "anyOf", "oneOf")
_MOST_REFERENCES = 20  # from one to the next, with no value between


class FieldOrder:
    """Knows the fields of a schema, also where it refers to its own parts."""

    def __init__(self, root: Mapping[str, Any] | bool) -> None:
        self._root = root

    def fields(self) -> tuple[str, ...]:
        """The fields of the value itself; none if it is no object."""
        return tuple(self._fields(self._root))

    def items(self) -> Mapping[str, Any] | bool | None:
        """The schema of the items, if the value is a list and nothing else; else None."""
        for schema in self._same(self._root):
            if schema.get("type") == "array":
                items = schema.get("items", True)
                return items if isinstance(items, Mapping | bool) else True
        return None

    def ordered(self, value: Any) -> Any:
        """The value with its fields in the schema's order, and those that the schema does not name after them."""
        return self._ordered(value, self._root)

    def _ordered(self, value: Any, schema: Any) -> Any:
        if isinstance(value, dict):
            inner = self._fields(schema)
            names = [*(name for name in inner if name in value), *(name for name in value if name not in inner)]
            return {name: self._ordered(value[name], inner.get(name, True)) for name in names}
        if isinstance(value, list):
            first, items = self._items(schema)
            return [
                self._ordered(one, first[number] if number < len(first) else items) for number, one in enumerate(value)
            ]
        return value

    def _fields(self, schema: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for one in self._same(schema):
            if isinstance(named := one.get("properties"), Mapping):
                found |= {name: inner for name, inner in named.items() if name not in found}
        return found

    def _items(self, schema: Any) -> tuple[list[Any], Any]:
        for one in self._same(schema):
            first, items = one.get("prefixItems", []), one.get("items", True)
            if isinstance(items, list):  # as older versions of JSON Schema say it
                return items, one.get("additionalItems", True)
            if first or items is not True:
                return first, items
        return [], True

    def _same(self, schema: Any) -> list[Mapping[str, Any]]:
        """All schemas that judge the same value, the schema itself first."""
        found: list[Mapping[str, Any]] = []
        waiting = [schema]
        while waiting and len(found) < _MOST_REFERENCES:
            one = waiting.pop(0)
            if not isinstance(one, Mapping):
                continue
            found.append(one)
            if isinstance(reference := one.get("$ref"), str):
                waiting.append(resolved(self._root, reference))
            for keyword in _ALTERNATIVES:
                if isinstance(listed := one.get(keyword), list):
                    waiting += listed
        return found
