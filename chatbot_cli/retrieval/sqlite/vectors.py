"""The vectors of a collection in a file, each kept once by the digest of its text."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from threading import Lock

from chatbot_cli.retrieval.meaning import meant
from chatbot_cli.retrieval.sqlite.opening import open_file
from chatbot_cli.retrieval.vectors import BYTES_OF_A_NUMBER, Nearest, packed

# A text that the model refuses has an empty vector: it is not sent to that model again.
_KEPT = "FROM vectors WHERE length(vector) > 0"
_MISSING = """
    SELECT meant, headings, text FROM passages AS one
    WHERE meant > ? AND id = (SELECT min(id) FROM passages WHERE meant = one.meant)
        AND NOT EXISTS (SELECT 1 FROM vectors WHERE digest = one.meant)
    ORDER BY meant LIMIT ?
"""
# A number that no other state of any collection has.
_CHANGED = "INSERT OR REPLACE INTO meta (key, value) VALUES ('vectors_as_of', hex(randomblob(16)))"
_LOADED: dict[str, Nearest] = {}  # by that number: a collection is opened for each question, and loading takes time
_MOST_LOADED = 4
_LOADING = Lock()
_PAGE = 200


class FileVectors:
    """The table of vectors in a collection's file. It writes within the transaction of whoever calls it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def nearest(self, vector: Sequence[float], limit: int) -> list[tuple[int, float]]:
        """The numbers of the passages whose texts are nearest to a vector, the best first, with their scores."""
        nearest, asked = self._loaded(), limit
        while len(found := self._passages(nearest, vector, asked)) < limit and asked < len(nearest.keys):
            asked *= 4  # some were of texts that are gone: their vectors stay until the collection is made smaller
        return found[:limit]

    def _passages(self, nearest: Nearest, vector: Sequence[float], limit: int) -> list[tuple[int, float]]:
        found = nearest.candidates(vector, limit)
        if not nearest.is_exact:
            found = nearest.exactly(vector, [(digest, self._kept(digest)) for digest, _ in found], limit)
        return [
            (number, how_near)
            for digest, how_near in found
            for (number,) in self._connection.execute("SELECT id FROM passages WHERE meant = ? ORDER BY id", (digest,))
        ]

    def put(self, vectors: Mapping[str, Sequence[float]]) -> None:
        """Keep vectors by digest; an empty one is that of a text which the model refuses."""
        rows = [(digest, packed(vector) if vector else b"") for digest, vector in vectors.items()]
        self._connection.executemany("INSERT OR REPLACE INTO vectors (digest, vector) VALUES (?, ?)", rows)
        self._connection.execute(_CHANGED)

    def drop(self) -> None:
        """Keep none, as for another model."""
        self._connection.execute("DELETE FROM vectors")
        self._connection.execute(_CHANGED)

    def missing(self, page: int = _PAGE) -> Iterator[tuple[str, str]]:
        """The digest of each text without a vector, and the text. Vectors may be put meanwhile."""
        last = ""
        while rows := self._connection.execute(_MISSING, (last, page)).fetchall():
            for digest, headings, text in rows:
                yield digest, meant(headings.split("\n") if headings else (), text)
            last = rows[-1][0]

    def count(self) -> int:
        """How many passages have a vector."""
        count = f"SELECT count(*) FROM passages WHERE meant IN (SELECT digest {_KEPT})"  # noqa: S608  all of it is ours
        return int(self._connection.execute(count).fetchone()[0])

    def lacking(self) -> int:
        """About how many texts have none: those of texts that are gone count as if they were there."""
        (texts,) = self._connection.execute("SELECT count(DISTINCT meant) FROM passages").fetchone()
        (known,) = self._connection.execute("SELECT count(*) FROM vectors").fetchone()
        return int(max(0, texts - known))

    def length(self) -> int:
        """How many numbers each vector has; 0 if there is none."""
        row = self._connection.execute(f"SELECT length(vector) {_KEPT} LIMIT 1").fetchone()
        return int(row[0]) // BYTES_OF_A_NUMBER if row else 0

    def _kept(self, digest: str) -> bytes:
        row = self._connection.execute(f"SELECT vector {_KEPT} AND digest = ?", (digest,)).fetchone()
        return row[0] if row else b""

    def _loaded(self) -> Nearest:
        row = self._connection.execute("SELECT value FROM meta WHERE key = 'vectors_as_of'").fetchone()
        as_of = row[0] if row else ""
        with _LOADING:
            if as_of not in _LOADED:
                loaded = self._load()
                while len(_LOADED) >= _MOST_LOADED:
                    del _LOADED[next(iter(_LOADED))]
                _LOADED[as_of] = loaded
            return _LOADED[as_of]

    def _load(self) -> Nearest:
        """Load all vectors, on a connection that no impatient search interrupts: the next question has them."""
        _, _, path = self._connection.execute("PRAGMA database_list").fetchone()
        with closing(open_file(Path(path))) as connection:
            (count,) = connection.execute(f"SELECT count(*) {_KEPT}").fetchone()
            return Nearest(connection.execute(f"SELECT digest, vector {_KEPT}"), count)
