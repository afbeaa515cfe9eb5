"""Tells data from prose. Pure."""

import json

_ENDS = {"{": "}", "[": "]"}


def is_json_document(text: str) -> bool:
    """Whether the whole text is an object or a list in JSON."""
    if not text or _ENDS.get(text[0]) != text[-1]:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):  # brackets that are nested too deep to be read
        return False
    return True
