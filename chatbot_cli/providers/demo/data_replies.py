"""The demo model's replies to a demand for data: JSON drawn from the messages, and a mistake if it is asked for one."""

import json
import re
from collections.abc import Sequence
from typing import Any

from chatbot_cli.chat.messages import Message
from chatbot_cli.chat.shape import Shape
from chatbot_cli.providers.demo.data import filled
from chatbot_cli.providers.demo.material import told_in

PROSE = "With pleasure! Here is what you told me, in words that no program can read: {said}"

_ASKED_FOR = {
    "prose": re.compile(r"[^\n.!?]*\b(?:answer|reply) in prose\b[.!?]?", re.IGNORECASE),
    "mistake": re.compile(r"[^\n.!?]*\bmake a mistake\b[.!?]?", re.IGNORECASE),
    "fence": re.compile(r"[^\n.!?]*\b(?:put it )?in a (?:code )?fence\b[.!?]?", re.IGNORECASE),
}


def data_reply(messages: Sequence[Message], shape: Shape) -> str:
    """The reply to a request that demands a shape. One that mends a reply of ours is right."""
    return _right(messages[:-2], shape) if _mends(messages, shape) else _first_try(messages, shape)


def _mends(messages: Sequence[Message], shape: Shape) -> bool:
    """Whether the newest message says what is wrong with the reply before it, which was ours."""
    if len(messages) < 3 or messages[-2].content != _first_try(messages[:-2], shape):
        return False
    reading = shape.reading()
    reading.arrived(messages[-2].content)
    return bool(reading.ended().problems) and messages[-1].content.startswith(reading.again())


def _first_try(messages: Sequence[Message], shape: Shape) -> str:
    """As asked: right, or with a mistake in it."""
    said = messages[-1].content
    asked = next((name for name, words in _ASKED_FOR.items() if words.search(said)), "")
    if asked == "prose":
        return PROSE.format(said=" ".join(_without_task(said, shape).split())[:80])
    if asked == "mistake":
        value = _value(messages, shape)
        return _as_json(value) if _spoil(value) else "I make none."
    return f"Here it is:\n\n```json\n{_right(messages, shape)}\n```" if asked else _right(messages, shape)


def _right(messages: Sequence[Message], shape: Shape) -> str:
    return _as_json(_value(messages, shape))


def _value(messages: Sequence[Message], shape: Shape) -> Any:
    said = [_without_task(told_in(message), shape) for message in messages if message.role == "user"]
    question, earlier = said[-1] if said else "", said[-2::-1]
    return filled(shape.for_server("").schema, question, earlier)


def _without_task(text: str, shape: Shape) -> str:
    """What a user said, without what was added to say the schema, and without the wish for a mistake."""
    text = text.removesuffix(shape.in_words)
    for words in _ASKED_FOR.values():
        text = words.sub("", text)
    return text.strip()


def _as_json(value: Any) -> str:
    """JSON as a model writes it: a long list a line each."""
    if isinstance(value, dict) and len(value) == 1 and isinstance((rows := next(iter(value.values()))), list) and rows:
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        return f"{{{json.dumps(next(iter(value)))}: [\n{lines}\n]}}"
    return json.dumps(value, ensure_ascii=False)


def _spoil(value: Any) -> bool:
    """Put a value of a wrong type where the last number is, else where the last value of another kind is."""
    for kinds in ((int, float), (bool, str, type(None))):
        for holder, key in reversed(list(_leaves(value))):
            if type(holder[key]) in kinds:
                holder[key] = f"about {holder[key]}" if kinds[0] is int else {"mistake": True}
                return True
    return False


def _leaves(value: Any) -> list[tuple[Any, Any]]:
    """The places of all values that hold no others."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [
        place
        for key in keys
        for place in (_leaves(value[key]) if isinstance(value[key], dict | list) else [(value, key)])
    ]
