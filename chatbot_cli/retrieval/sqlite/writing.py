"""Writes documents with their passages into a collection's file. All of it inside of a transaction."""

import sqlite3
from collections.abc import Sequence

from chatbot_cli.retrieval.collection import FileRecord, Piece
from chatbot_cli.retrieval.meaning import digest_of_meant
from chatbot_cli.retrieval.rows import as_bytes, headings_as_stored, row_of_file, storable
from chatbot_cli.retrieval.sqlite.schema import index_rows, index_words, unindex_words
from chatbot_cli.retrieval.words import indexed_words

_INSERT_FILE = "INSERT INTO documents VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_CHANGE_FILE = """
    UPDATE documents SET path = ?, name = ?, words = ?, size = ?, modified = ?, digest = ?, state = ?, reason = ?,
        kind = ?, encoding = ?, read_at = ?, racy = ?, cut_by = ?
    WHERE id = ?
"""
_INSERT_PASSAGE = "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_NEXT_PASSAGE = "SELECT coalesce(max(id), 0) + 1 FROM passages"


def put(connection: sqlite3.Connection, file: FileRecord, pieces: Sequence[Piece]) -> None:
    """Keep a file with its pieces, in place of what there was of its path."""
    document = _number_of(connection, file.path)
    if document is None:
        document = connection.execute(_INSERT_FILE, row_of_file(file)).lastrowid or 0
    else:
        _drop_passages(connection, document)
        connection.execute(_CHANGE_FILE, (*row_of_file(file), document))
    if pieces:
        (first,) = connection.execute(_NEXT_PASSAGE).fetchone()
        rows = [(first + n, document, n, *_values(file.name, piece)) for n, piece in enumerate(pieces)]
        connection.executemany(_INSERT_PASSAGE, rows)
        index_rows(connection, storable(file.name), rows)


def change(connection: sqlite3.Connection, file: FileRecord, moved_from: str) -> None:
    """Keep what is known of a file whose content is the same, also under another path or name."""
    was = moved_from or file.path
    document = _number_of(connection, was)
    if document is None:
        return
    if was != file.path:
        drop(connection, file.path)
    row = connection.execute("SELECT name FROM documents WHERE id = ?", (document,)).fetchone()
    renamed = row[0] != as_bytes(file.name)
    if renamed:
        unindex_words(connection, document)
    connection.execute(_CHANGE_FILE, (*row_of_file(file), document))
    if renamed:
        _form_words_again(connection, document, file.name)
        index_words(connection, document)


def drop(connection: sqlite3.Connection, path: str) -> None:
    """Drop a file with its passages."""
    document = _number_of(connection, path)
    if document is not None:
        _drop_passages(connection, document)
        connection.execute("DELETE FROM documents WHERE id = ?", (document,))


def _number_of(connection: sqlite3.Connection, path: str) -> int | None:
    row = connection.execute("SELECT id FROM documents WHERE path = ?", (as_bytes(path),)).fetchone()
    return row[0] if row else None


def _drop_passages(connection: sqlite3.Connection, document: int) -> None:
    unindex_words(connection, document)
    connection.execute("DELETE FROM passages WHERE document = ?", (document,))


def _form_words_again(connection: sqlite3.Connection, document: int, name: str) -> None:
    """The name is a part of what other forms are made of."""
    passages = connection.execute("SELECT id, headings, text FROM passages WHERE document = ?", (document,)).fetchall()
    forms = [(_forms(name, headings, text), passage) for passage, headings, text in passages]
    connection.executemany("UPDATE passages SET forms = ? WHERE id = ?", forms)


def _values(name: str, piece: Piece) -> tuple[int, int, str, str, str, str, str]:
    """The columns of a passage from its first line on."""
    place, headings, text = piece.place, headings_as_stored(piece), storable(piece.text)
    trail = headings.split("\n") if headings else []
    forms, meant = _forms(name, headings, text), digest_of_meant(trail, text)
    return place.first, place.last, place.unit.value, headings, forms, meant, text


def _forms(name: str, headings: str, text: str) -> str:
    return indexed_words("\n".join((storable(name), headings, text)))
