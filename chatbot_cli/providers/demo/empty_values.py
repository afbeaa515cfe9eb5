"""The emptiest value that is valid by a JSON Schema: for what no text says. Pure."""

import math
from collections.abc import Mapping
from typing import Any

from chatbot_cli.providers.demo.subschemas import NOTHING, References, Schemas, branches, kinds

NO_TEXT = "-"
MOST = 1000  # characters or items
EMPTY_SHAPES = {
    "date": "0001-01-01",
    "time": "00:00:00Z",
    "date-time": "0001-01-01T00:00:00Z",
    "email": "nobody@invalid",
    "uri": "about:blank",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "ipv4": "0.0.0.0",  # noqa: S104 - nothing listens there
}


def empty(schemas: Schemas, schema: Any, before: References = frozenset()) -> Any:
    """Null if that is valid, else what the schema says by default, else the emptiest value of its type."""
    schema, before = schemas.followed(schema, before)
    if schema is NOTHING or is_null_valid(schemas, schema):
        return None
    if "default" in schema:
        return schema["default"]
    if "const" in schema or schema.get("enum"):
        return schema["const"] if "const" in schema else schema["enum"][0]
    if choices := branches(schema):
        return empty(schemas, choices[0], before)
    match next(iter(kinds(schema)), ""):
        case "object":
            properties = schema.get("properties", {})
            return {name: empty(schemas, properties.get(name, {}), before) for name in schema.get("required", ())}
        case "array":
            return [empty(schemas, schema.get("items", {}), before)] * min(int(schema.get("minItems", 0)), MOST)
        case "integer" | "number" as kind:
            return _nearest_to_zero(schema, is_whole=kind == "integer")
        case "boolean":
            return False
        case "string":
            return EMPTY_SHAPES.get(schema.get("format", ""), NO_TEXT * min(int(schema.get("minLength", 0)), MOST))
    return None


def is_null_valid(schemas: Schemas, schema: Mapping[str, Any]) -> bool:
    """Whether null is a value."""
    if "const" in schema:
        return schema["const"] is None
    if "enum" in schema:
        return None in schema["enum"]
    choices = [schemas.resolved(one) for one in schema.get("anyOf") or schema.get("oneOf") or ()]
    if choices:
        return any(one is not NOTHING and is_null_valid(schemas, one) for one in choices)
    said = schema.get("type", ["null"] if not schema.keys() & {"properties", "items", "prefixItems"} else [])
    return "null" in ([said] if isinstance(said, str) else said)


def fits(value: float | str, schema: Mapping[str, Any]) -> bool:
    """Whether a number or a text is within the bounds that a schema sets."""
    if isinstance(value, str):
        return bool(schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)))
    if "integer" in kinds(schema) and "number" not in kinds(schema) and not isinstance(value, int):
        return False
    step = schema.get("multipleOf")
    low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    above, below = schema.get("exclusiveMinimum", -math.inf), schema.get("exclusiveMaximum", math.inf)
    return bool(low <= value <= high and above < value < below and (not step or value % step == 0))


def _nearest_to_zero(schema: Mapping[str, Any], *, is_whole: bool) -> float:
    step = schema.get("multipleOf", 1 if is_whole else 0)
    low = max(schema.get("minimum", -math.inf), schema.get("exclusiveMinimum", -math.inf))
    high = min(schema.get("maximum", math.inf), schema.get("exclusiveMaximum", math.inf))
    if fits(0, schema):
        return 0
    bound, sign = (low, 1) if low >= 0 else (high, -1)
    if math.isinf(bound):
        return 0
    if step:
        value = (math.ceil(bound / step) if sign > 0 else math.floor(bound / step)) * step
        value = value if fits(value, schema) else value + sign * step
    else:
        value = bound if fits(bound, schema) else bound + sign * min(1, abs(high - low) / 2)
    return int(value) if is_whole else value
