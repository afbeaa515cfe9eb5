"""What is wrong with a value, as a clause that follows its place. Pure; the errors are jsonschema's."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chatbot_cli.structured.schemas.places import quoted
from chatbot_cli.structured.schemas.references import KEYWORDS
from chatbot_cli.text.short import shorten_foreign

if TYPE_CHECKING:
    from jsonschema import ValidationError

_LONGEST = 160
_MOST_NAMED = 10  # values of an enum, or fields
_KINDS = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "object": "an object",
    "array": "an array",
}


def in_words(error: "ValidationError") -> str:
    """The error in words, values shortened, in one line: `'old' is not an integer`."""
    words = _WORDS.get(str(error.validator), _plain)(error.validator_value, error.instance, error)
    return shorten_foreign(words, _LONGEST)


def _plain(wanted: Any, value: Any, error: "ValidationError") -> str:
    """The words of jsonschema, which may begin with a huge value."""
    return error.message if len(error.message) <= _LONGEST else f"{quoted(value)} does not meet {error.validator!r}"


def _type(wanted: Any, value: Any, error: "ValidationError") -> str:
    kinds = [wanted] if isinstance(wanted, str) else wanted
    return f"{quoted(value)} is not {' or '.join(_KINDS.get(kind, str(kind)) for kind in kinds)}"


def _required(wanted: Any, value: Any, error: "ValidationError") -> str:
    missing = [name for name in wanted if error.message.startswith(f"{name!r} ")]
    return f"{quoted(missing[0]) if missing else 'a field'} is missing"


def _enum(wanted: Any, value: Any, error: "ValidationError") -> str:
    named = ", ".join(quoted(one) for one in wanted[:_MOST_NAMED])
    return f"{quoted(value)} is not one of {named}" + (", …" if len(wanted) > _MOST_NAMED else "")


def _alternatives(wanted: Any, value: Any, error: "ValidationError") -> str:
    if not error.context:
        return f"{quoted(value)} fits more than one of the forms that exclude each other"
    if all(one.validator == "type" and not one.path for one in error.context):
        kinds: list[Any] = [one.validator_value for one in error.context]
        flat = [kind for one in kinds for kind in ([one] if isinstance(one, str) else one)]
        return _type(list(dict.fromkeys(flat)), value, error)
    return f"{quoted(value)} fits none of the allowed forms"


def _limit(says: str) -> Callable[[Any, Any, Any], str]:
    return lambda wanted, value, error: f"{quoted(value)} {says} {wanted}"


def _count(says: str, unit: str) -> Callable[[Any, Any, Any], str]:
    return lambda wanted, value, error: f"it has {len(value):,} {unit}{'' if len(value) == 1 else 's'}, {says} {wanted}"


def _itself(wanted: Any, value: Any, error: "ValidationError") -> str:
    """Our own words in keywords.py and judged_once.py are about the value."""
    return f"{quoted(value)} {error.message}"


def _unwanted(wanted: Any, value: Any, error: "ValidationError") -> str:
    return error.message if len(error.message) <= _LONGEST else "it has fields that are not in the schema"


_WORDS: dict[str, Callable[[Any, Any, "ValidationError"], str]] = {
    "type": _type,
    "required": _required,
    "enum": _enum,
    "const": lambda wanted, value, error: f"{quoted(value)} is not {quoted(wanted)}",
    "anyOf": _alternatives,
    "oneOf": _alternatives,
    "minimum": _limit("is less than"),
    "maximum": _limit("is more than"),
    "exclusiveMinimum": _limit("is not more than"),
    "exclusiveMaximum": _limit("is not less than"),
    "multipleOf": _limit("is not a multiple of"),
    "minLength": _count("at least", "character"),
    "maxLength": _count("at most", "character"),
    "minItems": _count("at least", "item"),
    "maxItems": _count("at most", "item"),
    "minProperties": _count("at least", "field"),
    "maxProperties": _count("at most", "field"),
    "pattern": _itself,
    **dict.fromkeys(KEYWORDS, _itself),
    "uniqueItems": lambda wanted, value, error: "it has an item twice",
    "additionalProperties": lambda wanted, value, error: "it is not a field of the schema",
    "unevaluatedProperties": _unwanted,
}
