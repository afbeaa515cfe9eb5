"""What is paid beside replies: summaries, and requests without a reply, each with its time and its model."""

import sqlite3

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.usage_sums import PaidBeside
from chatbot_cli.sessions.database.opening import writing

_INSERT = """
    INSERT INTO summary_usage (session, at, model, sent, received, cost, cached, written, reasoning, saved, kind)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def save_usage_beside(
    connection: sqlite3.Connection, session: int, what: PaidBeside, used: TokensUsed, model: str, at: float
) -> None:
    """Save what one summary or unanswered request took; `at` is in seconds since 1970."""
    figures = (used.sent, used.reply, used.cost, used.cached, used.written, used.reasoning, used.saved)
    with writing(connection):
        connection.execute(_INSERT, (session, at, model, *figures, what.value))
