"""What a refusal teaches of a model: its longest reply, the room that is left, how it is told to think. Pure.

The list of models may not know a model, or not know it right. The words are those of Anthropic's servers.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from chatbot_cli.providers.failures.wire_errors import StatusError
from chatbot_cli.providers.messages_api.talents import Talents, Thinks

LEAST_REPLY = 256  # tokens; with less room than that, the request itself is too long

_ONLY_SO_LONG = re.compile(r"max_tokens: \d{1,9} > (\d{1,9})\b")
_NO_ROOM = re.compile(r"context limit: (\d{1,9}) \+ \d{1,9} > (\d{1,9})\b")
_THINKS = {
    re.compile(r"thinking\.type\.enabled\W{1,2} ?is not supported"): Thinks.ADAPTIVELY,
    re.compile(r"thinking\.type\.disabled\W{1,2} ?is not supported|thinking cannot be (?:disabled|turned off)"): (
        Thinks.ALWAYS
    ),
    re.compile(r"adaptive thinking is not supported|does not support (?:adaptive thinking|the effort parameter)"): (
        Thinks.WITHIN_BUDGET
    ),
}


class Lesson(NamedTuple):
    """The talents that a model has after all. One that does not last is of this request alone."""

    talents: Talents
    lasts: bool = True


def lesson_of(error: StatusError, talents: Talents) -> Lesson | None:
    """What a refusal teaches; None if it is about something else, or what it says is known."""
    said = error.body.get("message") if isinstance(error.body, Mapping) else None
    if error.status_code != 400 or not isinstance(said, str):
        return None
    said = said[:1_000]
    if (only := _ONLY_SO_LONG.search(said)) and 0 < int(only[1]) < talents.longest_reply:
        return Lesson(replace(talents, longest_reply=int(only[1])))
    if (room := _NO_ROOM.search(said)) and (left := int(room[2]) - int(room[1])) >= LEAST_REPLY:
        return Lesson(replace(talents, longest_reply=left), lasts=False) if left < talents.longest_reply else None
    thinks = next((way for words, way in _THINKS.items() if words.search(said)), talents.thinks)
    return Lesson(replace(talents, thinks=thinks)) if thinks is not talents.thinks else None
