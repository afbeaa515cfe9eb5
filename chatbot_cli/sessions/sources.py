"""The passages of documents that replies were sent, in the database. Each text is stored once."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from chatbot_cli.chat.passages import Passage, Place, Unit, Why
from chatbot_cli.sessions.database.opening import bound
from chatbot_cli.sessions.database.selecting import rows_of
from chatbot_cli.sessions.field_checks import count_or_none, difference_or_none
from chatbot_cli.sessions.stored_values import text_in

_INSERT = """
    INSERT OR IGNORE INTO sources
    (reply, number, digest, collection, path, name, unit, first, last, headings, read, score, why)
    VALUES (?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), ?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?, ?)
"""
_SELECT = """
    SELECT reply, number, collection, path, name, unit, first, last, headings, read, score, why, text
    FROM sources JOIN passages USING (digest) WHERE reply IN
"""
_UNITS = {unit.value: unit for unit in Unit}
_WHYS = {why.name.lower(): why for why in Why}


def insert_sources(connection: sqlite3.Connection, reply: int, sources: Sequence[Passage]) -> None:
    """Save what a reply was sent of documents. Needs a transaction."""
    for one in sources:
        digest = one.digest
        connection.execute(
            "INSERT OR IGNORE INTO passages (digest, text) VALUES (?, CAST(? AS TEXT))", (digest, bound(one.text))
        )
        connection.execute(_INSERT, (reply, one.number, digest, *_columns(one)))


def _columns(one: Passage) -> tuple[object, ...]:
    """The values of the columns from `collection` to `why`."""
    where = (bound(one.collection), bound(one.path), bound(one.name))
    place = (one.place.unit.value, one.place.first, one.place.last)
    found = (difference_or_none(one.score) or 0.0, one.why.name.lower())
    return (*where, *place, bound(json.dumps(one.headings)), bound(one.read), *found)


def read_sources(connection: sqlite3.Connection, replies: Sequence[int]) -> dict[int, tuple[Passage, ...]]:
    """Reply -> what it was sent of documents, for the replies that were sent some. What makes no sense is left out."""
    found: dict[int, tuple[Passage, ...]] = defaultdict(tuple)
    for reply, number, *columns in rows_of(connection, _SELECT, "ORDER BY reply, number", replies):
        if (passage := _passage(number, *columns)) is not None:
            found[reply] += (passage,)
    return found


def _passage(
    number: object,
    collection: object,
    path: object,
    name: object,
    unit: object,
    first: object,
    last: object,
    headings: object,
    read: object,
    score: object,
    why: object,
    text: object,
) -> Passage | None:
    """A passage as it is stored; None if it has no number or no place."""
    numbers = count_or_none(number), count_or_none(first), count_or_none(last)
    if None in numbers or not isinstance(text, str | bytes):
        return None
    cited_by, begin, end = (value or 0 for value in numbers)
    return Passage(
        text_in(collection),
        text_in(path),
        text_in(name),
        Place(begin, max(begin, end), _UNITS.get(text_in(unit), Unit.LINE)),
        text_in(text),
        headings_in(headings),
        text_in(read),
        cited_by,
        difference_or_none(score) or 0.0,
        _WHYS.get(text_in(why), Why.WORDS),
    )


def headings_in(stored: object) -> tuple[str, ...]:
    """The headings that a JSON list holds; none for anything else."""
    try:
        value = json.loads(text_in(stored))
    except (ValueError, RecursionError):  # no JSON; thousands of brackets
        return ()
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def drop_unused_passages(connection: sqlite3.Connection) -> None:
    """Remove the texts that no reply was sent any more. Needs a transaction."""
    connection.execute("DELETE FROM passages WHERE digest NOT IN (SELECT digest FROM sources)")
