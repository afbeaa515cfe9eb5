"""Searches the words of a collection."""

import sqlite3
from collections.abc import Sequence

from chatbot_cli.retrieval.collection import BEFORE, Query

COMMON = 5  # a word that one of so many passages has says little, and costs most of the time
LARGE = 5_000  # passages that make this worth while
# The weights are those of the path, the headings, the text and other forms.
_FIND = (
    "SELECT rowid, bm25(words, 1, 2, 1, 1) AS badness FROM words WHERE words MATCH ? ORDER BY badness, rowid LIMIT ?"
)
_LAST = "SELECT max(id) FROM words_docsize"
_AT_LEAST = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"


def search_words(connection: sqlite3.Connection, query: Query, limit: int) -> list[tuple[int, float]]:
    """The numbers of the passages that fit the words best, each with its score, the best first."""
    scores = dict(_found(connection, query.words, limit))
    for number, score in _found(connection, query.before, limit):
        scores[number] = scores.get(number, 0.0) + BEFORE * score
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]


def _found(connection: sqlite3.Connection, words: Sequence[str], limit: int) -> list[tuple[int, float]]:
    asked = _telling(connection, words)
    if not asked:
        return []
    return [(number, -badness) for number, badness in connection.execute(_FIND, (_any_of(asked), limit))]


def _telling(connection: sqlite3.Connection, words: Sequence[str]) -> Sequence[str]:
    """The words without those that stand in many passages; all of them, if all do."""
    last = connection.execute(_LAST).fetchone()[0] or 0
    if last < LARGE or len(words) < 2:
        return words
    most = last // COMMON
    rare = [word for word in words if connection.execute(_AT_LEAST, (_any_of([word]), most)).fetchone()[0] < most]
    return rare or words


def _any_of(words: Sequence[str]) -> str:
    """An expression of FTS5 which takes nothing of the words for its own signs."""
    plain = (word.encode("utf-8", "replace").decode() for word in words)
    return " OR ".join('"' + word.replace('"', '""').replace("\0", " ") + '"' for word in plain)
