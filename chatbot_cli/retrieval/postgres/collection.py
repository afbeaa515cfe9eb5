"""A collection in PostgreSQL."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, LiteralString

import psycopg

from chatbot_cli.chat.embedding import model_in
from chatbot_cli.chat.passages import CollectionReport, Passage
from chatbot_cli.retrieval.collection import FileRecord, Piece, Query, Root, State
from chatbot_cli.retrieval.postgres import writing
from chatbot_cli.retrieval.postgres.database import Database
from chatbot_cli.retrieval.postgres.searching import FROM, PLACED, WordSearch
from chatbot_cli.retrieval.postgres.vectors import PostgresVectors
from chatbot_cli.retrieval.rows import (
    as_bytes,
    as_path,
    file_of_row,
    passage_of_row,
    root_as_json,
    root_of_json,
)
from chatbot_cli.retrieval.terms import Tokenizer

_COUNTS: LiteralString = """
    SELECT count(*) FILTER (WHERE state = 'read'), count(*) FILTER (WHERE state = 'skipped'),
        count(*) FILTER (WHERE state = 'failed'), coalesce(sum(size) FILTER (WHERE state = 'read'), 0)::bigint,
        (SELECT count(*) FROM passages WHERE collection = %(one)s),
        (SELECT updated FROM collections WHERE id = %(one)s)
    FROM documents WHERE collection = %(one)s
"""
_FILES: LiteralString = """
    SELECT id, path, name, words, size, modified, digest, state, reason, kind, encoding, read_at, racy, cut_by
    FROM documents WHERE collection = %s
"""


class PostgresCollection:
    """The Collection with this number in a database. Any thread may use it, one at a time."""

    def __init__(self, name: str, number: int, database: Database) -> None:
        self.name = name
        self._number, self._database = number, database
        self._tokenizer = Tokenizer()
        self._search = WordSearch(self._tokenizer)
        self._vectors = PostgresVectors(number, database)

    def report(self) -> CollectionReport:
        with self._database.reading() as connection:
            row = connection.execute(_COUNTS, {"one": self._number}).fetchone()
        documents, skipped, failed, size, passages, updated = row or (0, 0, 0, 0, 0, None)
        fingerprint = self.fingerprint()
        return CollectionReport(
            self.name,
            tuple(root.path for root in self.roots()),
            documents,
            passages,
            skipped,
            failed,
            size,
            updated,
            meaning=model_in(fingerprint),
            vectors=self._vectors.count() if fingerprint else 0,
        )

    def documents(self) -> int:
        count = "SELECT count(*) FROM documents WHERE collection = %s AND state = 'read'"
        return int(self._rows(count, self._number)[0][0])

    def roots(self) -> Sequence[Root]:
        rows = self._rows("SELECT root FROM roots WHERE collection = %s ORDER BY id", self._number)
        return [root_of_json(root) for (root,) in rows]

    def set_roots(self, roots: Sequence[Root]) -> None:
        with self._writing() as connection:
            connection.execute("DELETE FROM roots WHERE collection = %s", (self._number,))
            for root in roots:
                values = (self._number, root_as_json(root))
                connection.execute("INSERT INTO roots (collection, root) VALUES (%s, %s)", values)

    @contextmanager
    def together(self) -> Iterator[None]:
        with self._writing():
            yield

    def updated(self, at: float) -> None:
        with self._writing() as connection:
            connection.execute("UPDATE collections SET updated = %s WHERE id = %s", (at, self._number))

    def files(self) -> Mapping[str, FileRecord]:
        found = map(file_of_row, self._rows(_FILES, self._number))
        return {file.path: file for file in found}

    def put(self, file: FileRecord, pieces: Sequence[Piece]) -> None:
        kept = pieces if file.state is State.READ else ()
        with self._writing() as connection:
            writing.put(connection, self._number, file, kept, self._tokenizer)
        self._search.forget_counts()

    def update(self, file: FileRecord, moved_from: str = "") -> None:
        with self._writing() as connection:
            writing.change(connection, self._number, file, moved_from or file.path, self._tokenizer)

    def forget(self, paths: Sequence[str], *, keep_out: bool = False) -> None:
        with self._writing() as connection:
            for path in paths:
                writing.drop(connection, self._number, path)
                if keep_out:
                    values = (self._number, as_bytes(path))
                    connection.execute("INSERT INTO kept_out VALUES (%s, %s) ON CONFLICT DO NOTHING", values)
        self._search.forget_counts()

    def kept_out(self) -> frozenset[str]:
        rows = self._rows("SELECT path FROM kept_out WHERE collection = %s", self._number)
        return frozenset(as_path(path) for (path,) in rows)

    def take_in(self, paths: Sequence[str]) -> None:
        with self._writing() as connection:
            for path in paths:
                values = (self._number, as_bytes(path))
                connection.execute("DELETE FROM kept_out WHERE collection = %s AND path = %s", values)

    def pieces_of(self, path: str) -> Sequence[Passage]:
        statement: LiteralString = f"SELECT {PLACED} {FROM} WHERE documents.collection = %s AND path = %s ORDER BY n"
        return self._passages(self._rows(statement, self._number, as_bytes(path)))

    def whole(self, most: int) -> Sequence[Passage] | None:
        length = "SELECT coalesce(sum(length(text)), 0) FROM passages WHERE collection = %s"
        if self._rows(length, self._number)[0][0] > most:
            return None
        statement: LiteralString = f"SELECT {PLACED} {FROM} WHERE passages.collection = %s ORDER BY name, path, n"
        return self._passages(self._rows(statement, self._number))

    def by_words(self, query: Query, limit: int) -> Sequence[Passage]:
        with self._database.reading() as connection:
            return self._scored(self._search.find(connection, self._number, query, limit))

    def by_meaning(self, vector: Sequence[float], limit: int) -> Sequence[Passage]:
        return self._scored(self._vectors.nearest(vector, limit))

    def fingerprint(self) -> str:
        rows = self._rows("SELECT fingerprint FROM collections WHERE id = %s", self._number)
        return rows[0][0] if rows else ""

    def set_fingerprint(self, fingerprint: str) -> None:
        if fingerprint != self.fingerprint():
            with self._writing() as connection:
                self._vectors.drop(can_be_none=not fingerprint)
                values = (fingerprint, self._number)
                connection.execute("UPDATE collections SET fingerprint = %s WHERE id = %s", values)

    def without_vector(self) -> Iterator[tuple[str, str]]:
        return self._vectors.missing()

    def lacks_vectors(self) -> int:
        return self._vectors.lacking()

    def length_of_vectors(self) -> int:
        return self._vectors.length()

    def put_vectors(self, vectors: Mapping[str, Sequence[float]]) -> None:
        self._vectors.put(vectors)

    def compact(self) -> None:
        self._vectors.drop_unused()
        with self._database.reading() as connection:
            writing.compact(connection, vectors=self._database.has_vectors)

    def interrupt(self) -> None:
        self._database.interrupt()

    def close(self) -> None:
        self._tokenizer.close()
        self._database.close()

    def _writing(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        return self._database.writing()

    def _rows(self, statement: LiteralString, *values: object) -> Sequence[tuple[Any, ...]]:
        with self._database.reading() as connection:
            return connection.execute(statement, values).fetchall()

    def _passages(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[Passage]:
        return [passage_of_row(self.name, row) for row in rows]

    def _scored(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[Passage]:
        return [passage_of_row(self.name, row[:-1], row[-1]) for row in rows]
