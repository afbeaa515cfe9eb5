"""A collection in Qdrant. It has no transactions: a file counts as changed until all its passages are written."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from qdrant_client import models

from chatbot_cli.chat.embedding import model_in
from chatbot_cli.chat.passages import CollectionReport, Passage
from chatbot_cli.retrieval.collection import BEFORE, FileRecord, Piece, Query, Root, State
from chatbot_cli.retrieval.qdrant.points import (
    WORDS,
    Payload,
    asked_words,
    file_of,
    kept,
    passage_of,
    payload_of_file,
    point_of,
    point_of_piece,
    unkept,
)
from chatbot_cli.retrieval.qdrant.server import Server
from chatbot_cli.retrieval.qdrant.table import Table, equal
from chatbot_cli.retrieval.qdrant.vectors import QdrantVectors
from chatbot_cli.retrieval.rows import root_as_json, root_of_json
from chatbot_cli.retrieval.terms import Tokenizer

FILES, PASSAGES, VECTORS = "files", "passages", "meaning"
META = "meta"
_AT_ONCE = 256  # passages in a request


def table_name(collection: str, what: str) -> str:
    """What Qdrant calls a part of one of our collections."""
    return f"chat.{collection}.{what}"


class QdrantCollection:
    """The Collection of a name on a server. Any thread may use it."""

    def __init__(self, name: str, server: Server) -> None:
        self.name = name
        self._files = Table(server, table_name(name, FILES))
        self._kept = Table(server, table_name(name, PASSAGES))
        self._vectors = QdrantVectors(server, table_name(name, VECTORS), self._files, self._kept)
        self._tokenizer = Tokenizer()

    def report(self) -> CollectionReport:
        files = self.files().values()
        counts = {state: sum(file.state is state for file in files) for state in State}
        meta = self._meta()
        fingerprint = meta.get("fingerprint", "")
        return CollectionReport(
            self.name,
            tuple(root.path for root in self.roots()),
            counts[State.READ],
            self._kept.count(),
            counts[State.SKIPPED],
            counts[State.FAILED],
            sum(max(file.size, 0) for file in files if file.state is State.READ),
            meta.get("updated"),
            meaning=model_in(fingerprint),
            vectors=self._vectors.count() if fingerprint else 0,
        )

    def documents(self) -> int:
        return self._files.count(equal(of="file", state=State.READ.value))

    def roots(self) -> Sequence[Root]:
        return [root_of_json(root) for root in self._meta().get("roots", ())]

    def set_roots(self, roots: Sequence[Root]) -> None:
        self._note(roots=[root_as_json(root) for root in roots])

    def together(self) -> AbstractContextManager[None]:
        return nullcontext()

    def updated(self, at: float) -> None:
        self._note(updated=at)

    def files(self) -> Mapping[str, FileRecord]:
        found = map(file_of, self._files.all(equal(of="file")))
        return {file.path: file for file in found}

    def put(self, file: FileRecord, pieces: Sequence[Piece]) -> None:
        pieces = pieces if file.state is State.READ else ()
        payload, point = payload_of_file(file), point_of("file", file.path)
        self._files.put([models.PointStruct(id=point, payload=payload | {"pending": True}, vector={})])
        terms = self._tokenizer.of_pieces(file.name, pieces)
        points = [point_of_piece(file, n, piece, terms[n]) for n, piece in enumerate(pieces)]
        for start in range(0, len(points), _AT_ONCE):
            self._kept.put(points[start : start + _AT_ONCE])
        which = equal(path=kept(file.path))
        more = models.FieldCondition(key="n", range=models.Range(gte=len(pieces)))
        self._kept.drop(models.Filter(must=[*which.must, more]))  # type: ignore[misc]  # `must` is a list or one condition
        self._files.put([models.PointStruct(id=point, payload=payload, vector={})])

    def update(self, file: FileRecord, moved_from: str = "") -> None:
        was = moved_from or file.path
        known = self._files.one(point_of("file", was))
        if known is None:
            return
        if was != file.path or unkept(known["name"]) != file.name or known["digest"] != file.digest:
            rows = self._rows_of(was)
            pieces = [Piece(one.text, one.place, one.headings) for one in (passage_of("", row) for row in rows)]
            self.put(file, pieces)
            if was != file.path:
                self.forget([was])
        else:
            point = models.PointStruct(id=point_of("file", file.path), payload=payload_of_file(file), vector={})
            self._files.put([point])

    def forget(self, paths: Sequence[str], *, keep_out: bool = False) -> None:
        for path in paths:
            if keep_out:
                payload = {"of": "kept out", "path": kept(path)}
                self._files.put([models.PointStruct(id=point_of("kept out", path), payload=payload, vector={})])
            self._kept.drop(equal(path=kept(path)))
            self._files.drop_points([point_of("file", path)])

    def kept_out(self) -> frozenset[str]:
        return frozenset(unkept(payload["path"]) for payload in self._files.all(equal(of="kept out")))

    def take_in(self, paths: Sequence[str]) -> None:
        self._files.drop_points([point_of("kept out", path) for path in paths])

    def pieces_of(self, path: str) -> Sequence[Passage]:
        return [passage_of(self.name, row) for row in self._rows_of(path)]

    def whole(self, most: int) -> Sequence[Passage] | None:
        if self._kept.count() > most:
            return None
        rows: list[Payload] = []
        for row in self._kept.all():
            rows.append(row)
            most -= len(row["text"])
            if most < 0:
                return None
        ordered = sorted(rows, key=lambda row: (unkept(row["name"]), unkept(row["path"]), row["n"]))
        return [passage_of(self.name, row) for row in ordered]

    def by_words(self, query: Query, limit: int) -> Sequence[Passage]:
        now, before = self._tokenizer.of_words(query.words), self._tokenizer.of_words(query.before)
        if not (now or before):
            return []
        found = self._kept.nearest(asked_words(now, before, BEFORE), WORDS, limit)
        return [passage_of(self.name, payload, score) for payload, score in found]

    def by_meaning(self, vector: Sequence[float], limit: int) -> Sequence[Passage]:
        return [passage_of(self.name, payload, score) for payload, score in self._vectors.nearest(vector, limit)]

    def fingerprint(self) -> str:
        return str(self._meta().get("fingerprint", ""))

    def set_fingerprint(self, fingerprint: str) -> None:
        if fingerprint != self.fingerprint():
            self._vectors.drop()
            self._note(fingerprint=fingerprint)

    def without_vector(self) -> Iterator[tuple[str, str]]:
        return self._vectors.missing()

    def lacks_vectors(self) -> int:
        return self._vectors.lacking()

    def length_of_vectors(self) -> int:
        return self._vectors.length()

    def put_vectors(self, vectors: Mapping[str, Sequence[float]]) -> None:
        self._vectors.put(vectors)

    def compact(self) -> None:
        """Qdrant itself rewrites its files a while after something is dropped."""
        self._vectors.drop_unused()

    def interrupt(self) -> None:
        """A request cannot be called back; whoever waits for it waits no longer."""

    def close(self) -> None:
        self._tokenizer.close()

    def _rows_of(self, path: str) -> Sequence[Payload]:
        return sorted(self._kept.all(equal(path=kept(path))), key=lambda row: int(row["n"]))

    def _meta(self) -> Payload:
        return self._files.one(point_of(META)) or {}

    def _note(self, **values: Any) -> None:
        payload = {**self._meta(), "of": META, **values}
        self._files.put([models.PointStruct(id=point_of(META), payload=payload, vector={})])
