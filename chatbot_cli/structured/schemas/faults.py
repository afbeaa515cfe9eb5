"""Sentences about schemas that make no sense, with the place. Pure."""

from collections.abc import Iterable
from typing import NoReturn

from chatbot_cli.errors import SchemaError
from chatbot_cli.structured.schemas.places import place
from chatbot_cli.structured.schemas.subschemas import Path
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


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is most like this one, ignoring its case; "" if none is."""
    from difflib import get_close_matches  # here because only this error needs it

    return next(iter(get_close_matches(word.lower(), list(known), n=1)), "")
