"""The size of a model's window in what a server says of its models. Pure; nothing in it is trusted."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

LEAST, MOST = 128, 20_000_000  # tokens; another number is a mistake, or worse
MOST_ROWS = 5_000
_LISTS = ("data", "models")  # where rows stand that describe one model each
_NAMES = ("id", "name", "model", "key", "model_name")
_LATEST = ":latest"  # a name without it means the same
_DIGITS = re.compile(r"[0-9]{1,9}")


def window_in(
    body: bytes | None, model: str, paths: Iterable[str], any_name_owners: Collection[str] = ()
) -> int | None:
    """The tokens that the model holds; None if the body does not say so.

    The body is an object that describes the model, or has rows of which one does. The `paths` are tried in turn. A
    single row of one of the `any_name_owners` describes the model, whatever it is called.
    """
    if body is None:
        return None
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, endless digits; thousands of brackets
        return None
    described = _row_of(document, model, any_name_owners)
    if described is None:
        return None
    return next(filter(None, (_number(_at(described, path.split("."))) for path in paths)), None)


def _row_of(document: object, model: str, any_name_owners: Collection[str]) -> object:
    """What describes the model: a row, or the document if it has no rows."""
    rows = document
    if isinstance(document, dict):
        rows = next((document[name] for name in _LISTS if isinstance(document.get(name), list)), None)
    if not isinstance(rows, list):
        return document
    named = (row for row in rows[:MOST_ROWS] if isinstance(row, dict))
    found = next((row for row in named if _plain(model) in _names_in(row)), None)
    if found is None and len(rows) == 1 and isinstance(rows[0], dict) and rows[0].get("owned_by") in any_name_owners:
        return rows[0]
    return found


def _names_in(row: Mapping[str, object]) -> Iterator[str]:
    return (_plain(name) for field in _NAMES if isinstance(name := row.get(field), str))


def _plain(name: str) -> str:
    return name.strip().lower().removesuffix(_LATEST)


def _at(value: object, path: Iterable[str]) -> object:
    """What stands at a path. A number is a place in a list; in a text, a name begins the line that has its value."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, str):
            line = re.search(rf"^{re.escape(step)}\s+(\S+)\s*$", value, re.MULTILINE)
            value = line[1] if line else None
        else:
            return None
    return value


def _number(value: object) -> int | None:
    """A number of tokens that can be true."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and isinstance(value, int) and LEAST <= value <= MOST else None
