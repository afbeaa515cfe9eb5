"""A collection in a file of SQLite."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from chatbot_cli.chat.embedding import model_in
from chatbot_cli.chat.passages import CollectionReport, Passage
from chatbot_cli.retrieval.collection import FileRecord, Piece, Query, Root, State
from chatbot_cli.retrieval.rows import (
    as_bytes,
    as_path,
    file_of_row,
    passage_of_row,
    root_as_json,
    root_of_json,
)
from chatbot_cli.retrieval.sqlite import writing as rows_of
from chatbot_cli.retrieval.sqlite.compacting import compact
from chatbot_cli.retrieval.sqlite.failures import explained
from chatbot_cli.retrieval.sqlite.opening import open_file
from chatbot_cli.retrieval.sqlite.schema import index_meaning
from chatbot_cli.retrieval.sqlite.searching import search_words
from chatbot_cli.retrieval.sqlite.vectors import FileVectors
from chatbot_cli.system.transactions import writing

_COUNTS = """
    SELECT count(*) FILTER (WHERE state = 'read'), count(*) FILTER (WHERE state = 'skipped'),
        count(*) FILTER (WHERE state = 'failed'), coalesce(sum(size) FILTER (WHERE state = 'read'), 0)
    FROM documents
"""


class FileCollection:
    """The Collection in one file. Any thread may use it, one at a time."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.name = path.stem
        self._path = path
        self._connection = open_file(path, create=create)
        self._vectors = FileVectors(self._connection)

    def report(self) -> CollectionReport:
        with explained(self._path):
            documents, skipped, failed, size = self._one(_COUNTS)
            updated, fingerprint = self._meta("updated"), self._meta("fingerprint")
            return CollectionReport(
                self.name,
                tuple(root.path for root in self.roots()),
                documents,
                self._one("SELECT count(*) FROM passages")[0],
                skipped,
                failed,
                size,
                float(updated) if updated else None,
                meaning=model_in(fingerprint),
                vectors=self._vectors.count() if fingerprint else 0,
            )

    def documents(self) -> int:
        with explained(self._path):
            return self._one("SELECT count(*) FROM documents WHERE state = 'read'")[0]

    def roots(self) -> Sequence[Root]:
        with explained(self._path):
            return [root_of_json(root) for (root,) in self._connection.execute("SELECT root FROM roots ORDER BY id")]

    def set_roots(self, roots: Sequence[Root]) -> None:
        with self._writing():
            self._connection.execute("DELETE FROM roots")
            rows = [(root_as_json(root),) for root in roots]
            self._connection.executemany("INSERT INTO roots (root) VALUES (?)", rows)

    def together(self) -> AbstractContextManager[None]:
        return self._writing()

    def updated(self, at: float) -> None:
        self._set_meta("updated", repr(at))

    def files(self) -> Mapping[str, FileRecord]:
        with explained(self._path):
            found = map(file_of_row, self._connection.execute("SELECT * FROM documents"))
            return {file.path: file for file in found}

    def put(self, file: FileRecord, pieces: Sequence[Piece]) -> None:
        with self._writing():
            rows_of.put(self._connection, file, pieces if file.state is State.READ else ())

    def update(self, file: FileRecord, moved_from: str = "") -> None:
        with self._writing():
            rows_of.change(self._connection, file, moved_from)

    def forget(self, paths: Sequence[str], *, keep_out: bool = False) -> None:
        with self._writing():
            for path in paths:
                rows_of.drop(self._connection, path)
                if keep_out:
                    self._connection.execute("INSERT OR IGNORE INTO kept_out (path) VALUES (?)", (as_bytes(path),))

    def kept_out(self) -> frozenset[str]:
        with explained(self._path):
            return frozenset(as_path(path) for (path,) in self._connection.execute("SELECT path FROM kept_out"))

    def take_in(self, paths: Sequence[str]) -> None:
        with self._writing():
            rows = [(as_bytes(path),) for path in paths]
            self._connection.executemany("DELETE FROM kept_out WHERE path = ?", rows)

    def pieces_of(self, path: str) -> Sequence[Passage]:
        return self._passages("SELECT * FROM placed WHERE path = ? ORDER BY n", as_bytes(path))

    def whole(self, most: int) -> Sequence[Passage] | None:
        with explained(self._path):
            room = most
            for (length,) in self._connection.execute("SELECT length(text) FROM passages"):
                room -= length
                if room < 0:
                    return None
            return self._passages("SELECT * FROM placed ORDER BY name, path, n")

    def by_words(self, query: Query, limit: int) -> Sequence[Passage]:
        with explained(self._path):
            return self._numbered(search_words(self._connection, query, limit))

    def by_meaning(self, vector: Sequence[float], limit: int) -> Sequence[Passage]:
        with explained(self._path):
            return self._numbered(self._vectors.nearest(vector, limit))

    def fingerprint(self) -> str:
        with explained(self._path):
            return self._meta("fingerprint")

    def set_fingerprint(self, fingerprint: str) -> None:
        with self._writing():
            if fingerprint != self._meta("fingerprint"):
                self._vectors.drop()
                index_meaning(self._connection)
                self._set_meta("fingerprint", fingerprint)

    def without_vector(self) -> Iterator[tuple[str, str]]:
        with explained(self._path):
            index_meaning(self._connection)
            yield from self._vectors.missing()

    def lacks_vectors(self) -> int:
        with explained(self._path):
            return self._vectors.lacking()

    def length_of_vectors(self) -> int:
        with explained(self._path):
            return self._vectors.length()

    def put_vectors(self, vectors: Mapping[str, Sequence[float]]) -> None:
        with self._writing():
            self._vectors.put(vectors)

    def compact(self) -> None:
        with explained(self._path):
            compact(self._connection)

    def interrupt(self) -> None:
        self._connection.interrupt()

    def close(self) -> None:
        with explained(self._path):
            self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with explained(self._path), writing(self._connection):
            yield

    def _passages(self, statement: str, *values: object) -> list[Passage]:
        with explained(self._path):
            rows = self._connection.execute(statement, values)
            return [passage_of_row(self.name, row) for row in rows]

    def _numbered(self, found: Sequence[tuple[int, float]]) -> list[Passage]:
        """The passages with these numbers, in this order, with their scores."""
        passages = []
        for number, score in found:
            row = self._connection.execute("SELECT * FROM placed WHERE id = ?", (number,)).fetchone()
            if row is not None:
                passages.append(passage_of_row(self.name, row, score))
        return passages

    def _one(self, statement: str) -> tuple[int, ...]:
        row: tuple[int, ...] = self._connection.execute(statement).fetchone()
        return row

    def _meta(self, key: str) -> str:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    def _set_meta(self, key: str, value: str) -> None:
        with self._writing():
            self._connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))
