"""Checks the passages of documents in an imported file. What makes no sense is dropped.

A file from elsewhere names no file of this computer: a passage that came with an import has no path.
"""

from collections.abc import Mapping
from typing import Any

from chatbot_cli.chat.passages import Passage, Place, Unit, Why
from chatbot_cli.sessions.field_checks import count_or_none, difference_or_none

MOST = 10_000  # passages of one reply
LONGEST_NAME = 1_000  # characters of a name or a heading
MOST_HEADINGS = 20

_UNITS = {unit.value: unit for unit in Unit}
_WHYS = {why.name.lower(): why for why in Why}


def sources_of(value: object) -> tuple[Passage, ...]:
    """The passages that a reply was sent, in our own JSON; each number once."""
    found: dict[int, Passage] = {}
    for entry in value[:MOST] if isinstance(value, list) else ():
        if isinstance(entry, dict) and (passage := _passage(entry)):
            found.setdefault(passage.number, passage)
    return tuple(sorted(found.values(), key=lambda one: one.number))


def _passage(value: Mapping[str, Any]) -> Passage | None:
    number, first, last = (count_or_none(value.get(name)) for name in ("number", "first", "last"))
    text, name = value.get("text"), _name(value.get("name"))
    if not (number and first and name and isinstance(text, str)):
        return None
    headings = value.get("headings")
    names = headings[:MOST_HEADINGS] if isinstance(headings, list) else ()
    return Passage(
        _name(value.get("collection")),
        "",
        name,
        Place(first, max(first, last or 0), _UNITS.get(_name(value.get("unit")), Unit.LINE)),
        text,
        tuple(filter(None, map(_name, names))),
        _name(value.get("read")),
        number,
        difference_or_none(value.get("score")) or 0.0,
        _WHYS.get(_name(value.get("why")), Why.WORDS),
    )


def _name(value: object) -> str:
    """A text of the usual length; empty for anything else."""
    return value if isinstance(value, str) and len(value) <= LONGEST_NAME else ""
