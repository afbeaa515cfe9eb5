"""One of Qdrant's own collections, as a table: points with payloads."""

from collections.abc import Iterator, Sequence
from typing import Any

from qdrant_client import models

from chatbot_cli.retrieval.qdrant.points import Payload
from chatbot_cli.retrieval.qdrant.server import Server

_PAGE = 1_000


def equal(**fields: str) -> models.Filter:
    """A filter for points whose fields have these values."""
    return models.Filter(
        must=[models.FieldCondition(key=key, match=models.MatchValue(value=value)) for key, value in fields.items()]
    )


class Table:
    """What a server keeps under a name. Each method raises DocumentsError."""

    def __init__(self, server: Server, name: str) -> None:
        self.server, self.name = server, name

    def put(self, points: Sequence[models.PointStruct]) -> None:
        """Keep points, in place of those with the same id."""
        with self.server.explained():
            self.server.client.upsert(self.name, list(points), wait=True)

    def drop(self, which: models.Filter) -> None:
        with self.server.explained():
            self.server.client.delete(self.name, models.FilterSelector(filter=which), wait=True)

    def drop_points(self, ids: Sequence[str]) -> None:
        with self.server.explained():
            self.server.client.delete(self.name, models.PointIdsList(points=list(ids)), wait=True)

    def one(self, point: str) -> Payload | None:
        """The payload of a point; None if it is not there."""
        with self.server.explained():
            found = self.server.client.retrieve(self.name, [point], with_payload=True)
        return found[0].payload or {} if found else None

    def there(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of the points that are there."""
        with self.server.explained():
            found = self.server.client.retrieve(self.name, list(ids), with_payload=False)
        return frozenset(str(point.id) for point in found)

    def all(self, which: models.Filter | None = None, fields: Sequence[str] | None = None) -> Iterator[Payload]:
        """The payloads of all points, or of those that a filter lets through, with all or some of their fields."""
        after: Any = None
        while True:
            with self.server.explained():
                points, after = self.server.client.scroll(
                    self.name, which, limit=_PAGE, offset=after, with_payload=list(fields) if fields else True
                )
            for point in points:
                yield point.payload or {}
            if after is None:
                return

    def ids(self) -> Iterator[str]:
        """The ids of all points."""
        after: Any = None
        while True:
            with self.server.explained():
                points, after = self.server.client.scroll(
                    self.name, limit=_PAGE, offset=after, with_payload=False, with_vectors=False
                )
            for point in points:
                yield str(point.id)
            if after is None:
                return

    def count(self, which: models.Filter | None = None) -> int:
        with self.server.explained():
            return self.server.client.count(self.name, which, exact=True).count

    def nearest(self, asked: Any, using: str, limit: int) -> Sequence[tuple[Payload, float]]:
        """The payloads of the points that are nearest, the best first, with their scores."""
        with self.server.explained():
            found = self.server.client.query_points(self.name, query=asked, using=using, limit=limit, with_payload=True)
        return [(point.payload or {}, point.score) for point in found.points if point.score > 0 or using != "words"]
