"""Other ways to index and search the same documents, which benchmarks.documents measures beside ours."""

import importlib
import importlib.util
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from chatbot_cli.readers.document import Form, ReadDocument
from chatbot_cli.retrieval.collection import Piece
from chatbot_cli.retrieval.cutting.cut import cut
from chatbot_cli.text.decoding import NotText, decode

Pieces = list[tuple[str, Sequence[Piece]]]


def of_bm25s(texts: Sequence[str]) -> list[tuple[str, Callable[[str], Sequence[int]]]]:
    """The same by bm25s, without and with stems."""
    if not importlib.util.find_spec("bm25s"):
        print("  (bm25s is not installed)")
        return []
    bm25s: Any = importlib.import_module("bm25s")
    stemmers: dict[str, Any] = {"bm25s": None}
    if importlib.util.find_spec("Stemmer"):
        stemmers["bm25s with stems"] = importlib.import_module("Stemmer").Stemmer("english")
    ways: list[tuple[str, Callable[[str], Sequence[int]]]] = []
    for name, stemmer in stemmers.items():
        more = {"stopwords": "en", "stemmer": stemmer, "show_progress": False}
        index = bm25s.BM25()
        index.index(bm25s.tokenize(list(texts), **more), show_progress=False)

        def ranked(question: str, index: Any = index, more: Any = more) -> Sequence[int]:
            found: Sequence[int] = index.retrieve(bm25s.tokenize(question, **more), k=10, show_progress=False)[0][0]
            return found

        ways.append((name, ranked))
    return ways


def bare_loop(paths: Sequence[Path], file: Path) -> tuple[Pieces, int]:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE passages (id INTEGER PRIMARY KEY, path TEXT, text TEXT)")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5 (path, headings, text, tokenize = 'porter unicode61')")
    pieces: Pieces = [(str(path), cut_of(path)) for path in paths]
    for name, of_one in pieces:
        connection.executemany("INSERT INTO passages (path, text) VALUES (?, ?)", [(name, one.text) for one in of_one])
        rows = [(name, " ".join(one.headings), one.text) for one in of_one]
        connection.executemany("INSERT INTO words VALUES (?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return pieces, sum(len(one.text) for _, of_one in pieces for one in of_one)


def by_fts(pieces: Pieces, file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE VIRTUAL TABLE words USING fts5 (path, headings, text, tokenize = 'porter unicode61')")
    for name, of_one in pieces:
        rows = [(name, " ".join(one.headings), one.text) for one in of_one]
        connection.executemany("INSERT INTO words VALUES (?, ?, ?)", rows)
    connection.commit()
    connection.close()


def by_tantivy(pieces: Pieces, folder: Path) -> None:
    tantivy: Any = importlib.import_module("tantivy")
    builder = tantivy.SchemaBuilder()
    for field in ("path", "headings", "text"):
        builder.add_text_field(field, stored=field == "text")
    folder.mkdir()
    writer = tantivy.Index(builder.build(), path=str(folder)).writer()
    for name, of_one in pieces:
        for one in of_one:
            writer.add_document(tantivy.Document(path=name, headings=" ".join(one.headings), text=one.text))
    writer.commit()
    writer.wait_merging_threads()


def cut_of(path: Path) -> Sequence[Piece]:
    try:
        text = decode(path.read_bytes()).text
    except NotText:
        return ()
    return cut(ReadDocument(text, Form.CODE, "Python"))
