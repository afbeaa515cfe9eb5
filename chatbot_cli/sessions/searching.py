"""Searches the messages of all conversations, and shows the words around each hit."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import Any

from chatbot_cli.chat.journal import SearchHit
from chatbot_cli.sessions.database.search_index import is_indexed
from chatbot_cli.sessions.reply_pieces import readable_pieces, replies_in_pieces
from chatbot_cli.sessions.rounds import replies_with_words_before_calls, words_before_calls
from chatbot_cli.sessions.search_words import sought_in
from chatbot_cli.sessions.snippets import Words
from chatbot_cli.sessions.stored_values import text_in, time_in

# Scripts that put no blanks between words: any part of a text may be a word.
_WITHOUT_BLANKS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
LONGEST_SEARCH = 1000  # characters; the rest is ignored
MOST_WORDS = 50  # the index cannot combine any number of words
_IN_THE_INDEX = "SELECT rowid FROM message_words WHERE message_words MATCH ? ORDER BY rank, rowid DESC"
_NOT_IN_THE_INDEX = """
    SELECT id, content FROM messages WHERE id IN (
        SELECT id FROM messages WHERE is_reply = 1 AND ending IS NULL UNION SELECT reply FROM reply_pieces
        UNION SELECT reply FROM rounds WHERE text <> ''
    ) ORDER BY id DESC
"""
_ALL = "SELECT id, content FROM messages ORDER BY id DESC"
_MESSAGE = """
    SELECT session.id, session.title, message.is_reply, message.created, message.content
    FROM messages message JOIN sessions session ON session.id = message.session WHERE message.id = ?
"""


def search_messages(connection: sqlite3.Connection, words: str, limit: int = 50) -> list[SearchHit]:
    """At most `limit` messages that contain each of the words, or a longer word that begins with it; the best first.

    Words in quotation marks are a phrase: they stand there as they are, one after the other.

    If there are none, messages that contain the words anywhere, also inside of other words; the newest first.
    """
    distinct = sought_in(words[:LONGEST_SEARCH])[:MOST_WORDS]
    if not distinct or limit <= 0:
        return []
    whole, parts = Words(distinct, whole=True), Words(distinct, whole=False)
    hits: list[SearchHit] = []
    if is_indexed(connection) and whole.spoken and not _WITHOUT_BLANKS.search(words):
        hits = _first(limit, _hits(connection, _indexed(connection, whole), whole))
    return hits or _first(limit, _hits(connection, _scanned(connection, _ALL, parts), parts))


def _indexed(connection: sqlite3.Connection, words: Words) -> Iterator[int]:
    """Numbers of messages with the words: those in the index, then those that are not or not wholly in it.

    These are unfinished replies, replies in pieces, of which the index has the first part, and replies with words
    before their tool calls. Calls and results are not searched.
    """
    query, found = " AND ".join(words.spoken), set()
    with closing(connection.execute(_IN_THE_INDEX, (query,))) as rows:
        for (message,) in rows:
            found.add(message)
            yield message
    yield from (message for message in _scanned(connection, _NOT_IN_THE_INDEX, words) if message not in found)


def _scanned(connection: sqlite3.Connection, statement: str, words: Words) -> Iterator[int]:
    """Numbers of messages with the words, found by reading the text of each row."""
    in_pieces, with_calls = replies_in_pieces(connection), replies_with_words_before_calls(connection)
    with closing(connection.execute(statement)) as rows:
        for message, content in rows:
            before = words_before_calls(connection, message) if message in with_calls else ""
            rest = readable_pieces(connection, message) if message in in_pieces else ""
            if words.all_in(f"{before}{text_in(content)}{rest}"):
                yield message


def _hits(connection: sqlite3.Connection, messages: Iterable[int], words: Words) -> Iterator[SearchHit]:
    for message in messages:
        row: tuple[Any, ...] | None = connection.execute(_MESSAGE, (message,)).fetchone()
        if row is None:
            continue
        session, title, is_reply, created, stored = row
        content = words_before_calls(connection, message) + text_in(stored) + readable_pieces(connection, message)
        if words.exact and not words.all_in(content):
            continue  # the index ignores punctuation
        snippet, spans = words.snippet(content)
        yield SearchHit(session, text_in(title), "assistant" if is_reply else "user", time_in(created), snippet, spans)


def _first(limit: int, hits: Iterator[SearchHit]) -> list[SearchHit]:
    return list(islice(hits, limit))
