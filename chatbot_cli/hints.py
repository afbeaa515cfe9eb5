"""What a hint names, marked, so that each door can spell it in its own way. Pure.

Whoever writes a hint does not know whether a script, a conversation or a program will show it. So what has another name
there is marked: `setting("max_reply_tokens")`, `action("continue")`.
"""

from collections.abc import Callable, Mapping
from typing import Literal

KEYWORDS = {"system": "system_prompt"}  # keyword arguments that are not called as their setting

Spelling = Callable[[str, str], str]
"""How a door writes a setting, given its name and the value to give it ("" for none), or an action, given its name."""

Action = Literal["continue", "retry", "list_personas", "list_sessions", "send_less"]
ACTIONS: Mapping[str, str] = {
    "continue": "continuing",
    "retry": "A retry",
    "list_personas": "`chat personas`",
    "list_sessions": "Archive.sessions",
    "send_less": "a smaller max_context_tokens",
}
"""What may be marked besides settings, as a program is told of it."""

# A mark is a name and a value between these. They are no printable characters, so no server's text brings them in.
_OPENING, _BEFORE_VALUE, _CLOSING = MARKS = "\ue000\ue001\ue002"


def setting(name: str, value: str = "") -> str:
    """A setting in a hint, with the value to give it if one is meant."""
    return f"{_OPENING}{name}{_BEFORE_VALUE}{unmarked(value)}{_CLOSING}"


def action(name: Action) -> str:
    """Something to do, in a hint, that each door has a way of its own for."""
    return setting(name)


def unmarked(text: str) -> str:
    """A text of somebody else's, such as a title, for a hint: without what would be taken for a mark."""
    return text.translate(dict.fromkeys(map(ord, MARKS)))


def spelled(text: str, spelling: Spelling) -> str:
    """A text with its marks spelled as a door does it. No mark is left, even if one is broken."""
    first, *others = text.split(_OPENING)
    for piece in others:
        mark, closed, after = piece.partition(_CLOSING)
        name, _, value = mark.partition(_BEFORE_VALUE)
        first += spelling(name, value) + after if closed else piece
    return unmarked(first)


def as_keyword(name: str, value: str = "") -> str:
    """The spelling for programs: a setting as the keyword argument that it is, an action in words."""
    if name in ACTIONS:
        return ACTIONS[name]
    keyword = KEYWORDS.get(name, name)
    stands_for_one = value == value.upper()  # such as N
    return f"{keyword}={value if stands_for_one else repr(value)}" if value else keyword
