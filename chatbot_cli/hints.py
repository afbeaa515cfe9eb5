"""Marks the settings and actions that a hint names, so that each door can spell them in its own way. Pure.

The author of a hint does not know whether a script, a conversation or a program will show it. Each of them has another
name for a setting or an action, so the hint marks it: `setting("max_reply_tokens")`, `action("continue")`.
"""

from collections.abc import Callable, Mapping
from typing import Literal

KEYWORDS = {"system": "system_prompt"}  # the keyword arguments that have another name than their setting

Spelling = Callable[[str, str], str]
"""How a door writes a setting, from its name and the suggested value ("" for none), or an action, from its name."""

Action = Literal[
    "continue",
    "retry",
    "list_personas",
    "list_sessions",
    "resume",
    "send_less",
    "save_again",
    "unpin",
    "fewer_tools",
    "collect",
]
ACTIONS: Mapping[str, str] = {
    "continue": "a message such as “go on”",
    "retry": "A retry",
    "list_personas": "`chat personas`",
    "list_sessions": "Archive.sessions",
    "resume": "Archive.open",
    "send_less": "a smaller max_context_tokens",
    "save_again": "try again",
    "unpin": "Marks.unpin",
    "fewer_tools": "fewer in `tools`",
    "collect": "`chat docs add PATH`",
}
"""The actions that may be marked, each in the words for a program."""

# A mark is a name and a value between these characters. They are not printable, so no server's text contains them.
_OPENING, _BEFORE_VALUE, _CLOSING = MARKS = "\ue000\ue001\ue002"


def setting(name: str, value: str = "") -> str:
    """A setting in a hint, with the suggested value if there is one."""
    return f"{_OPENING}{name}{_BEFORE_VALUE}{unmarked(value)}{_CLOSING}"


def action(name: Action) -> str:
    """An action in a hint."""
    return setting(name)


def unmarked(text: str) -> str:
    """A foreign text, such as a title, without the characters that would make a mark in a hint."""
    return text.translate(dict.fromkeys(map(ord, MARKS)))


def spelled(text: str, spelling: Spelling) -> str:
    """A text with its marks spelled as a door spells them. No mark is left, even if one is broken."""
    first, *others = text.split(_OPENING)
    for piece in others:
        mark, closed, after = piece.partition(_CLOSING)
        name, _, value = mark.partition(_BEFORE_VALUE)
        first += spelling(name, value) + after if closed else piece
    return unmarked(first)


def as_keyword(name: str, value: str = "") -> str:
    """The spelling for programs: a setting as a keyword argument, an action in words."""
    if name in ACTIONS:
        return ACTIONS[name]
    keyword = KEYWORDS.get(name, name)
    is_placeholder = value == value.upper()  # such as N
    return f"{keyword}={value if is_placeholder else repr(value)}" if value else keyword
