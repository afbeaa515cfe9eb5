"""Searches the words of a collection."""

import sqlite3

from chatbot_cli.retrieval.collection import Query

_FIND = "SELECT rowid, -bm25(words, 1, 2, 1, 1) AS score FROM words WHERE words MATCH ? ORDER BY score DESC LIMIT ?"


def search_words(connection: sqlite3.Connection, query: Query, limit: int) -> list[tuple[int, float]]:
    """The numbers of the passages that fit the words best, each with its score, the best first."""
    wanted = " OR ".join(f'"{word}"' for word in (one.replace('"', '""') for one in query.words))
    return connection.execute(_FIND, (wanted, limit)).fetchall() if wanted else []
