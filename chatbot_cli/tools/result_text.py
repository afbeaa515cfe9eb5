"""What a tool returned, as text for a model and for people. Pure."""

import json


def text_of(value: object) -> str:
    """A value as text: a text as it is, anything else as JSON, and what JSON does not have as Python writes it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)
