"""Selects the rows of many messages at once."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

MOST_AT_ONCE = 500  # numbers in one statement; every SQLite accepts 999


def rows_of(
    connection: sqlite3.Connection, select: str, order: str, numbers: Sequence[int]
) -> Iterator[tuple[Any, ...]]:
    """The rows for these numbers, selected in groups of MOST_AT_ONCE. `select` ends with IN."""
    for start in range(0, len(numbers), MOST_AT_ONCE):
        some = tuple(numbers[start : start + MOST_AT_ONCE])
        yield from connection.execute(f"{select} ({', '.join('?' * len(some))}) {order}", some)
