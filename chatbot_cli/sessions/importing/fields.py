"""Checks each field of an imported file. An optional field with a bad value is dropped; a required one is refused."""

import math
import re
from collections.abc import Mapping
from typing import Any

from chatbot_cli.chat.finish_reasons import ending_named, is_finish_reason
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.options import NUMBERS, Bounds
from chatbot_cli.sessions.exporting.as_json import PRIVATE
from chatbot_cli.sessions.importing.alternation import Unreadable
from chatbot_cli.sessions.importing.rounds import rounds_of
from chatbot_cli.sessions.records import ReplyRecord
from chatbot_cli.sessions.setup_json import DEFAULTS, default_setup
from chatbot_cli.text.short import shorten_foreign

LARGEST = 2**53  # tokens; JSON of other programs is not exact beyond it, and a database has a limit too
LONGEST_REASON = 64  # characters
LIKE_A_PATH = re.compile(r"[/\\:]|^~|\.ya?ml$", re.IGNORECASE)
DEEPEST = 20  # nested objects in an unknown field of the setup

_ENDINGS = {ending.name.lower(): ending for ending in Ending}
_TEXTS = ("persona", "display_name", "persona_prompt", "system_prompt", "greeting", "model")


def reply_of(fields: Mapping[str, Any], missing: Ending | None) -> ReplyRecord:
    """The record of a reply; `missing` is its ending if the file gives none."""
    named = fields.get("ending")
    ending, reason = ending_and_reason(fields.get("finish_reason"), missing)
    if isinstance(named, str):
        ending, reason = _ENDINGS.get(named, Ending.COMPLETE), ""
    return ReplyRecord(
        ending=ending,
        reason=text_of(fields.get("reason")) or reason,
        model=text_of(fields.get("model")),
        persona=text_of(fields.get("persona")),
        seconds=_amount(fields.get("seconds")),
        tokens_sent=_count(fields.get("tokens_sent")),
        tokens_received=_count(fields.get("tokens_received")),
        cost=_amount(fields.get("cost")),
        rounds=rounds_of(fields.get("rounds")),
    )


def ending_and_reason(finish_reason: object, missing: Ending | None) -> tuple[Ending | None, str]:
    """How a reply ended by a server's word, and why it was cut; `missing` if there is no word."""
    if not isinstance(finish_reason, str) or not is_finish_reason(finish_reason):
        return missing, ""
    ending = ending_named(finish_reason) or Ending.COMPLETE
    return ending, shorten_foreign(finish_reason, LONGEST_REASON) if ending is Ending.LOST else ""


def text_of(value: object) -> str:
    """The value if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def whole_number(value: object) -> int | None:
    """The value if it is a whole number, positive or not; else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def setup_from(setup: object, system_prompt: str, model: str) -> dict[str, object]:
    """The setup of a conversation. `system_prompt` and `model` are used if it gives none. Raises Unreadable."""
    if setup is None:
        return default_setup(system_prompt, model)
    if not isinstance(setup, dict):
        raise Unreadable("its setup makes no sense")
    for name, value in setup.items():
        if not _makes_sense(name, value):
            raise Unreadable(f"{name[:40]!r} in its setup makes no sense")
    missing = {"persona": "assistant", "system_prompt": system_prompt, "model": model}
    kept = missing | {name: value for name, value in setup.items() if name not in PRIVATE}
    return kept | {"persona": _name_only(text_of(kept["persona"]))}


def _name_only(persona: str) -> str:
    """The name of a persona. Of a path, which would lead to a file of this computer, a part that can be no path.

    The persona's prompt is in the conversation, so that nothing is lost.
    """
    if not LIKE_A_PATH.search(persona):
        return persona
    name = re.split(r"[/\\:]", persona.rstrip("/\\"))[-1].strip().strip(" .~")
    while LIKE_A_PATH.search(name):
        name = name.rpartition(".")[0].strip(" .~")
    return name or str(DEFAULTS["persona"])


def _makes_sense(name: str, value: object) -> bool:
    if name in _TEXTS:
        return isinstance(value, str)
    if name in NUMBERS:
        return _is_within(value, NUMBERS[name]) or (value is None and DEFAULTS[name] is None)
    if name == "chosen":
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    if name == "examples":
        return isinstance(value, list) and all(map(_is_example, value))
    return _is_shallow(value, DEEPEST)


def _is_within(value: object, bounds: Bounds) -> bool:
    """Whether a number can be sent. A window may be of any size: /window and a server's limit set it too."""
    if bounds.type is int:
        return _count(value) is not None
    number = _amount(value)
    return number is not None and bounds.low <= number <= bounds.high


def _is_example(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(side), str) for side in ("user", "assistant"))


def _is_shallow(value: object, depth: int) -> bool:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth > 0 and all(_is_shallow(entry, depth - 1) for entry in inside)


def _count(value: object) -> int | None:
    number = whole_number(value)
    return number if number is not None and 0 <= number <= LARGEST else None


def _amount(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if 0 <= value <= LARGEST and math.isfinite(value) else None
