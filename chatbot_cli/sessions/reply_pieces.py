"""The pieces of long replies in the database: what comes after the first part, which is with the message itself."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence

from chatbot_cli.errors import SessionDamaged
from chatbot_cli.sessions.database.opening import bound
from chatbot_cli.sessions.database.selecting import rows_of
from chatbot_cli.sessions.field_checks import whole_number
from chatbot_cli.sessions.stored_values import message_text_in, text_in

Piece = tuple[int, bytearray]
"""Where a piece begins, in bytes of the reply's text, and its text as UTF-8."""

_SELECT = "SELECT reply, start, content FROM reply_pieces WHERE reply IN"
_ORDER = "ORDER BY reply, start"


def save_pieces(connection: sqlite3.Connection, reply: int, pieces: Iterable[Piece]) -> None:
    """Save pieces of a reply; one that begins where another did replaces that one. Needs a transaction."""
    connection.executemany(
        "INSERT OR REPLACE INTO reply_pieces (reply, start, content) VALUES (?, ?, CAST(? AS TEXT))",
        ((reply, start, text) for start, text in pieces),
    )


def read_pieces(connection: sqlite3.Connection, replies: Sequence[int]) -> dict[int, str]:
    """Reply -> the text of its pieces, for the replies that have some. Raises SessionDamaged."""
    pieces: dict[int, list[str]] = defaultdict(list)
    ends: dict[int, int] = {}
    for reply, start, content in rows_of(connection, _SELECT, _ORDER, replies):
        pieces[reply].append(text := message_text_in(content))
        if whole_number(start) is None or start != ends.get(reply, start):
            raise SessionDamaged("a part of a reply is missing")
        ends[reply] = start + len(bound(text))
    return {reply: "".join(texts) for reply, texts in pieces.items()}


def readable_pieces(connection: sqlite3.Connection, reply: int) -> str:
    """What can be read of the pieces of one reply."""
    return "".join(text_in(content) for _, _, content in rows_of(connection, _SELECT, _ORDER, [reply]))


def replies_in_pieces(connection: sqlite3.Connection) -> set[int]:
    """The replies that have pieces."""
    return {reply for (reply,) in connection.execute("SELECT DISTINCT reply FROM reply_pieces")}
