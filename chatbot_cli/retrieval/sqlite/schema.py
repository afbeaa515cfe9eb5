"""The tables of a collection's file."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from chatbot_cli.retrieval.words import TOKENIZER

APPLICATION = 0x43484443  # "CHDC": tells that a file of SQLite is a collection of ours
VERSION = 1
BETWEEN_HEADINGS = " › "  # as in the view `searchable`

_TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE roots (id INTEGER PRIMARY KEY, root TEXT NOT NULL)",
    "CREATE TABLE kept_out (path BLOB PRIMARY KEY) WITHOUT ROWID",
    # A path may hold half a character, which no TEXT can; `words` is the name as it is searched.
    """CREATE TABLE documents (
        id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, name BLOB NOT NULL, words TEXT NOT NULL,
        size INTEGER NOT NULL, modified INTEGER NOT NULL, digest TEXT NOT NULL, state TEXT NOT NULL,
        reason TEXT NOT NULL, kind TEXT NOT NULL, encoding TEXT NOT NULL, read_at REAL NOT NULL,
        racy INTEGER NOT NULL, cut_by INTEGER NOT NULL
    )""",
    # `headings` are lines; `forms` are other forms of words; `meant` is the digest of what a vector is made of.
    """CREATE TABLE passages (
        id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents (id), n INTEGER NOT NULL,
        first INTEGER NOT NULL, last INTEGER NOT NULL, unit TEXT NOT NULL, headings TEXT NOT NULL,
        forms TEXT NOT NULL, meant TEXT NOT NULL, text TEXT NOT NULL
    )""",
    "CREATE UNIQUE INDEX passages_in_order ON passages (document, n)",
    "CREATE TABLE vectors (digest TEXT PRIMARY KEY, vector BLOB NOT NULL)",
    """CREATE VIEW placed AS
        SELECT passages.id AS id, document, n, path, name, digest, first, last, unit, headings, text
        FROM passages JOIN documents ON documents.id = passages.document""",
    """CREATE VIEW searchable AS
        SELECT passages.id AS id, documents.words AS path, replace(passages.headings, char(10), ' › ') AS headings,
            passages.text AS body, passages.forms AS forms, passages.document AS document
        FROM passages JOIN documents ON documents.id = passages.document""",
    f"""CREATE VIRTUAL TABLE words USING fts5 (
        path, headings, body, forms, content = 'searchable', content_rowid = 'id',
        tokenize = '{TOKENIZER}'
    )""",
)
# Most collections have no vectors. Made with the first ones: to keep it in order costs a tenth of an update.
_BY_MEANING = "CREATE INDEX IF NOT EXISTS passages_meant ON passages (meant)"
_IS_THERE = "SELECT 1 FROM sqlite_master WHERE name = 'passages_meant'"
_OF_ONE = "FROM searchable WHERE document = ?"


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables in a new file, inside of a transaction."""
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def index_meaning(connection: sqlite3.Connection) -> None:
    """Let passages be found by the digest of what a vector is made of."""
    if not connection.execute(_IS_THERE).fetchone():  # nobody has to wait for a writer for nothing
        connection.execute(_BY_MEANING)


def index_rows(connection: sqlite3.Connection, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Let passages be found that were just written, as these rows of the table, of a document of this name.

    The index is given what the view `searchable` says of them, without reading it back from there.
    """
    of_words = ((row[0], name, row[6].replace("\n", BETWEEN_HEADINGS), row[9], row[7]) for row in rows)
    connection.executemany("INSERT INTO words (rowid, path, headings, body, forms) VALUES (?, ?, ?, ?, ?)", of_words)


def index_words(connection: sqlite3.Connection, document: int) -> None:
    """Let the passages of a document be found, after they were written."""
    connection.execute(
        f"INSERT INTO words (rowid, path, headings, body, forms) SELECT id, path, headings, body, forms {_OF_ONE}",
        (document,),
    )


def unindex_words(connection: sqlite3.Connection, document: int) -> None:
    """Let the passages of a document be found no more, before they are changed: the index is told what it held."""
    connection.execute(
        "INSERT INTO words (words, rowid, path, headings, body, forms)"
        f" SELECT 'delete', id, path, headings, body, forms {_OF_ONE}",
        (document,),
    )
