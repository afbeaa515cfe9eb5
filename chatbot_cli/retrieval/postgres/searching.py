"""Searches passages by words, as SQLite would: a word counts the more, the fewer passages have it."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import psycopg

from chatbot_cli.retrieval.collection import BEFORE, Query
from chatbot_cli.retrieval.terms import Terms, Tokenizer, number_of, weights_of

_COMMON = 0.2  # the share of passages that a word may stand in, if others are rarer

PLACED: LiteralString = (
    "passages.id, passages.document, passages.n, documents.path, documents.name, documents.digest, passages.first,"
    " passages.last, passages.unit, passages.headings, passages.text"
)
FROM: LiteralString = "FROM passages JOIN documents ON documents.id = passages.document"


def as_tsvector(terms: Terms) -> str:
    """Terms as a tsvector."""
    return " ".join(map(_quoted, terms))


def as_arrays(terms: Terms) -> tuple[list[int], list[float]]:
    """Terms as numbers, and how much each counts in its passage."""
    weights = weights_of(terms)
    return list(map(_number, weights)), list(weights.values())


class WordSearch:
    """Finds passages by words. It remembers in how many passages a word stands, until some are changed."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._seen: dict[str, int] = {}
        self._passages = 0

    def forget_counts(self) -> None:
        """Count again, since passages were changed."""
        self._seen.clear()

    def find(
        self, connection: psycopg.Connection[Any], collection: int, query: Query, limit: int
    ) -> Sequence[tuple[Any, ...]]:
        """The rows of the best passages, each with its score at the end, the best first."""
        asked = self._weighed(connection, collection, query)
        if not asked:
            return []
        rank = " + ".join(
            "%s::float8 * coalesce(passages.weights[array_position(passages.numbers, %s::int)], 0)" for _ in asked
        )
        values = [value for term, weight in asked.items() for value in (weight, _number(term))]
        best = (
            f"SELECT id AS best, {rank} AS score FROM passages WHERE collection = %s"  # noqa: S608  all of it is ours
            " AND words @@ %s::tsquery ORDER BY score DESC, id LIMIT %s"
        )
        statement = (
            f"SELECT {PLACED}, score {FROM} JOIN ({best}) AS found ON best = passages.id ORDER BY score DESC, best"
        )
        either = " | ".join(map(_quoted, asked))
        return connection.execute(statement.encode(), (*values, collection, either, limit)).fetchall()

    def _weighed(self, connection: psycopg.Connection[Any], collection: int, query: Query) -> Mapping[str, float]:
        """The terms of a query that stand in any passage, and how much each counts."""
        now = self._tokenizer.of_words(query.words)
        before = [term for term in self._tokenizer.of_words(query.before) if term not in now]
        stands_in = {term: self._count(connection, collection, term) for term in (*now, *before)}
        stands_in = {term: count for term, count in stands_in.items() if count}
        rare = {term: count for term, count in stands_in.items() if count <= _COMMON * self._passages}
        found = rare if any(term in rare for term in now) else stands_in
        return {
            term: math.log(1 + (self._passages - count + 0.5) / (count + 0.5)) * (BEFORE if term in before else 1.0)
            for term, count in found.items()
        }

    def _count(self, connection: psycopg.Connection[Any], collection: int, term: str) -> int:
        if not self._seen:
            counted = connection.execute("SELECT count(*) FROM passages WHERE collection = %s", (collection,))
            self._passages = _first(counted.fetchone())
        if term not in self._seen:
            counted = connection.execute(
                "SELECT count(*) FROM passages WHERE collection = %s AND words @@ %s::tsquery",
                (collection, _quoted(term)),
            )
            self._seen[term] = _first(counted.fetchone())
        return self._seen[term]


def _first(row: tuple[Any, ...] | None) -> int:
    return int(row[0]) if row else 0


def _number(term: str) -> int:
    """A term as an integer of PostgreSQL, which has a sign."""
    number = number_of(term)
    return number - (1 << 32) if number >= 1 << 31 else number


def _quoted(term: str) -> str:
    """A term as PostgreSQL reads it in a tsvector or tsquery."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
