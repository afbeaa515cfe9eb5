"""The vectors of a collection in Qdrant, each once by the digest of its text."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from qdrant_client import models

from chatbot_cli.retrieval.meaning import meant
from chatbot_cli.retrieval.qdrant.points import MEANING, Payload, headings_of, point_of, point_of_digest
from chatbot_cli.retrieval.qdrant.server import Server
from chatbot_cli.retrieval.qdrant.table import Table, equal

_AT_ONCE = 256
_NEARLY_ALL = 0.9  # the share of passages whose texts are not those of others, in most collections


class QdrantVectors:
    """Vectors in a table of their own, which is made with the first of them; `files` has what the model refused."""

    def __init__(self, server: Server, name: str, files: Table, passages: Table) -> None:
        self._server, self._files, self._passages = server, files, passages
        self._table = Table(server, name)

    def nearest(self, vector: Sequence[float], limit: int) -> Sequence[tuple[Payload, float]]:
        """The passages whose texts are nearest to a vector, the best first, with their scores."""
        if self.length() != len(vector):
            return []
        asked = limit
        while True:
            scores = {one["digest"]: score for one, score in self._table.nearest(list(vector), MEANING, asked)}
            found = self._passages_of(scores)
            if len(found) >= limit or len(scores) < asked:
                return found[:limit]
            asked *= 4  # some were of texts that are gone: their vectors stay until they are dropped

    def _passages_of(self, scores: Mapping[str, float]) -> list[tuple[Payload, float]]:
        if not scores:
            return []
        which = models.FieldCondition(key="meant", match=models.MatchAny(any=list(scores)))
        found = [(row, scores[row["meant"]]) for row in self._passages.all(models.Filter(must=[which]))]
        return sorted(found, key=lambda one: (-one[1], one[0]["path"], one[0]["n"]))

    def put(self, vectors: Mapping[str, Sequence[float]]) -> None:
        """Keep vectors by digest; an empty one is that of a text which the model refuses."""
        refused = [
            models.PointStruct(id=point_of("refused", digest), payload={"of": "refused"}, vector={})
            for digest, vector in vectors.items()
            if not vector
        ]
        points = [
            models.PointStruct(id=point_of_digest(digest), payload={"digest": digest}, vector={MEANING: list(vector)})
            for digest, vector in vectors.items()
            if vector
        ]
        if refused:
            self._files.put(refused)
        if points:
            size = len(next(vector for vector in vectors.values() if vector))
            params = models.VectorParams(size=size, distance=models.Distance.COSINE)
            self._server.made(self._table.name, vectors_config={MEANING: params})
            self._table.put(points)

    def drop(self) -> None:
        """Keep none, as for another model."""
        self._files.drop(equal(of="refused"))
        if self._server.has(self._table.name):
            with self._server.explained():
                self._server.client.delete_collection(self._table.name)

    def drop_unused(self) -> None:
        """Keep only those of texts that are there."""
        if not self._server.has(self._table.name):
            return
        used = {point_of_digest(row["meant"]) for row in self._passages.all(fields=["meant"])}
        unused = [point for point in self._table.ids() if point not in used]
        for start in range(0, len(unused), _AT_ONCE):
            self._table.drop_points(unused[start : start + _AT_ONCE])

    def missing(self) -> Iterator[tuple[str, str]]:
        """The digest of each text without a vector, and the text. Vectors may be put meanwhile."""
        seen: set[str] = set()
        rows = self._passages.all(fields=["meant", "headings", "text"])
        while page := list(islice(rows, _AT_ONCE)):
            texts = {row["meant"]: row for row in page if row["meant"] not in seen}
            seen |= texts.keys()
            there = self._there(list(texts))
            for digest, row in texts.items():
                if digest not in there:
                    yield digest, meant(headings_of(row), row["text"])

    def count(self) -> int:
        """How many passages have a vector."""
        if not self._server.has(self._table.name):
            return 0
        kept = set(self._table.ids())
        return sum(point_of_digest(row["meant"]) in kept for row in self._passages.all(fields=["meant"]))

    def lacking(self) -> int:
        """About how many texts have none. The same text in two documents makes it more, so few are none."""
        known = self._files.count(equal(of="refused"))
        known += self._table.count() if self._server.has(self._table.name) else 0
        passages = self._passages.count()
        return passages - known if known < _NEARLY_ALL * passages else 0

    def _there(self, digests: Sequence[str]) -> frozenset[str]:
        """Those of the digests that have a vector, or were refused."""
        refused = {point_of("refused", digest): digest for digest in digests}
        found = {refused[point] for point in self._files.there(list(refused))}
        if self._server.has(self._table.name):
            vectors = {point_of_digest(digest): digest for digest in digests}
            found |= {vectors[point] for point in self._table.there(list(vectors))}
        return frozenset(found)

    def length(self) -> int:
        """How many numbers each vector has; 0 if there is none."""
        if not self._server.has(self._table.name):
            return 0
        with self._server.explained():
            params = self._server.client.get_collection(self._table.name).config.params.vectors
        return params[MEANING].size if isinstance(params, dict) else 0
