"""What models thought before their replies, in the database."""

import sqlite3
from collections.abc import Sequence

from chatbot_cli.chat.thoughts import MadeBy, Thoughts
from chatbot_cli.sessions.database.opening import bound
from chatbot_cli.sessions.database.selecting import rows_of
from chatbot_cli.sessions.field_checks import amount_or_none
from chatbot_cli.sessions.stored_values import text_in

_INSERT = """
    INSERT OR REPLACE INTO thoughts (reply, seconds, model, address, seal, text)
    VALUES (?, ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT))
"""
_SELECT = "SELECT reply, seconds, model, address, seal, text FROM thoughts WHERE reply IN"


def save_thoughts(connection: sqlite3.Connection, reply: int, thoughts: Thoughts | None) -> None:
    """Save the thoughts of a reply, in place of those that it had. Needs a transaction."""
    if thoughts is None:
        connection.execute("DELETE FROM thoughts WHERE reply = ?", (reply,))
    else:
        connection.execute(_INSERT, (reply, *columns_of(thoughts)))


def read_thoughts(connection: sqlite3.Connection, replies: Sequence[int]) -> dict[int, Thoughts]:
    """Reply -> its thoughts, for the replies that have some. What makes no sense is left out."""
    rows = rows_of(connection, _SELECT, "ORDER BY reply", replies)
    return {reply: thoughts for reply, *columns in rows if (thoughts := thoughts_in(*columns))}


def columns_of(thoughts: Thoughts | None) -> tuple[object, ...]:
    """The values to store: seconds, model, address, seal and text. All texts are empty if there are none."""
    if thoughts is None:
        return None, *[bound("")] * 4
    model, address = thoughts.by or MadeBy("")
    return amount_or_none(thoughts.seconds), *map(bound, (model, address, thoughts.seal, thoughts.text))


def thoughts_in(seconds: object, model: object, address: object, seal: object, text: object) -> Thoughts | None:
    """The thoughts of stored values; None if there are none."""
    said, sealed, name = text_in(text), text_in(seal), text_in(model)
    if not (said or sealed):
        return None
    by = MadeBy(name, text_in(address)) if name else None
    return Thoughts(said, amount_or_none(seconds) or 0.0, by, sealed)
