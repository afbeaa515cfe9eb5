"""The tables of all collections in a database."""

from typing import Any

import psycopg
from psycopg import errors

from chatbot_cli.errors import DocumentsError

SCHEMA = "chat_docs"
VERSION = 1
_ONE_AT_A_TIME = 0x43484443  # the advisory lock while tables are made

_TABLES = """
CREATE SCHEMA chat_docs;
CREATE TABLE chat_docs.meta (version int NOT NULL);
CREATE TABLE chat_docs.collections (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    fingerprint text NOT NULL DEFAULT '', updated float8
);
CREATE TABLE chat_docs.roots (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    collection int NOT NULL REFERENCES chat_docs.collections ON DELETE CASCADE, root text NOT NULL
);
CREATE TABLE chat_docs.kept_out (
    collection int NOT NULL REFERENCES chat_docs.collections ON DELETE CASCADE, path bytea NOT NULL,
    PRIMARY KEY (collection, path)
);
CREATE TABLE chat_docs.documents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    collection int NOT NULL REFERENCES chat_docs.collections ON DELETE CASCADE,
    path bytea NOT NULL, name bytea NOT NULL, words text NOT NULL, size bigint NOT NULL, modified bigint NOT NULL,
    digest text NOT NULL, state text NOT NULL, reason text NOT NULL, kind text NOT NULL, encoding text NOT NULL,
    read_at float8 NOT NULL, racy int NOT NULL, cut_by int NOT NULL, UNIQUE (collection, path)
);
-- Which words a passage has, by number, and how much each counts: arrays are faster to look into than JSON.
CREATE TABLE chat_docs.passages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    collection int NOT NULL REFERENCES chat_docs.collections ON DELETE CASCADE,
    document bigint NOT NULL REFERENCES chat_docs.documents ON DELETE CASCADE, n int NOT NULL,
    first int NOT NULL, last int NOT NULL, unit text NOT NULL, headings text NOT NULL, meant text NOT NULL,
    text text NOT NULL, words tsvector NOT NULL, numbers int[] NOT NULL, weights real[] NOT NULL,
    UNIQUE (document, n)
);
CREATE INDEX ON chat_docs.passages (collection, meant);
CREATE INDEX ON chat_docs.passages USING gin (words);
INSERT INTO chat_docs.meta VALUES (1);
"""
# A text that the model refuses has no vector, but a row.
_VECTORS = """
CREATE TABLE IF NOT EXISTS chat_docs.vectors (
    collection int NOT NULL REFERENCES chat_docs.collections ON DELETE CASCADE,
    digest text NOT NULL, vector vector, PRIMARY KEY (collection, digest)
)
"""
_HAS_VECTORS = "SELECT to_regclass('chat_docs.vectors') IS NOT NULL"


def prepare(connection: psycopg.Connection[Any]) -> bool:
    """Make the tables that are not there. Returns whether there is one for vectors. Raises DocumentsError."""
    version = _version(connection)
    if version is None:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_ONE_AT_A_TIME,))
            if _version(connection) is None:
                connection.execute(_TABLES)
    elif version > VERSION:
        raise DocumentsError(
            "The collections in this database were made by a newer version of chat.", "Update chat to use them."
        )
    return _is_true(connection, _HAS_VECTORS) or _made_vectors(connection)


def _made_vectors(connection: psycopg.Connection[Any]) -> bool:
    try:
        with connection.transaction():
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
            connection.execute(_VECTORS)
    except (errors.FeatureNotSupported, errors.InsufficientPrivilege, errors.UndefinedFile, errors.UndefinedObject):
        return False  # pgvector is not installed, or only the owner of the database can switch it on
    return True


def without_pgvector(place: str) -> DocumentsError:
    """The error if vectors are wanted, and the database cannot keep them."""
    return DocumentsError(
        f"{place} cannot search by meaning: it has no pgvector.",
        "Its owner installs it, and switches it on in this database: CREATE EXTENSION vector",
    )


def _version(connection: psycopg.Connection[Any]) -> int | None:
    if not _is_true(connection, "SELECT to_regclass('chat_docs.meta') IS NOT NULL"):
        return None
    row = connection.execute("SELECT max(version) FROM chat_docs.meta").fetchone()
    return row[0] if row else None


def _is_true(connection: psycopg.Connection[Any], question: Any) -> bool:
    row = connection.execute(question).fetchone()
    return bool(row and row[0])
