"""Tells data from prose. Pure."""

from typing import Any

_ENDS = {"{": "}", "[": "]"}


def is_json_document(text: str) -> bool:
    """Whether the whole text is an object or a list in JSON."""
    return bool(text) and _ENDS.get(text[0]) == text[-1] and document_in(text) is not None


def document_in(text: str) -> dict[str, Any] | list[Any] | None:
    """The object or the list that the whole text is in JSON; None if it is something else."""
    # Imported here: few starts have data to tell from prose, and no other may wait for it.
    import json

    try:
        found = json.loads(text)
    except (ValueError, RecursionError):  # brackets that are nested too deep to be read
        return None
    return found if isinstance(found, dict | list) else None


def as_json(value: object, indent: int | None = None) -> str:
    """A value in JSON, on one line unless an `indent` is given."""
    # Imported here, for the same reason.
    import json

    return json.dumps(value, ensure_ascii=False, indent=indent)
