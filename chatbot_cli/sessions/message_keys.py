"""The keys by which a running chat knows the messages that its journals save."""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.state import State


class MessageKeys:
    """Gives each message a key that stays the same, whatever becomes of its row in the database.

    A message has a key before it is saved. When a conversation moves into another file, its messages get other rows.
    """

    def __init__(self) -> None:
        self._numbers = count(1)
        self._rows: dict[int, int] = {}  # key -> row
        self._keys: dict[int, int] = {}  # row -> key

    def new(self) -> int:
        """A key for a message that is not saved yet."""
        return next(self._numbers)

    def settle(self, key: int, row: int) -> None:
        """Note where the message with this key is saved."""
        self._rows[key] = row
        self._keys[row] = key

    def key(self, row: int) -> int:
        """The key of the message in a row."""
        if row not in self._keys:
            self.settle(self.new(), row)
        return self._keys[row]

    def row(self, key: int) -> int:
        """The row of the message with this key. Raises IntegrityError if there is none: it is not saved, or removed."""
        if key not in self._rows:
            raise sqlite3.IntegrityError("it has been removed")
        return self._rows[key]

    def head(self, state: State) -> int | None:
        """The row of the last reply; None at the beginning, and if the reply was not saved."""
        key = state.exchanges[-1].key if state.exchanges else None
        return self.row(key[1]) if key else None

    def keyed(self, exchange: Exchange) -> Exchange:
        """An exchange as it was read from the database, with the keys of its rows."""
        if exchange.key is None:
            return exchange
        question, reply = exchange.key
        return replace(exchange, key=(self.key(question), self.key(reply)))

    def moved(self, rows: Mapping[int, int]) -> dict[int, int]:
        """Where messages are after a move, key -> row. `rows` are their new rows by the old ones."""
        return {key: rows[row] for key, row in self._rows.items() if row in rows}

    def start_over(self, rows: Mapping[int, int]) -> None:
        """Note where messages are saved, key -> row, and forget all others."""
        self._rows = dict(rows)
        self._keys = {row: key for key, row in rows.items()}
