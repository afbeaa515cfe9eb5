"""The terms of texts, for engines: the same that SQLite finds a text by, so that a word finds the same everywhere."""

import sqlite3
from collections.abc import Mapping, Sequence
from hashlib import sha256
from threading import Lock

from chatbot_cli.errors import DocumentsError
from chatbot_cli.retrieval.collection import Piece
from chatbot_cli.retrieval.rows import storable
from chatbot_cli.retrieval.words import TOKENIZER, indexed_words

LONGEST = 200  # bytes of a term; a longer one is no word that anybody asks for
MOST_ASKED = 64  # terms of a question

_SATURATION, _BY_LENGTH, _USUAL_LENGTH = 1.2, 0.75, 200.0  # k1 and b of BM25, and how many words a passage has

FIELDS = ("path", "headings", "body", "forms")
WEIGHTS: Mapping[str, float] = {"path": 1.0, "headings": 2.0, "body": 1.0, "forms": 1.0}
"""How much a word counts in each field of a passage."""

_INSERT = "INSERT INTO words (rowid, path, headings, body, forms) VALUES (?, ?, ?, ?, ?)"

Terms = Mapping[str, Mapping[str, int]]
"""How often each term stands in each field."""


def weights_of(terms: Terms) -> Mapping[str, float]:
    """How much each term counts in its passage, by BM25: the more often the better, but less and less so."""
    times = {term: sum(WEIGHTS[field] * count for field, count in fields.items()) for term, fields in terms.items()}
    long = 1 - _BY_LENGTH + _BY_LENGTH * sum(times.values()) / _USUAL_LENGTH
    return {term: count * (_SATURATION + 1) / (count + _SATURATION * long) for term, count in times.items()}


def number_of(term: str) -> int:
    """A term as a number of 32 bits."""
    return int.from_bytes(sha256(term.encode()).digest()[:4], "big")


class Tokenizer:
    """Takes texts apart with the tokenizer of SQLite: words without endings and accents, in small letters."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        fields = ", ".join(FIELDS)
        try:
            self._connection.execute(
                f"CREATE VIRTUAL TABLE words USING fts5 ({fields}, content = '', tokenize = '{TOKENIZER}')"
            )
        except sqlite3.OperationalError as error:
            raise DocumentsError("The SQLite of this Python has no full-text search (FTS5).") from error
        self._connection.execute("CREATE VIRTUAL TABLE places USING fts5vocab (words, instance)")

    def of_pieces(self, name: str, pieces: Sequence[Piece]) -> Sequence[Terms]:
        """The terms of the pieces of a document that people call by this name."""
        rows = [(name, " › ".join(piece.headings), piece.text, _forms(name, piece)) for piece in pieces]
        return self._of(rows)

    def of_words(self, words: Sequence[str]) -> Sequence[str]:
        """The terms of words that are asked for, each once, in their order."""
        found: dict[str, None] = {}
        for terms in self._of([("", "", word, "") for word in words[:MOST_ASKED]]):
            found.update(dict.fromkeys(terms))
        return list(found)[:MOST_ASKED]

    def close(self) -> None:
        self._connection.close()

    def _of(self, rows: Sequence[Sequence[str]]) -> Sequence[Terms]:
        found: list[dict[str, dict[str, int]]] = [{} for _ in rows]
        plain = [(number, *map(storable, row)) for number, row in enumerate(rows)]
        with self._lock:
            self._connection.execute("BEGIN")
            self._connection.executemany(_INSERT, plain)
            places = self._connection.execute("SELECT doc, term, col, count(*) FROM places GROUP BY term, doc, col")
            for number, term, field, times in places:
                if len(term.encode()) <= LONGEST:
                    found[number].setdefault(term, {})[field] = times
            self._connection.execute("ROLLBACK")
        return found


def _forms(name: str, piece: Piece) -> str:
    return indexed_words("\n".join((name, *piece.headings, piece.text)))
