"""Writes documents with their passages into a database. All of it inside of a transaction, but for `compact`."""

from collections.abc import Sequence
from typing import Any

import psycopg

from chatbot_cli.chat.passages import Place, Unit
from chatbot_cli.retrieval.collection import FileRecord, Piece
from chatbot_cli.retrieval.meaning import digest_of_meant
from chatbot_cli.retrieval.postgres.searching import as_arrays, as_tsvector
from chatbot_cli.retrieval.rows import as_bytes, as_path, headings_as_stored, row_of_file, storable
from chatbot_cli.retrieval.terms import Tokenizer

Connection = psycopg.Connection[Any]

_INSERT_FILE = """
    INSERT INTO documents (collection, path, name, words, size, modified, digest, state, reason, kind, encoding,
        read_at, racy, cut_by)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
_CHANGE_FILE = """
    UPDATE documents SET path = %s, name = %s, words = %s, size = %s, modified = %s, digest = %s, state = %s,
        reason = %s, kind = %s, encoding = %s, read_at = %s, racy = %s, cut_by = %s
    WHERE id = %s
"""
_INSERT_PASSAGE = """
    INSERT INTO passages (collection, document, n, first, last, unit, headings, meant, text, words, numbers, weights)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def put(connection: Connection, collection: int, file: FileRecord, pieces: Sequence[Piece], by: Tokenizer) -> None:
    """Keep a file with its pieces, in place of what there was of its path."""
    drop(connection, collection, file.path)
    row = connection.execute(_INSERT_FILE, (collection, *row_of_file(file))).fetchone()
    if not (row and pieces):
        return
    rows = [
        (collection, row[0], n, *_row(piece), as_tsvector(terms), *as_arrays(terms))
        for n, (piece, terms) in enumerate(zip(pieces, by.of_pieces(file.name, pieces), strict=True))
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT_PASSAGE, rows)


def change(connection: Connection, collection: int, file: FileRecord, was: str, by: Tokenizer) -> None:
    """Keep what is known of a file whose content is the same, also under another path or name."""
    if was != file.path:
        drop(connection, collection, file.path)
    found = connection.execute(
        "SELECT id, name FROM documents WHERE collection = %s AND path = %s", (collection, as_bytes(was))
    ).fetchone()
    if found is None:
        return
    document, name = found
    connection.execute(_CHANGE_FILE, (*row_of_file(file), document))
    if as_path(name) != file.name:
        _index_again(connection, document, file.name, by)


def drop(connection: Connection, collection: int, path: str) -> None:
    """Drop a file with its passages."""
    connection.execute("DELETE FROM documents WHERE collection = %s AND path = %s", (collection, as_bytes(path)))


def compact(connection: Connection, *, vectors: bool) -> None:
    """Rewrite the tables: rows that were deleted are left in their files until then."""
    for table in ("documents", "passages", "kept_out", "roots", *(["vectors"] if vectors else [])):
        connection.execute(f"VACUUM (FULL) chat_docs.{table}".encode())


def _index_again(connection: Connection, document: int, name: str, by: Tokenizer) -> None:
    """The name is a part of what passages are found by."""
    rows = connection.execute(
        "SELECT id, headings, text FROM passages WHERE document = %s ORDER BY n", (document,)
    ).fetchall()
    pieces = [
        Piece(text, Place(1, 1, Unit.LINE), tuple(headings.split("\n")) if headings else ())
        for _, headings, text in rows
    ]
    for (number, *_), terms in zip(rows, by.of_pieces(name, pieces), strict=True):
        values = (as_tsvector(terms), *as_arrays(terms), number)
        connection.execute("UPDATE passages SET words = %s, numbers = %s, weights = %s WHERE id = %s", values)


def _row(piece: Piece) -> tuple[object, ...]:
    place, headings, text = piece.place, headings_as_stored(piece), storable(piece.text)
    meant = digest_of_meant(headings.split("\n") if headings else [], text)
    return (place.first, place.last, place.unit.value, headings, meant, text)
