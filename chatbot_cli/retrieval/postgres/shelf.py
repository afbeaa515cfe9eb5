"""The collections in a database of PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import ClassVar

import psycopg

from chatbot_cli.errors import DocumentsBusy, NoSuchCollection
from chatbot_cli.retrieval.postgres import writing
from chatbot_cli.retrieval.postgres.collection import PostgresCollection
from chatbot_cli.retrieval.postgres.database import Database
from chatbot_cli.retrieval.shelf_port import check_name
from chatbot_cli.text.safe import one_line


class PostgresShelf:
    """The Shelf at a URL such as postgresql://ada@localhost/notes. The tables are made when it is first used."""

    is_shared: ClassVar[bool] = True

    def __init__(self, url: str) -> None:
        self._url = url
        self._database = Database(url)

    def names(self) -> Sequence[str]:
        with self._database.reading() as connection:
            rows = connection.execute("SELECT name FROM collections").fetchall()
        return sorted(name for (name,) in rows)

    def open(self, name: str) -> PostgresCollection:
        check_name(name)
        number = self._number(name)
        if number is None:
            raise _no_such(name)
        return PostgresCollection(name, number, Database(self._url))

    def make(self, name: str) -> PostgresCollection:
        check_name(name)
        with self._database.writing() as connection:
            connection.execute("INSERT INTO collections (name) VALUES (%s) ON CONFLICT DO NOTHING", (name,))
        return self.open(name)

    def remove(self, name: str) -> None:
        check_name(name)
        with self._database.reading() as connection:
            if not connection.execute("DELETE FROM collections WHERE name = %s", (name,)).rowcount:
                raise _no_such(name)
            writing.compact(connection, vectors=self._database.has_vectors)

    @contextmanager
    def writing(self, name: str) -> Iterator[None]:
        check_name(name)
        key = int.from_bytes(sha256(f"chat docs {name}".encode()).digest()[:8], signed=True)
        self._database.connected()
        with self._database.explained():
            holder = self._database.another()  # the lock ends with the connection, however this process ends
        with holder:
            with self._database.explained():
                row = holder.execute("SELECT pg_try_advisory_lock(%s)", (key,)).fetchone()
            if not (row and row[0]):
                raise DocumentsBusy(
                    f"Somebody is updating “{name}” just now.", "Wait until that has ended; a chat can read it."
                )
            try:
                yield
            finally:
                with suppress(
                    psycopg.Error
                ):  # at once: the server takes a moment to notice that a connection has ended
                    holder.execute("SELECT pg_advisory_unlock(%s)", (key,))

    def close(self) -> None:
        self._database.close()

    def _number(self, name: str) -> int | None:
        with self._database.reading() as connection:
            row = connection.execute("SELECT id FROM collections WHERE name = %s", (name,)).fetchone()
        return row[0] if row else None


def _no_such(name: str) -> NoSuchCollection:
    return NoSuchCollection(f"There is no collection “{one_line(name)}”.", "chat docs list names those that are there.")
