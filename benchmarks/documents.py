"""The cost and the quality of documents: making an index, searching it, and forty questions about Python.

    python -m benchmarks.documents [--questions N]

The files are the sources of Python's own library. Each of our numbers is shown beside the least possible one, taken in
the same run, in seconds of processor time, so that a busy machine changes little. What is not installed is left out:
bm25s (with PyStemmer) for the quality, tantivy for the index.
"""

import argparse
import importlib.util
import json
import os
import random
import sqlite3
import statistics
import sysconfig
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.document_contestants import Pieces, bare_loop, by_fts, by_tantivy, of_bm25s
from chatbot_cli.chat.passages import Search
from chatbot_cli.retrieval.collection import FileRecord, Root
from chatbot_cli.retrieval.looking import found_by_words
from chatbot_cli.retrieval.sqlite.collection import FileCollection
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from chatbot_cli.retrieval.updating import update
from chatbot_cli.retrieval.words import all_words, asked_words
from tests.retrieval.python_questions import QUESTIONS, documents_in_pieces, folded, ndcg

WANTED = 8  # passages of a search
BARE = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, 1, 2, 1, 1) LIMIT 8"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--questions", type=int, default=200, help="that are asked for the times (200)")
    wanted = parser.parse_args()
    quality()
    root = Root(sysconfig.get_path("stdlib"), ("*.py",), ("site-packages", "dist-packages"))
    with tempfile.TemporaryDirectory() as folder:
        collection = indexing(root, Path(folder))
        questions = made_up(collection, wanted.questions)
        searching(collection, questions)
        starting(collection, Path(folder), questions[0])
        collection.close()


def quality() -> None:
    """nDCG@10 and the questions with an answer among the first five, for each way to search the same passages."""
    pieces = documents_in_pieces()
    flat = [(name, piece) for name, of_one in pieces for piece in of_one]
    texts = [folded(piece.text) for _, piece in flat]
    print(f"Quality: {len(QUESTIONS)} questions, {len(flat):,} passages     nDCG@10   hit@5")
    with tempfile.TemporaryDirectory() as folder:
        collection = FileShelf(Path(folder)).make("python")
        keep(collection, pieces)
        numbers = {text: number for number, text in enumerate(texts)}

        def ours(question: str) -> list[int]:
            return [numbers[folded(one.text)] for one in found_by_words(collection, Search(question), 10)]

        rate("chat docs search", ours, texts)
        collection.close()
    for name, ranked in of_bm25s([f"{name} {' '.join(piece.headings)}\n{piece.text}" for name, piece in flat]):
        rate(name, ranked, texts)


def rate(name: str, ranked: Callable[[str], Sequence[int]], texts: Sequence[str]) -> None:
    """Print one row."""
    gains, hits = [], 0
    for question, answer in QUESTIONS:
        there = sum(folded(answer) in text for text in texts)
        right = [folded(answer) in texts[number] for number in ranked(question)]
        gains.append(ndcg(right, there) if there else 0.0)
        hits += any(right[:5])
    print(f"  {name:<46}{statistics.mean(gains):8.3f}{hits / len(QUESTIONS):8.3f}")


def sources(root: Root) -> list[Path]:
    """The Python sources below a folder, but for installed packages, with their sizes and times looked up."""
    found = []
    for folder, names, files in os.walk(root.path):
        names[:] = sorted(set(names) - set(root.exclude))
        found += [Path(folder, name) for name in sorted(files) if name.endswith(".py")]
    for path in found:
        path.stat()
    return found


def indexing(root: Root, folder: Path) -> FileCollection:
    """Index files: beside a bare loop that reads, decodes, cuts and inserts the same, and tantivy."""
    looked, paths = timed(lambda: sources(root))
    bare, (pieces, size) = timed(lambda: bare_loop(paths, folder / "bare.db"))
    collection = FileShelf(folder / "docs").make("sources")
    collection.set_roots([root])
    ours, done = timed(lambda: update(collection))
    passages = sum(len(of_one) for _, of_one in pieces)
    print(f"\nIndex: {done.read:,} files, {size / 1e6:,.0f} MB, {passages:,} passages")
    row("read, decode, cut, insert: the bare loop", bare, bare)
    row("chat docs add", ours, bare)
    row("FTS5, the passages alone", timed(lambda: by_fts(pieces, folder / "fts.db"))[0], bare)
    if importlib.util.find_spec("tantivy"):
        row("tantivy, the passages alone", timed(lambda: by_tantivy(pieces, folder / "tantivy"))[0], bare)
    connection_of(collection).execute("PRAGMA wal_checkpoint(TRUNCATE)")  # as it is once it is closed
    on_disk = sum(path.stat().st_size for path in (folder / "docs").iterdir())
    print(f"  {'size on the disk, of the text':<46}{on_disk / size:8.2f} ×")
    print("\nUpdate with nothing changed")
    row("walk and stat", looked, looked)
    row("chat docs update", timed(lambda: update(collection))[0], looked)
    return collection


def keep(collection: FileCollection, documents: Pieces) -> None:
    """Keep documents, each in a transaction of its own."""
    for name, pieces in documents:
        collection.put(FileRecord(name, name, 1, 1, name), pieces)


def made_up(collection: FileCollection, count: int) -> list[str]:
    """Questions of five words, of which each stands somewhere in the same passage."""
    chosen = random.Random(16)  # noqa: S311  the same each time
    last = connection_of(collection).execute("SELECT max(id) FROM passages").fetchone()[0]
    questions: list[str] = []
    while len(questions) < count:
        row = (
            connection_of(collection)
            .execute("SELECT text FROM passages WHERE id = ?", (chosen.randint(1, last),))
            .fetchone()
        )
        words = [word for word in asked_words(row[0]) if len(word) > 3] if row else []
        if len(words) >= 5:
            questions.append(f"How do I {' '.join(chosen.sample(words, 5))}?")
    return questions


def searching(collection: FileCollection, questions: Sequence[str]) -> None:
    """Search: beside the bare SQL with the same words, and with all words as they were typed."""
    connection = connection_of(collection)

    def bare(question: str, words: Callable[[str], Sequence[str]] = asked_words) -> object:
        return connection.execute(BARE, (" OR ".join(f'"{word}"' for word in words(question)),)).fetchall()

    def ours(question: str) -> object:
        return found_by_words(collection, Search(question), WANTED)

    for question in questions:  # the pages of the file are in memory then, for all
        bare(question)
    print(f"\nSearch: {len(questions)} questions                              p50 ms   p95 ms")
    least = [each(bare, questions), each(ours, questions), each(lambda one: bare(one, all_words), questions)]
    for name, times in zip(("the bare SQL", "passages by words", "the bare SQL, stop words too"), least, strict=True):
        p50, p95 = statistics.median(times), sorted(times)[len(times) * 95 // 100]
        print(
            f"  {name:<46}{p50 * 1000:8.1f}{p95 * 1000:8.1f}   {p95 / sorted(least[0])[len(times) * 95 // 100]:5.2f} ×"
        )


def starting(collection: FileCollection, folder: Path, question: str) -> None:
    """The first answer after a start: beside a program that loads one file with all, and makes its index anew."""
    whole = folder / "all.json"
    rows = connection_of(collection).execute("SELECT text FROM passages").fetchall()
    whole.write_text(json.dumps([text for (text,) in rows]), "utf-8")

    def ours() -> object:
        opened = FileShelf(folder / "docs").open("sources")
        found = found_by_words(opened, Search(question), WANTED)
        opened.close()
        return found

    def theirs() -> object:
        texts = json.loads(whole.read_text("utf-8"))
        connection = sqlite3.connect(":memory:")
        connection.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
        connection.executemany("INSERT INTO words VALUES (?)", [(text,) for text in texts])
        return connection.execute("SELECT rowid FROM words WHERE words MATCH ? LIMIT 8", ('"class"',)).fetchall()

    ours_took, _ = timed(ours)
    print("\nStart to the first passages")
    row("open the collection, search", ours_took, ours_took)
    row("load all, make the index anew (as aichat does)", timed(theirs)[0], ours_took)


def connection_of(collection: FileCollection) -> sqlite3.Connection:
    connection: sqlite3.Connection = collection._connection
    return connection


def each(search: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    return [timed(lambda question=question: search(question))[0] for question in questions]  # type: ignore[misc]  # a lambda


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """The seconds of processor time that it takes, and what it comes to."""
    before = time.process_time()
    result = work()
    return time.process_time() - before, result


def row(name: str, seconds: float, least: float) -> None:
    print(f"  {name:<46}{seconds:8.3f} s{seconds / least:8.2f} ×", flush=True)


if __name__ == "__main__":
    main()
