"""Searches what was said in all conversations, and shows each hit with the words around it."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

from chatbot_cli.chat.journal import SearchHit
from chatbot_cli.sessions.database.migrations import is_indexed
from chatbot_cli.sessions.snippets import Words

# Here any part of a text may be what is looked for, since no blanks stand between words.
_WITHOUT_BLANKS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
LONGEST_SEARCH, MOST_WORDS = 1000, 50  # of what is looked for; the index cannot join any number
_IN_THE_INDEX = "SELECT rowid FROM message_words WHERE message_words MATCH ? ORDER BY rank, rowid DESC"
_UNFINISHED = "SELECT id, content FROM messages WHERE is_reply = 1 AND ending IS NULL ORDER BY id DESC"
_ALL = "SELECT id, content FROM messages ORDER BY id DESC"
_MESSAGE = """
    SELECT session.id, session.title, message.is_reply, message.created, message.content
    FROM messages message JOIN sessions session ON session.id = message.session WHERE message.id = ?
"""


def search_messages(connection: sqlite3.Connection, words: str, limit: int = 50) -> list[SearchHit]:
    """At most `limit` messages in which all the words are, or longer words that begin so, the best first.

    Where there are none, those in which they stand anywhere, as in texts that have no blanks; the newest first.
    """
    wanted = list(dict.fromkeys(words[:LONGEST_SEARCH].split()))[:MOST_WORDS]
    if not wanted or limit <= 0:
        return []
    whole, parts = Words(wanted, whole=True), Words(wanted, whole=False)
    found: list[SearchHit] = []
    if is_indexed(connection) and whole.spoken and not _WITHOUT_BLANKS.search(words):
        found = _first(limit, _shown(connection, _indexed(connection, whole), whole))
    return found or _first(limit, _shown(connection, _scanned(connection, _ALL, parts), parts))


def _indexed(connection: sqlite3.Connection, words: Words) -> Iterator[int]:
    """Numbers of messages: those of the index, then replies that were never finished, which are not in it."""
    query = " AND ".join(f'"{part}"*' for part in words.spoken)
    with closing(connection.execute(_IN_THE_INDEX, (query,))) as rows:
        yield from (message for (message,) in rows)
    yield from _scanned(connection, _UNFINISHED, words)


def _scanned(connection: sqlite3.Connection, statement: str, words: Words) -> Iterator[int]:
    with closing(connection.execute(statement)) as rows:
        yield from (message for message, content in rows if words.all_in(content))


def _shown(connection: sqlite3.Connection, messages: Iterable[int], words: Words) -> Iterator[SearchHit]:
    for message in messages:
        row: tuple[Any, ...] | None = connection.execute(_MESSAGE, (message,)).fetchone()
        if row is None:
            continue
        session, title, is_reply, created, content = row
        if words.exact and not words.all_in(content):
            continue  # the index knows no punctuation
        snippet, hits = words.snippet(content)
        yield SearchHit(session, title, "assistant" if is_reply else "user", created or 0.0, snippet, hits)


def _first(limit: int, found: Iterator[SearchHit]) -> list[SearchHit]:
    return [hit for hit, _ in zip(found, range(limit), strict=False)]
