"""A server's answer as the user's schema means it: unwrapped, and without the nulls that stand for what is missing.

A null is taken out only where the user's schema does not allow it, so that nothing is lost that would be valid.
"""

from collections.abc import Mapping
from typing import Any

from chatbot_cli.structured.schemas.subschemas import every, pointer, resolved
from chatbot_cli.structured.schemas.validation import Judge
from chatbot_cli.structured.servers.server_schema import wrapper

_ROOT = "urn:chat:schema"  # where references within the schema lead; nothing is fetched from there


class FromServer:
    """Reads what servers answer to one sound schema."""

    def __init__(self, schema: Any) -> None:
        self._wrapper = wrapper(schema, many=False)
        self._schema = _without_address(schema)
        # Inside a schema with an address of its own, references lead elsewhere; it is never sent in the strict subset.
        self._readable = not any(isinstance(inner, Mapping) and "$id" in inner for _, inner in every(self._schema))
        self._judges: dict[str, Judge] = {}
        self._nullable: dict[str, bool] = {}
        self._known: dict[tuple[int, str], tuple[Any, Any]] = {}

    def whole(self, value: Any) -> Any:
        """A whole answer: unwrapped, and without such nulls. One that is not wrapped is taken as it is."""
        return self.one(self._unwrapped(value))

    def _unwrapped(self, value: Any) -> Any:
        """What is in the object that was asked for only because a server wants one."""
        if not self._wrapper or not isinstance(value, dict) or value.keys() != {self._wrapper}:
            return value
        inner = value[self._wrapper]
        # A model that is told the schema in words may leave the object out, and its answer may look the same.
        meant = not self._is_valid(self.one(inner), "#") and self._is_valid(self.one(value), "#")
        return value if meant else inner

    def one(self, value: Any) -> Any:
        """What the schema describes, such as a row of `many`, without the nulls of missing fields."""
        if not self._readable or not _has_null(value):
            return value
        self._known = {}
        try:
            return self._cleaned(value, "#")
        except RecursionError:  # no validator reads a value that is nested so deep; it says so
            return value

    def _cleaned(self, value: Any, at: str) -> Any:
        """A value as the schema at a reference means it. Each is judged once, however many choices lead to it."""
        key = (id(value), at)
        if key not in self._known:
            self._known[key] = (value, self._cleaned_anew(value, at))  # the value is held, so that its id stays its own
        return self._known[key][1]

    def _cleaned_anew(self, value: Any, at: str) -> Any:
        schema = resolved(self._schema, at)
        if not isinstance(schema, Mapping) or not isinstance(value, dict | list):
            return value
        if isinstance(reference := schema.get("$ref"), str):
            value = self._cleaned(value, reference)
        for number, _ in enumerate(schema.get("allOf", ())):
            value = self._cleaned(value, f"{at}/allOf/{number}")
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                value = self._as_chosen(value, f"{at}/{keyword}", len(schema[keyword]))
        return self._fields(value, schema, at) if isinstance(value, dict) else self._items(value, schema, at)

    def _as_chosen(self, value: Any, at: str, count: int) -> Any:
        """A value as the first choice has it by which it is valid: as it is, or else without its nulls."""
        choices = [f"{at}/{number}" for number in range(count)]
        if any(self._is_valid(value, choice) for choice in choices):
            return value
        cleaned = ((choice, self._cleaned(value, choice)) for choice in choices)
        return next((tried for choice, tried in cleaned if self._is_valid(tried, choice)), value)

    def _fields(self, value: dict[str, Any], schema: Mapping[str, Any], at: str) -> dict[str, Any]:
        named, required = schema.get("properties", {}), schema.get("required", ())
        others = f"{at}/additionalProperties"
        cleaned = {}
        for name, inner in value.items():
            place = f"{at}{pointer(('properties', name))[1:]}" if name in named else others
            missing = inner is None and name in named and name not in required
            if not (missing and not self._may_be_null(place)):
                cleaned[name] = self._cleaned(inner, place)
        return cleaned

    def _items(self, value: list[Any], schema: Mapping[str, Any], at: str) -> list[Any]:
        places = len(schema.get("prefixItems", ()))
        return [
            self._cleaned(inner, f"{at}/prefixItems/{number}" if number < places else f"{at}/items")
            for number, inner in enumerate(value)
        ]

    def _may_be_null(self, at: str) -> bool:
        """Whether null is valid by the schema at a reference. It is asked for each field of each row."""
        if at not in self._nullable:
            self._nullable[at] = self._is_valid(None, at)
        return self._nullable[at]

    def _is_valid(self, value: Any, at: str) -> bool:
        """Whether a value is valid by the schema at a reference."""
        from chatbot_cli.structured.schemas.judged_once import TooMuchToJudge  # for the same reason as below

        if at not in self._judges:
            self._judges[at] = self._judge(at)
        try:
            return self._judges[at].is_valid(value)
        except TooMuchToJudge:  # that it is too much is told when the whole is judged
            return False

    def _judge(self, at: str) -> Judge:
        # Imported here because only a conversation with a schema needs them, and a start has no time for them.
        from referencing import Registry
        from referencing.jsonschema import DRAFT202012, specification_with

        schema = self._schema
        dialect = str(schema.get("$schema", "")) if isinstance(schema, Mapping) else ""
        resource = specification_with(dialect, default=DRAFT202012).create_resource(schema)
        registry: Registry[Any] = Registry().with_resource(_ROOT, resource)
        return Judge(schema, {"$ref": f"{_ROOT}{at}"}, registry)


def _without_address(schema: Any) -> Any:
    """A schema whose references all begin at its root, whatever address it has."""
    if not isinstance(schema, Mapping):
        return schema
    return {key: value for key, value in schema.items() if key not in ("$id", "id")}


def _has_null(value: Any) -> bool:
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if inner is None:
            return True
        waiting.extend(inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list) else ())
    return False
