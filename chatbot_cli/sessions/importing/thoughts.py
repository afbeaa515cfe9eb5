"""Checks what an imported file says that models thought, in our own JSON and in others. What makes no sense is dropped.

Nothing of it is sent to a server: a file does not say whose it was.
"""

from collections.abc import Mapping
from typing import Any

from chatbot_cli.chat.thoughts import MadeBy, Thoughts
from chatbot_cli.sessions.field_checks import amount_or_none

_IN_OTHER_FILES = ("reasoning_content", "reasoning")


def thoughts_of(fields: Mapping[str, Any]) -> Thoughts | None:
    """The thoughts of a reply or of a round; None if there are none."""
    value = fields.get("thoughts")
    if isinstance(value, dict) and (text := _text(value.get("text"))):
        model = _text(value.get("model"))
        return Thoughts(text, amount_or_none(value.get("seconds")) or 0.0, MadeBy(model) if model else None)
    texts = (_text(fields.get(name)) for name in _IN_OTHER_FILES)
    return next((Thoughts(text) for text in texts if text), None)


def _text(value: object) -> str:
    return value if isinstance(value, str) and value.strip() else ""
