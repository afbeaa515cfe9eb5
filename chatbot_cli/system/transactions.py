"""A transaction of SQLite, for every room that has a database."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction, which waits for other writers to finish; inside of another transaction, a part of that one."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:  # also Ctrl-C: half of a transaction must never be kept
        with suppress(sqlite3.Error):  # SQLite has already rolled back after some failures
            connection.execute("ROLLBACK")
        raise
