"""What keywords of JSON Schema say, in words: for a server that takes the words, not the keyword. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from chatbot_cli.structured.schemas.subschemas import compact
from chatbot_cli.text.counts import counted

PHRASES: Mapping[str, Callable[[Any], str]] = {
    "minLength": lambda value: f"at least {counted(value, 'character')}",
    "maxLength": lambda value: f"at most {counted(value, 'character')}",
    "minProperties": lambda value: f"at least {counted(value, 'key')}",
    "maxProperties": lambda value: f"at most {counted(value, 'key')}",
    "minItems": lambda value: f"at least {counted(value, 'item')}",
    "maxItems": lambda value: f"at most {counted(value, 'item')}",
    "minimum": lambda value: f"at least {value}",
    "maximum": lambda value: f"at most {value}",
    "exclusiveMinimum": lambda value: f"more than {value}",
    "exclusiveMaximum": lambda value: f"less than {value}",
    "multipleOf": lambda value: f"a multiple of {value}",
    "uniqueItems": lambda value: "no item twice" if value else "",
    "contains": lambda value: f"has items that match {compact(value)}",
    "minContains": lambda value: f"at least {value} of these items",
    "maxContains": lambda value: f"at most {value} of these items",
    "propertyNames": lambda value: f"each key matches {compact(value)}",
    "unevaluatedItems": lambda value: "" if value is not False else "no further items",
    "default": lambda value: "" if value is None else f"by default {compact(value)}",
    "examples": lambda value: f"for example {', '.join(map(compact, value if isinstance(value, list) else [value]))}",
    "pattern": lambda value: f"matches the regular expression {value}",
    "format": lambda value: f"format {value}",
    "not": lambda value: f"does not match {compact(value)}",
    "if": lambda value: f"if it matches {compact(value)}",
    "then": lambda value: f"then it matches {compact(value)}",
    "else": lambda value: f"else it matches {compact(value)}",
    "dependentRequired": lambda value: f"keys that want others: {compact(value)}",
    "dependentSchemas": lambda value: f"keys that want more: {compact(value)}",
    "dependencies": lambda value: f"keys that want others: {compact(value)}",
    "contentEncoding": lambda value: f"encoded as {value}",
    "contentMediaType": lambda value: f"of the type {value}",
    "deprecated": lambda value: "deprecated" if value else "",
}


def with_words(description: str, phrases: list[str]) -> str:
    """A description and what else is to be said there: `in years (at least 0; at most 150)`."""
    said = "; ".join(phrase for phrase in phrases if phrase)
    if not said:
        return description
    return f"{description} ({said})" if description else f"{said[:1].upper()}{said[1:]}"
