"""What the summaries of a conversation have cost, each with its time and its model; they are no replies."""

import sqlite3

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.sessions.database.opening import writing

_INSERT = """
    INSERT INTO summary_usage (session, at, model, sent, received, cost, cached, written, reasoning, saved)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def save_summary_usage(connection: sqlite3.Connection, session: int, used: TokensUsed, model: str, at: float) -> None:
    """Save what one summary took; `at` is in seconds since 1970."""
    figures = (used.sent, used.reply, used.cost, used.cached, used.written, used.reasoning, used.saved)
    with writing(connection):
        connection.execute(_INSERT, (session, at, model, *figures))
