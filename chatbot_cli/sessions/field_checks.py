"""Whether a single value makes sense, from a file that is imported or from a row of the database (pure)."""

import json
import math
from collections.abc import Mapping

from chatbot_cli.chat.learning import LEAST, MOST
from chatbot_cli.chat.options import NUMBERS, OPTION_NAMES, WORDS, Bounds
from chatbot_cli.chat.parameters import MOST_FIELDS, is_stop, senseless_key, written_out

LARGEST = 2**53  # tokens; JSON of other programs is not exact beyond it, and a database has a limit too
LONGEST_CACHE_KEY = 64  # characters; OpenAI refuses a longer one
OF_A_MODEL = 3  # the parts of what tells it from others: Model.at_server
DEEPEST = 20  # nested objects in an unknown field of a setup

_TEXTS = ("persona", "display_name", "persona_prompt", "system_prompt", "greeting", "model", "base_url")
_MAY_BE_NONE = tuple(name for name in NUMBERS if name != "max_turns")


def whole_number(value: object) -> int | None:
    """The value if it is a whole number, positive or not; else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def count_or_none(value: object) -> int | None:
    """The value if it is a count, of tokens for example; else None."""
    number = whole_number(value)
    return number if number is not None and 0 <= number <= LARGEST else None


def amount_or_none(value: object) -> float | None:
    """The value if it is an amount, of seconds or dollars for example; else None."""
    number = difference_or_none(value)
    return number if number is not None and number >= 0 else None


def difference_or_none(value: object) -> float | None:
    """The value if it is an amount, or less than nothing; else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) <= LARGEST and math.isfinite(value) else None


def senseless_field(setup: Mapping[str, object]) -> str | None:
    """The first field of a setup, a JSON object of `setup_json`, whose value makes no sense; None if all do."""
    return next((name for name, value in setup.items() if not _makes_sense(name, value)), None)


def _makes_sense(name: str, value: object) -> bool:
    if name in _TEXTS:
        return isinstance(value, str)
    if name == "cache_key":
        return isinstance(value, str) and len(value) <= LONGEST_CACHE_KEY
    if name in NUMBERS:
        return _is_within(value, NUMBERS[name]) or (value is None and name in _MAY_BE_NONE)
    if name in WORDS:
        return value in WORDS[name] or (value is None and name in OPTION_NAMES)
    if name == "learned_tokens":
        return value is None or count_or_none(value) is not None
    if name == "count_factor":
        return (factor := amount_or_none(value)) is not None and LEAST <= factor <= MOST
    if name in _OF_ENTRIES:
        return isinstance(value, list) and all(map(_OF_ENTRIES[name], value))
    return _OF_OTHERS[name](value) if name in _OF_OTHERS else _is_shallow(value, DEEPEST)


def _are_texts(value: object) -> bool:
    return isinstance(value, Mapping) and all(map(_is_text, value.values()))


def _is_extra(value: object) -> bool:
    """Whether fields can be sent: each has JSON, and a name that is not one of ours."""
    if not isinstance(value, Mapping) or len(value) > MOST_FIELDS or any(map(senseless_key, value)):
        return False
    try:
        return all(written_out(json.loads(text)) for text in value.values())
    except (TypeError, ValueError, RecursionError):
        return False


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_shape(value: object) -> bool:
    """Whether it has the parts of a shape, or is none. Its schema is judged by whoever makes the shape of it."""
    if not isinstance(value, Mapping):
        return value is None
    source, label, many = (value.get(name) for name in ("source", "label", "many"))
    return isinstance(source, str) and isinstance(label, str) and isinstance(many, bool)


def _is_within(value: object, bounds: Bounds) -> bool:
    """Whether a number can be sent. A window may be of any size: /window sets it too."""
    if bounds.type is int:
        return count_or_none(value) is not None
    number = amount_or_none(value)
    return number is not None and bounds.low <= number <= bounds.high


def _is_example(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(side), str) for side in ("user", "assistant"))


def _is_learned(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(of := value.get("of"), list) or len(of) != OF_A_MODEL:
        return False
    fields = {"learned_tokens": value.get("tokens"), "count_factor": value.get("factor")}
    return all(isinstance(part, str) for part in of) and senseless_field(fields) is None


def _is_shallow(value: object, depth: int) -> bool:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth > 0 and all(_is_shallow(entry, depth - 1) for entry in inside)


def _is_definition(value: object) -> bool:
    """Whether it is a tool as a model is told of it; its schema is read again when it is sent."""
    return isinstance(value, dict) and value.keys() == _DEFINITION and all(map(_is_text, value.values()))


_DEFINITION = {"name", "description", "parameters"}
_OF_ENTRIES = {
    "learned": _is_learned,
    "chosen": _is_text,
    "stop": is_stop,
    "been_at": _is_text,
    "examples": _is_example,
    "tools": _is_text,
    "documents": _is_text,
    "fallback": _is_text,
    "used_tools": _is_definition,
}
_OF_OTHERS = {
    "takes_tools": lambda value: isinstance(value, bool),
    "fallback_is_own": lambda value: isinstance(value, bool),
    "shape": _is_shape,
    "extra": _is_extra,
    "given_by": _are_texts,
}
