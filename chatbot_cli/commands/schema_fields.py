"""The fields of a schema in a few words each, as they might be typed after /schema. Pure."""

from collections.abc import Mapping
from typing import Any

from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import shorten

MOST = 30  # fields
LONGEST = 60  # characters of what is said of one
_NAMES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "object": "{…}", "array": "[…]"}
_LITERALS = {"None": "null", "True": "true", "False": "false"}


def fields_of(source: str) -> list[tuple[str, str]]:
    """Each field of a schema, JSON, with its type, `?` if it may be missing; none if it does not list any."""
    # Imported here: few starts have a schema, and none may wait for it.
    import json

    try:
        schema = json.loads(source)
    except ValueError:
        return []
    if isinstance(schema, Mapping) and schema.get("type") == "array" and isinstance(schema.get("items"), Mapping):
        schema = schema["items"]
    fields = schema.get("properties") if isinstance(schema, Mapping) else None
    if not isinstance(fields, Mapping):
        return []
    required = schema.get("required", ())
    listed = [(_shown(name), _said_of(field, is_required=name in required)) for name, field in fields.items()]
    return [*listed[:MOST], *([("…", f"{len(listed) - MOST} more")] if len(listed) > MOST else [])]


def _said_of(field: Any, *, is_required: bool) -> str:
    why = field.get("description") if isinstance(field, Mapping) else None
    return _shown(f"{_type_of(field)}{'' if is_required else '?'}{f': {why}' if why else ''}")


def _type_of(field: Any) -> str:
    if not isinstance(field, Mapping):
        return "any"
    if isinstance(values := [field["const"]] if "const" in field else field.get("enum"), list):
        return "|".join(value if isinstance(value, str) else _LITERALS.get(str(value), str(value)) for value in values)
    for choice in ("anyOf", "oneOf"):
        if isinstance(options := field.get(choice), list):
            return "|".join(map(_type_of, options))
    if isinstance(reference := field.get("$ref"), str):
        return reference.rpartition("/")[2]
    kind = field.get("type")
    if kind == "array" and "items" in field:
        return f"[{_type_of(field['items'])}]"
    kinds = kind if isinstance(kind, list) else [kind or "any"]
    return "|".join(_NAMES.get(str(one), str(one)) for one in kinds)


def _shown(text: str) -> str:
    return shorten(one_line(text), LONGEST)
