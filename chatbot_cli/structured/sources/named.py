"""Schemas as users name them: a line of fields, a JSON file, JSON itself, or a Python type."""

import os
import re
from pathlib import Path
from typing import Any

from chatbot_cli.errors import SchemaError
from chatbot_cli.frozen import frozen
from chatbot_cli.structured.schemas.soundness import LARGEST, check
from chatbot_cli.structured.schemas.subschemas import compact
from chatbot_cli.structured.shape import JsonShape
from chatbot_cli.structured.sources import dsl
from chatbot_cli.structured.sources.json_text import read_json
from chatbot_cli.structured.sources.python_types import schema_of, type_named
from chatbot_cli.system.regular_files import in_words, read_regular_file
from chatbot_cli.text.decoding import NotText, decode
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import shorten, shorten_foreign

LABEL = 60  # characters
PYTHON_TYPE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*:[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_FIELDS = re.compile(r"[\s,:?|\[\]{}]")  # what a line of fields has, and the name of a file that is not there has not
_NO_FIELD = re.compile(r"[\w/\\~-]*(?:\.[\w/\\-]+)+(?::\w+)?")  # one word with a full stop in it
_BRACES = "In braces it is read as JSON. A line of fields has none around it: name, age int"


@frozen
class NamedSchema:
    """A schema that is sound, and what the user called it, in one line."""

    schema: Any  # a JSON Schema: a dict, or True
    label: str


def schema_named(what: str, folder: Path) -> NamedSchema:
    """The schema that WHAT names; files and modules are looked for in `folder`. Raises SchemaError.

    In this order: `{…` is JSON; `shop.models:Order`, without a blank, a Python type; the name of a file, a JSON file;
    all else a line of fields, but for one word that looks like the name of a file or a type.
    """
    wanted = what.strip()
    if wanted.startswith("{"):
        return _sound(read_json(wanted, "The schema", _BRACES), shorten(one_line(wanted), LABEL), "The schema")
    if PYTHON_TYPE.fullmatch(wanted):
        return _sound(schema_of(type_named(wanted, folder)), wanted, wanted)
    if path := file_named(wanted, folder):
        return _sound(read_json(_text_of(path), _shown(path)), shorten(one_line(path.name), LABEL), _shown(path))
    if _NO_FIELD.fullmatch(wanted):
        raise _neither(wanted, folder)
    return NamedSchema(dsl.parse(what), shorten(one_line(what), LABEL))


def shape_of(what: str, folder: Path, *, many: bool = False) -> JsonShape:
    """The shape that WHAT names, as `schema_named` finds it. Raises SchemaError."""
    named = schema_named(what, folder)
    return JsonShape(compact(named.schema), named.label, many)


def file_named(wanted: str, folder: Path) -> Path | None:
    """The path of the file that is meant, there or not; None if none is."""
    path = folder / os.path.expanduser(wanted)
    like_one = wanted.endswith(".json") or "/" in wanted or os.sep in wanted
    try:
        there = bool(wanted) and (path.is_file() or (like_one and path.exists()))
    except (OSError, ValueError):  # a name that is too long for one, or has a NUL
        there = False
    return path if there or (like_one and not _FIELDS.search(_without_drive(wanted))) else None


def _neither(wanted: str, folder: Path) -> SchemaError:
    """What is wrong with a word that looks like a file or a Python type, and names none."""
    module, _, name = re.sub(r"\.py(?=:)", "", re.sub(r"[/\\]", ".", wanted)).replace(":", ".").rpartition(".")
    sentence = f"{shorten_foreign(wanted, LABEL)} is neither a file in {_shown(folder)} nor a Python type."
    if name[:1].isupper() and PYTHON_TYPE.fullmatch(f"{module}:{name}"):
        return SchemaError(sentence, f"A Python type has a colon before its name: {module}:{name}")
    return SchemaError(sentence, "Check its name and its folder. A Python type is written as in shop.models:Order.")


def _sound(schema: Any, label: str, in_sentences: str) -> NamedSchema:
    check(schema, in_sentences)
    return NamedSchema(schema, label)


def _without_drive(wanted: str) -> str:
    """A path without what may stand in front of it on Windows: `C:`."""
    return re.sub(r"^[A-Za-z]:(?=[\\/])", "", wanted)


def _text_of(path: Path) -> str:
    try:
        return decode(read_regular_file(path, LARGEST)).text
    except FileNotFoundError:
        raise SchemaError(f"There is no file {_shown(path)}.", "Check its name and its folder.") from None
    except OSError as error:
        raise SchemaError(f"{_shown(path)} cannot be read: {in_words(error)}.") from error
    except NotText as error:
        raise SchemaError(f"{_shown(path)} is {error.kind}, not JSON.") from None


def _shown(path: Path) -> str:
    return shorten_foreign(str(path), 4 * LABEL)
