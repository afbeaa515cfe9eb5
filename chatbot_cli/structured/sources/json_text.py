"""JSON that people wrote, read strictly: a fault is a sentence with line and column. Pure."""

import json
from typing import Any, NoReturn

from chatbot_cli.errors import SchemaError
from chatbot_cli.text.repeats import first_twice
from chatbot_cli.text.short import shorten_foreign

_QUOTED = 40  # characters of a quotation in a sentence


def read_json(text: str, label: str, hint: str = "") -> Any:
    """The value of a JSON text that `label` names. Raises SchemaError; so for a key that is there twice, and NaN.

    `hint` is for a text that is no JSON at all.
    """
    if not text.strip():
        raise SchemaError(f"{label} is empty.", "A JSON Schema begins with {.")
    try:
        return json.loads(text, object_pairs_hook=_once_each, parse_constant=_refuse_constant, parse_int=_whole)
    except json.JSONDecodeError as error:
        what = f"{error.msg[:1].lower()}{error.msg[1:]}".removesuffix(" starting at")
        raise SchemaError(f"{label} is not JSON at line {error.lineno}, column {error.colno}: {what}.", hint) from None
    except ValueError as error:  # from those below
        raise SchemaError(f"{label} is not JSON: {error}.") from None
    except RecursionError:
        raise SchemaError(f"{label} makes no sense: its values are nested too deep.") from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = first_twice(key for key, _ in pairs)
        raise ValueError(f'the key "{shorten_foreign(twice, _QUOTED)}" is in an object twice')
    return found


def _whole(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:
        raise ValueError("a number has more digits than Python reads") from None


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")
