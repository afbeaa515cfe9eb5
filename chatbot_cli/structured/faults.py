"""The failure of a schema that makes no sense, with its place. Pure."""

from typing import NoReturn

from chatbot_cli.errors import SchemaError
from chatbot_cli.structured.subschemas import Path, place
from chatbot_cli.text.short import shorten_foreign

QUOTED = 60  # characters of a quotation in a sentence


def refuse(label: str, path: Path, what: str, hint: str = "") -> NoReturn:
    """Raise the SchemaError for a fault, a clause, at a place."""
    where = f" at {shorten_foreign(place(path), 2 * QUOTED)}" if path else ""
    raise SchemaError(f"{label} makes no sense{where}: {what}.", hint)


def kind_of(value: object) -> str:
    """What a value of JSON is, as people say: `a list`, `a number`."""
    if value is None:
        return "null"
    kinds = ((bool, "true or false"), (str, "a text"), (int | float, "a number"), (list, "a list"))
    return next((words for kind, words in kinds if isinstance(value, kind)), "an object")
