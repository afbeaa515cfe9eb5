"""The tokens of a reply that were cached, written or thought, and what the cache saved; in a table of their own."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from chatbot_cli.sessions.database.selecting import rows_of
from chatbot_cli.sessions.field_checks import count_or_none, difference_or_none
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord

_INSERT = "INSERT OR REPLACE INTO reply_usage (reply, cached, written, reasoning, saved) VALUES (?, ?, ?, ?, ?)"
_SELECT = "SELECT reply, cached, written, reasoning, saved FROM reply_usage WHERE reply IN"


def insert_usage(connection: sqlite3.Connection, reply: int, record: ReplyRecord) -> None:
    """Save what is known; most servers without a cache say nothing. Needs a transaction."""
    counts = map(count_or_none, (record.tokens_cached, record.tokens_written, record.tokens_reasoning))
    known = (*counts, record.saved)
    if any(value is not None for value in known):
        connection.execute(_INSERT, (reply, *known))


def with_usage(connection: sqlite3.Connection, messages: Sequence[MessageRecord]) -> list[MessageRecord]:
    """The messages with these figures of their replies."""
    replies = [message.id for message in messages if message.reply]
    known = {reply: figures for reply, *figures in rows_of(connection, _SELECT, "ORDER BY reply", replies)}
    return [
        replace(one, reply=_with(one.reply, *known[one.id])) if one.reply and one.id in known else one
        for one in messages
    ]


def _with(reply: ReplyRecord, cached: object, written: object, reasoning: object, saved: object) -> ReplyRecord:
    return replace(
        reply,
        tokens_cached=count_or_none(cached),
        tokens_written=count_or_none(written),
        tokens_reasoning=count_or_none(reasoning),
        saved=difference_or_none(saved),
    )
