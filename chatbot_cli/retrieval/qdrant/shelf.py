"""The collections on a server of Qdrant."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import ClassVar
from uuid import uuid4

from qdrant_client import QdrantClient, models

from chatbot_cli.errors import DocumentsBusy, DocumentsError, NoSuchCollection
from chatbot_cli.retrieval.qdrant.collection import FILES, PASSAGES, VECTORS, QdrantCollection, table_name
from chatbot_cli.retrieval.qdrant.points import WORDS, point_of
from chatbot_cli.retrieval.qdrant.server import Server
from chatbot_cli.retrieval.qdrant.table import Table
from chatbot_cli.retrieval.shelf_port import check_name
from chatbot_cli.text.safe import one_line

LOCK = "lock"
_BEAT, _DEAD = 10.0, 60.0  # seconds: how often who writes says so, and after how long without that he is gone
_GRACE = 2.0  # seconds from making a lock to marking it, at most
_MARK = point_of("writer")


class QdrantShelf:
    """The Shelf at a URL such as qdrant+http://localhost:6333. `client` is another way to a server, for tests."""

    is_shared: ClassVar[bool] = True

    def __init__(self, url: str, client: QdrantClient | None = None) -> None:
        self._server = Server(url, client)

    def names(self) -> Sequence[str]:
        with self._server.explained():
            found = self._server.client.get_collections().collections
        begin, end = table_name("|", FILES).split("|")
        return sorted(
            one.name[len(begin) : -len(end)] for one in found if one.name.startswith(begin) and one.name.endswith(end)
        )

    def open(self, name: str) -> QdrantCollection:
        check_name(name)
        if not self._server.has(table_name(name, FILES)):
            raise _no_such(name)
        return QdrantCollection(name, self._server)

    def make(self, name: str) -> QdrantCollection:
        check_name(name)
        sparse = models.SparseVectorParams(modifier=models.Modifier.IDF)
        passages = table_name(name, PASSAGES)
        if self._server.made(passages, vectors_config={}, sparse_vectors_config={WORDS: sparse}):
            self._index(passages, path=models.PayloadSchemaType.KEYWORD, meant=models.PayloadSchemaType.KEYWORD)
            self._index(passages, n=models.PayloadSchemaType.INTEGER)
        if self._server.made(table_name(name, FILES), vectors_config={}):  # the last: it says that the others are there
            self._index(table_name(name, FILES), of=models.PayloadSchemaType.KEYWORD)
        return QdrantCollection(name, self._server)

    def remove(self, name: str) -> None:
        check_name(name)
        if not self._server.has(table_name(name, FILES)):
            raise _no_such(name)
        for what in (VECTORS, PASSAGES, FILES):
            with self._server.explained():
                self._server.client.delete_collection(table_name(name, what))

    @contextmanager
    def writing(self, name: str) -> Iterator[None]:
        """Whoever writes says so every few seconds; a lock that nobody holds any more is taken."""
        check_name(name)
        lock, mine = Table(self._server, table_name(name, LOCK)), uuid4().hex
        if not self._taken(lock, mine):
            raise DocumentsBusy(
                f"Somebody is updating “{name}” just now.", "Wait until that has ended; a chat can read it."
            )
        ended = Event()
        beating = Thread(target=self._beat, args=(lock, mine, ended), name="chat-docs-lock", daemon=True)
        beating.start()
        try:
            yield
        finally:
            ended.set()
            beating.join()
            with self._server.explained():
                self._server.client.delete_collection(lock.name)

    def close(self) -> None:
        self._server.client.close()

    def _taken(self, lock: Table, mine: str) -> bool:
        if not self._server.made(lock.name, vectors_config={}):
            if not self._abandoned(lock):
                return False
            with self._server.explained():
                self._server.client.delete_collection(lock.name)
            if not self._server.made(lock.name, vectors_config={}):
                return False
        self._say(lock, mine)
        holder = lock.one(_MARK)
        return holder is not None and holder["by"] == mine

    def _abandoned(self, lock: Table) -> bool:
        """Whether nobody holds a lock that is there. One without a mark is new, or was left so."""
        holder = lock.one(_MARK)
        if holder is None:
            time.sleep(_GRACE)
            return self._server.has(lock.name) and lock.one(_MARK) is None
        return time.time() - float(holder["at"]) >= _DEAD

    def _beat(self, lock: Table, mine: str, ended: Event) -> None:
        while not ended.wait(_BEAT):
            try:
                self._say(lock, mine)
            except DocumentsError:
                continue  # what is written meanwhile fails by itself, and says why

    def _say(self, lock: Table, mine: str) -> None:
        lock.put([models.PointStruct(id=_MARK, payload={"at": time.time(), "by": mine}, vector={})])

    def _index(self, table: str, **fields: models.PayloadSchemaType) -> None:
        for field, kind in fields.items():
            with self._server.explained():
                self._server.client.create_payload_index(table, field, field_schema=kind, wait=True)


def _no_such(name: str) -> NoSuchCollection:
    return NoSuchCollection(f"There is no collection “{one_line(name)}”.", "chat docs list names those that are there.")
