"""Keywords of JSON Schema that jsonschema judges in other ways than are right for what a model wrote.

Patterns that may run for ever, a search for equal items that takes their number squared, and divisions of numbers that
do not fit, or are not what they seem: 0.3 is a multiple of 0.1.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from jsonschema import ValidationError

from chatbot_cli.structured.schemas.patterns import TooLong, search_of

Errors = Iterator[ValidationError]


def pattern(validator: Any, wanted: str, instance: Any, schema: Any) -> Errors:
    """The keyword `pattern`."""
    if not isinstance(instance, str):
        return
    try:
        if not search_of(wanted)(instance):
            yield ValidationError(f"does not match {wanted!r}")
    except TooLong:
        yield ValidationError("is too long for its pattern")


def pattern_properties(validator: Any, wanted: Mapping[str, Any], instance: Any, schema: Any) -> Errors:
    """The keyword `patternProperties`."""
    if not isinstance(instance, dict):
        return
    for one, inner in wanted.items():
        for key, value in instance.items():
            if _matches(one, key):
                yield from validator.descend(value, inner, path=key, schema_path=one)


def additional_properties(validator: Any, wanted: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    """The keyword `additionalProperties`."""
    if not isinstance(instance, dict):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for key, value in instance.items():
        if key in known or any(_matches(one, key) for one in patterns):
            continue
        if isinstance(wanted, Mapping):
            yield from validator.descend(value, wanted, path=key)
        elif wanted is False:
            yield ValidationError("is not a field of the schema", path=(key,))


def unique_items(validator: Any, wanted: bool, instance: Any, schema: Any) -> Errors:
    """The keyword `uniqueItems`."""
    if wanted and isinstance(instance, list) and len(set(map(_comparable, instance))) < len(instance):
        yield ValidationError("has an item twice")


def multiple_of(validator: Any, step: float, instance: Any, schema: Any) -> Errors:
    """The keyword `multipleOf`."""
    if isinstance(instance, bool) or not isinstance(instance, int | float):
        return
    if _exactly(instance) % _exactly(step):
        yield ValidationError(f"is not a multiple of {step}")


def _matches(one: str, key: str) -> bool:
    try:
        return search_of(one)(key)
    except TooLong:
        return False


def _comparable(value: Any) -> Any:
    """A value that is equal to another's, and can be hashed, if the two are the same in JSON."""
    if isinstance(value, dict):
        return "object", frozenset((key, _comparable(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return "array", tuple(map(_comparable, value))
    return ("bool", value) if isinstance(value, bool) else value


def _exactly(number: float) -> Fraction:
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


OURS = {
    "pattern": pattern,
    "patternProperties": pattern_properties,
    "additionalProperties": additional_properties,
    "uniqueItems": unique_items,
    "multipleOf": multiple_of,
}
