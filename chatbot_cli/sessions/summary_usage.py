"""What is paid beside replies: summaries, and requests without a reply, each with its time and its model."""

import sqlite3
from collections.abc import Iterable

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.usage_sums import PaidBeside
from chatbot_cli.sessions.database.opening import bound
from chatbot_cli.system.transactions import writing

UsageRow = tuple[object, ...]
"""What was paid for one summary or unanswered request, as it is stored: the columns without the conversation."""

_COLUMNS = "at, model, sent, received, cost, cached, written, reasoning, saved, kind"
_INSERT = f"INSERT INTO summary_usage (session, {_COLUMNS}) VALUES (?, ?, CAST(? AS TEXT), ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  all of it is ours
_SELECT = f"SELECT {_COLUMNS} FROM summary_usage WHERE session = ?"  # noqa: S608  all of it is ours


def save_usage_beside(
    connection: sqlite3.Connection, session: int, what: PaidBeside, used: TokensUsed, model: str, at: float
) -> None:
    """Save what one summary or unanswered request took; `at` is in seconds since 1970."""
    figures = (used.sent, used.reply, used.cost, used.cached, used.written, used.reasoning, used.saved)
    with writing(connection):
        insert_usage_beside(connection, session, [(at, bound(model), *figures, what.value)])


def insert_usage_beside(connection: sqlite3.Connection, session: int, rows: Iterable[UsageRow]) -> None:
    """Insert rows for a conversation. Needs a transaction."""
    connection.executemany(_INSERT, ((session, *row) for row in rows))


def read_usage_beside(connection: sqlite3.Connection, session: int) -> tuple[UsageRow, ...]:
    """The rows of a conversation."""
    return tuple(connection.execute(_SELECT, (session,)))
