"""The index for searching the messages."""

import sqlite3

# A reply is indexed when it has an ending, so that saving it is cheap while it streams.
_SEARCH_INDEX = (
    """CREATE VIRTUAL TABLE message_words USING fts5 (
        content, content = 'searchable', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
    )""",
    """CREATE TRIGGER message_words_added AFTER INSERT ON messages BEGIN
        INSERT INTO message_words (rowid, content)
            SELECT new.id, new.content WHERE new.is_reply = 0 OR new.ending IS NOT NULL;
    END""",
    """CREATE TRIGGER message_words_changed AFTER UPDATE OF content, ending ON messages BEGIN
        INSERT INTO message_words (message_words, rowid, content)
            SELECT 'delete', old.id, old.content WHERE old.is_reply = 0 OR old.ending IS NOT NULL;
        INSERT INTO message_words (rowid, content)
            SELECT new.id, new.content WHERE new.is_reply = 0 OR new.ending IS NOT NULL;
    END""",
    """CREATE TRIGGER message_words_removed AFTER DELETE ON messages BEGIN
        INSERT INTO message_words (message_words, rowid, content)
            SELECT 'delete', old.id, old.content WHERE old.is_reply = 0 OR old.ending IS NOT NULL;
    END""",
    "INSERT INTO message_words (message_words) VALUES ('rebuild')",
)
_TRIGGERS = ("message_words_added", "message_words_changed", "message_words_removed")


def can_index(connection: sqlite3.Connection) -> bool:
    """Whether this SQLite has FTS5."""
    return ("ENABLE_FTS5",) in connection.execute("PRAGMA compile_options").fetchall()


def is_indexed(connection: sqlite3.Connection) -> bool:
    """Whether every message is indexed for searching when it is written."""
    rows = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = ?", _TRIGGERS[:1])
    return rows.fetchone() is not None


def make_search_index(connection: sqlite3.Connection) -> None:
    """Index all messages again, and each further one when it is written. Call it inside a transaction."""
    drop_search_index(connection)
    try:
        connection.execute("DROP TABLE IF EXISTS message_words")
    except sqlite3.DatabaseError:
        _forget_broken_index(connection)
    for statement in _SEARCH_INDEX:
        connection.execute(statement)


def drop_search_index(connection: sqlite3.Connection) -> None:
    """Stop indexing messages, so that SQLite without FTS5, or with a broken index, can write them."""
    for trigger in _TRIGGERS:
        connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")


def _forget_broken_index(connection: sqlite3.Connection) -> None:
    """Take the index out of the schema by hand: FTS5 reads an index to drop it, and cannot read a broken one."""
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("DELETE FROM sqlite_master WHERE name = 'message_words'")
    connection.execute("PRAGMA writable_schema = RESET")
    for part in ("data", "idx", "docsize", "config"):
        connection.execute(f"DROP TABLE IF EXISTS message_words_{part}")
