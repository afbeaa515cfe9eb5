"""Makes a huge chunk lean before the SDK reads it. Pure.

The SDK builds a model for each choice and each call in a chunk, 5 s for a megabyte of empty ones; meanwhile nobody can
stop it. A chunk of a reply holds one choice, and a long text at most.
"""

import json

LARGE = 16_000  # bytes; a smaller chunk does no harm as it is
MOST_ITEMS = 256  # of a list, and fields of an object
DEEPEST = 8  # lists and objects in each other


def lean(data: bytes) -> bytes:
    """The data of a chunk. If it is large, lists and objects in it have at most `MOST_ITEMS` entries."""
    if len(data) <= LARGE:
        return data
    try:
        chunk = json.loads(data)
    except (ValueError, RecursionError):  # reading it fails for the SDK too
        return data
    return json.dumps(_shortened(chunk, DEEPEST)).encode()


def _of_field(name: str, value: object, depth: int) -> object:
    """A field's value. Arguments of a call are not shortened: as a text, they do no harm."""
    if name == "arguments" and isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return _shortened(value, depth)


def _shortened(value: object, depth: int) -> object:
    if isinstance(value, dict):
        fields = [*value.items()][:MOST_ITEMS] if depth else ()
        return {name: _of_field(name, inner, depth - 1) for name, inner in fields}
    if isinstance(value, list):
        return [_shortened(inner, depth - 1) for inner in value[:MOST_ITEMS]] if depth else []
    return value
