"""Whether a JSON Schema can be used at all, before anything is sent. Nothing is ever fetched."""

import json
import re
from collections.abc import Mapping
from typing import Any

from chatbot_cli.structured.schemas.faults import QUOTED, kind_of, nearest, refuse
from chatbot_cli.structured.schemas.patterns import is_judged
from chatbot_cli.structured.schemas.references import check_references
from chatbot_cli.structured.schemas.subschemas import Path, every
from chatbot_cli.text.short import shorten_foreign

TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}  # as programs call them
ALL_TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")
LARGEST = 1 << 20  # bytes of a schema; a server refuses far smaller ones
MOST_DEPTH = 100  # values inside values
_SURROGATE = re.compile("[\ud800-\udfff]")


def check(schema: object, label: str) -> None:
    """Raise SchemaError, with the place, if a schema is none, is too large, or could not be used as it is.

    `label` is what the user calls it. The metaschema and the references are judged by jsonschema, which is loaded.
    """
    if not isinstance(schema, Mapping | bool):
        refuse(label, (), f"a schema is an object in braces, not {kind_of(schema)}")
    if schema is False:
        refuse(label, (), "`false` allows no reply at all")
    if schema is True or not schema:
        refuse(label, (), "it asks for nothing")
    _check_size(schema, label)
    _check_patterns(schema, label)
    _check_metaschema(schema, label)
    _check_demands(schema, label)
    check_references(schema, label)


def _check_size(schema: object, label: str) -> None:
    waiting: list[tuple[Path, object]] = [((), schema)]
    while waiting:
        path, value = waiting.pop()
        if len(path) > MOST_DEPTH:
            refuse(label, (), f"its values are nested more than {MOST_DEPTH} deep")
        if isinstance(value, Mapping):
            waiting += [((*path, key), inner) for key, inner in value.items()]
            _check_characters(label, path, "".join(map(str, value)))
        elif isinstance(value, list | tuple):
            waiting += [((*path, number), inner) for number, inner in enumerate(value)]
        elif isinstance(value, str):
            _check_characters(label, path, value)
    try:
        size = len(json.dumps(schema, ensure_ascii=False, allow_nan=False).encode())
    except (TypeError, ValueError) as error:  # a dict of a program may hold anything
        refuse(label, (), f"it cannot be written as JSON ({shorten_foreign(str(error), QUOTED)})")
    if size > LARGEST:
        refuse(label, (), f"it has {size:,} bytes, and may have {LARGEST:,}")


def _check_characters(label: str, path: Path, text: str) -> None:
    if _SURROGATE.search(text):
        refuse(label, path, "half a character (a lone surrogate) is in it")


def _check_patterns(schema: object, label: str) -> None:
    for path, inner in every(schema):
        if not isinstance(inner, Mapping):
            continue
        named = inner.get("patternProperties")
        _check_pattern(label, (*path, "pattern"), inner.get("pattern"))
        for key in named if isinstance(named, Mapping) else ():
            _check_pattern(label, (*path, "patternProperties", key), key)


def _check_pattern(label: str, path: Path, pattern: object) -> None:
    if not isinstance(pattern, str):
        return
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        quoted = shorten_foreign(pattern, QUOTED)
        refuse(label, path, f'Python cannot read the regular expression "{quoted}" ({error})')
    if not is_judged(pattern):
        what = "the regular expression looks around and repeats so much that checking a text could take for ever"
        refuse(label, path, what, "Make it simpler, or take it out.")


def _check_metaschema(schema: Any, label: str) -> None:
    # Imported here because only a conversation with a schema needs them, and they take longer than a start may.
    from jsonschema import Draft202012Validator
    from jsonschema import SchemaError as Unsound
    from jsonschema.validators import validator_for

    try:
        validator_for(schema, default=Draft202012Validator).check_schema(schema)
    except Unsound as error:
        path = tuple(error.absolute_path)
        if path[-1:] == ("type",) and isinstance(error.instance, str):
            refuse(label, path, f'there is no type "{shorten_foreign(error.instance, QUOTED)}"', _types(error.instance))
        refuse(label, path, shorten_foreign(error.message, 2 * QUOTED).rstrip("."))


def _check_demands(schema: Any, label: str) -> None:
    """Refuse a schema by which anything is valid, as it is if none of its keys are keywords."""
    # Imported here for the same reason as above.
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for

    keywords = validator_for(schema, default=Draft202012Validator).VALIDATORS
    if not isinstance(schema, Mapping) or schema.keys() & keywords.keys():
        return
    if isinstance(schema.get("schema"), Mapping):  # as in a request to OpenAI
        refuse(label, (), "it asks for nothing", 'The schema itself is what stands in it under "schema".')
    if odd := [key for key in schema if not key.startswith("$")]:
        near = nearest(odd[0], keywords)
        guess = f'Did you mean "{near}"? ' if near else ""
        what = f'it asks for nothing; "{shorten_foreign(odd[0], QUOTED)}" is no keyword that demands anything'
        refuse(
            label,
            (),
            what,
            f'{guess}Fields stand under "properties": {{"properties": {{"age": {{"type": "integer"}}}}}}',
        )
    refuse(label, (), "it asks for nothing")


def _types(word: str) -> str:
    """The hint for a type that JSON Schema does not have."""
    near = TYPES.get(word.lower()) or nearest(word, ALL_TYPES)
    guess = f'Did you mean "{near}"? ' if near else ""
    return f"{guess}The types of a JSON Schema are {', '.join(ALL_TYPES)}."
