"""The vectors of a collection in PostgreSQL, in a table of pgvector, each once by the digest of its text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, LiteralString

from chatbot_cli.retrieval.meaning import meant
from chatbot_cli.retrieval.postgres.database import Database
from chatbot_cli.retrieval.postgres.schema import without_pgvector
from chatbot_cli.retrieval.postgres.searching import FROM, PLACED

# Each is compared: no index of pgvector finds all, and a hundred thousand take a fraction of a second.
_NEAREST: LiteralString = f"""
    SELECT {PLACED}, 1 - distance AS score FROM (
        SELECT digest AS found, vector <=> %(vector)s::vector AS distance FROM vectors
        WHERE collection = %(one)s AND vector IS NOT NULL AND EXISTS
            (SELECT 1 FROM passages WHERE collection = %(one)s AND meant = digest)
        ORDER BY distance LIMIT %(limit)s
    ) AS nearest JOIN passages ON passages.collection = %(one)s AND meant = found
    JOIN documents ON documents.id = passages.document ORDER BY distance, passages.id LIMIT %(limit)s
"""  # noqa: S608  all of it is ours
_MISSING: LiteralString = """
    SELECT DISTINCT ON (meant) meant, headings, text FROM passages
    WHERE collection = %(one)s AND meant > %(last)s AND NOT EXISTS
        (SELECT 1 FROM vectors WHERE collection = %(one)s AND digest = meant)
    ORDER BY meant, id LIMIT 200
"""
_COUNT: LiteralString = f"""
    SELECT count(*) {FROM} JOIN vectors ON vectors.collection = passages.collection AND vectors.digest = meant
    WHERE passages.collection = %s AND vector IS NOT NULL
"""
_LACKING: LiteralString = """
    SELECT (SELECT count(DISTINCT meant) FROM passages WHERE collection = %(one)s)
        - (SELECT count(*) FROM vectors WHERE collection = %(one)s)
"""
_UNUSED: LiteralString = """
    DELETE FROM vectors WHERE collection = %s AND NOT EXISTS
        (SELECT 1 FROM passages WHERE passages.collection = vectors.collection AND meant = digest)
"""
_NUMBERS: LiteralString = """
    SELECT vector_dims(vector) FROM vectors WHERE collection = %s AND vector IS NOT NULL LIMIT 1
"""


class PostgresVectors:
    """The vectors of the collection with this number. Without pgvector, only an attempt to keep one is an error."""

    def __init__(self, number: int, database: Database) -> None:
        self._number, self._database = number, database

    def nearest(self, vector: Sequence[float], limit: int) -> Sequence[tuple[Any, ...]]:
        """The rows of the passages that are nearest to a vector, each with its score at the end."""
        with self._database.reading() as connection:
            if not self._database.has_vectors:
                return []
            if self.length() != len(vector):
                return []
            values = {"one": self._number, "vector": _written(vector), "limit": limit}
            return connection.execute(_NEAREST, values).fetchall()

    def length(self) -> int:
        """How many numbers each vector has; 0 if there is none."""
        with self._database.reading() as connection:
            row = connection.execute(_NUMBERS, (self._number,)).fetchone() if self._database.has_vectors else None
            return row[0] if row else 0

    def put(self, vectors: Mapping[str, Sequence[float]]) -> None:
        """Keep vectors by digest; an empty one is that of a text which the model refuses."""
        rows = [(self._number, digest, _written(vector) if vector else None) for digest, vector in vectors.items()]
        with self._database.writing() as connection, connection.cursor() as cursor:
            self._must_have_vectors()
            cursor.executemany(
                "INSERT INTO vectors VALUES (%s, %s, %s) ON CONFLICT (collection, digest)"
                " DO UPDATE SET vector = excluded.vector",
                rows,
            )

    def drop(self, *, can_be_none: bool) -> None:
        """Keep none, as for another model."""
        with self._database.writing() as connection:
            if not can_be_none:
                self._must_have_vectors()
            if self._database.has_vectors:
                connection.execute("DELETE FROM vectors WHERE collection = %s", (self._number,))

    def drop_unused(self) -> None:
        """Keep only those of texts that are there."""
        with self._database.writing() as connection:
            if self._database.has_vectors:
                connection.execute(_UNUSED, (self._number,))

    def missing(self) -> Iterator[tuple[str, str]]:
        """The digest of each text without a vector, and the text. Vectors may be put meanwhile."""
        last = ""
        while True:
            with self._database.reading() as connection:
                self._must_have_vectors()
                rows = connection.execute(_MISSING, {"one": self._number, "last": last}).fetchall()
            if not rows:
                return
            for digest, headings, text in rows:
                yield digest, meant(headings.split("\n") if headings else (), text)
            last = rows[-1][0]

    def count(self) -> int:
        """How many passages have a vector."""
        with self._database.reading() as connection:
            row = connection.execute(_COUNT, (self._number,)).fetchone() if self._database.has_vectors else None
            return row[0] if row else 0

    def lacking(self) -> int:
        """About how many texts have none: those of texts that are gone count as if they were there."""
        with self._database.reading() as connection:
            if not self._database.has_vectors:
                return 0
            row = connection.execute(_LACKING, {"one": self._number}).fetchone()
        return max(0, row[0]) if row else 0

    def _must_have_vectors(self) -> None:
        if not self._database.has_vectors:
            raise without_pgvector(self._database.place)


def _written(vector: Sequence[float]) -> str:
    return f"[{','.join(map(str, vector))}]"
