"""The token counts of messages, so that a resumed conversation need not count again what it sends."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain

from chatbot_cli.chat.messages import Exchange, TokenCount
from chatbot_cli.chat.window import FRAMING_BOUND
from chatbot_cli.sessions.database.selecting import rows_of
from chatbot_cli.sessions.field_checks import count_or_none

MOST_BYTES = 4  # of a character in UTF-8; no text has more tokens than bytes

# A reply without an ending may be growing, in another process.
_SAVE = """
    INSERT INTO token_counts (message, vocabulary, tokens)
    SELECT id, ?, ? FROM messages WHERE id = ? AND (is_reply = 0 OR ending IS NOT NULL)
    ON CONFLICT (message) DO UPDATE SET vocabulary = excluded.vocabulary, tokens = excluded.tokens
    WHERE vocabulary IS NOT excluded.vocabulary OR tokens IS NOT excluded.tokens
"""
_SELECT = "SELECT message, vocabulary, tokens FROM token_counts WHERE message IN"


def save_token_counts(connection: sqlite3.Connection, exchanges: Iterable[Exchange], row: Callable[[int], int]) -> None:
    """Save the counts of exchanges; `row` returns the number of the message with a key. Needs a transaction."""
    counts = (zip(one.key, one.token_counts, strict=True) for one in exchanges if one.key)
    known = [(count.vocabulary, count.tokens, row(key)) for key, count in chain(*counts) if count is not None]
    connection.executemany(_SAVE, known)


def with_token_counts(connection: sqlite3.Connection, exchanges: Sequence[Exchange]) -> list[Exchange]:
    """The exchanges, whose keys are the numbers of their messages, with the counts that are kept and make sense."""
    rows = rows_of(connection, _SELECT, "ORDER BY message", [number for one in exchanges for number in one.key or ()])
    kept = {number: count for number, *row in rows if (count := _count_in(*row)) is not None}
    if not kept:
        return list(exchanges)

    def with_counts(one: Exchange, question: int, reply: int) -> Exchange:
        return replace(one, token_counts=(_of(one.user, kept.get(question)), _of(one.assistant, kept.get(reply))))

    return [with_counts(one, *one.key) if one.key else one for one in exchanges]


def _count_in(vocabulary: object, tokens: object) -> TokenCount | None:
    count = count_or_none(tokens)
    return TokenCount(count, vocabulary) if count and isinstance(vocabulary, str) else None


def _of(text: str, count: TokenCount | None) -> TokenCount | None:
    """The count, if a message with this text can have so many tokens."""
    return count if count is not None and count.tokens <= MOST_BYTES * len(text) + FRAMING_BOUND else None
