"""What a server says of its models: their names, and the size of their windows. Pure; nothing in it is trusted."""

import json
from collections.abc import Iterable, Mapping, Sequence

from chatbot_cli.frozen import frozen

MOST_MODELS, LONGEST_NAME = 5_000, 200  # of one server; what is more is left out
LARGEST_WINDOW = 1_000_000_000  # tokens; a larger number is a mistake
MARK_OF_LATEST = ":latest"  # a name without it means the same


@frozen
class ServedModel:
    """A model that a server has, by the name that a request uses; the tokens of its window, None if it does not say."""

    name: str
    context_tokens: int | None = None


@frozen
class ServedList:
    """A list of models, and the words with which it says who `owns` them."""

    models: tuple[ServedModel, ...]
    owners: frozenset[str] = frozenset()


def read_served(body: bytes, window: Sequence[str] = (), prefix: str = "") -> ServedList | None:
    """The models in a JSON body; None if it holds no list. `window` are paths to the size of a window, tried in turn.

    The `prefix` with which each name begins is left out.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    rows = document.get("data") if isinstance(document, dict) else document
    if isinstance(document, dict) and "data" in document and rows is None:
        rows = []  # so says a server that holds nothing
    if not isinstance(rows, list):
        return None
    found = [row for row in rows[:MOST_MODELS] if isinstance(row, dict) and _is_name(row.get("id"))]
    if rows and not found:
        return None
    models = {name: ServedModel(name, _window(row, window)) for row in found if (name := _name(row["id"], prefix))}
    owners = frozenset(owner for row in found if isinstance(owner := row.get("owned_by"), str))
    return ServedList(tuple(models.values()), owners)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_NAME and value.isprintable()


def _name(listed: str, prefix: str) -> str:
    return listed.strip().removeprefix(prefix).removesuffix(MARK_OF_LATEST)


def _window(row: Mapping[str, object], paths: Iterable[str]) -> int | None:
    sizes = (_at(row, path.split(".")) for path in paths)
    return next((size for size in sizes if size), None)


def _at(row: object, path: Sequence[str]) -> int | None:
    """The number at a path, where a number is a place in a list; None if there is none that can be one of tokens."""
    for step in path:
        if isinstance(row, list):
            row = row[int(step)] if step.isdecimal() and int(step) < len(row) else None
        else:
            row = row.get(step) if isinstance(row, dict) else None
    is_number = isinstance(row, int) and not isinstance(row, bool)
    return row if is_number and isinstance(row, int) and 0 < row <= LARGEST_WINDOW else None
