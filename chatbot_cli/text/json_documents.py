"""Tells data from prose. Pure."""

_ENDS = {"{": "}", "[": "]"}


def is_json_document(text: str) -> bool:
    """Whether the whole text is an object or a list in JSON."""
    if not text or _ENDS.get(text[0]) != text[-1]:
        return False
    # Imported here: few starts have data to tell from prose, and no other may wait for it.
    import json

    try:
        json.loads(text)
    except (ValueError, RecursionError):  # brackets that are nested too deep to be read
        return False
    return True
