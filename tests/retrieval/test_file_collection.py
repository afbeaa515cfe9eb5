"""A collection in a file: what is put into it is found, and what is dropped from it is gone."""

import os
import sqlite3
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.chat.passages import Place, Unit
from chatbot_cli.errors import DocumentsBusy, DocumentsError, NoSuchCollection
from chatbot_cli.retrieval.collection import FileRecord, Piece, Query, Root, State
from chatbot_cli.retrieval.sqlite.collection import FileCollection
from chatbot_cli.retrieval.sqlite.shelf import FileShelf

SETUP = FileRecord("/home/ada/notes/setup.md", "notes/setup.md", 40, 10**18, "d1", read_at=5.0)
PIECES = (
    Piece("Unpack the heliotrope.", Place(1, 3), ("Install", "macOS")),
    Piece("Then start it.", Place(4, 4), ("Install", "macOS")),
    Piece("Call nobody.", Place(2, 2, Unit.PAGE)),
)


@pytest.fixture
def shelf(tmp_path: Path) -> FileShelf:
    return FileShelf(tmp_path / "docs")


@pytest.fixture
def notes(shelf: FileShelf) -> FileCollection:
    return shelf.make("notes")


def texts(collection: FileCollection, *words: str) -> list[str]:
    return [one.text for one in collection.by_words(Query(words), 8)]


def tables(collection: FileCollection) -> set[str]:
    return {name for (name,) in collection._connection.execute("SELECT name FROM sqlite_master")}


def test_what_is_put_is_found_with_its_place(notes: FileCollection) -> None:
    notes.put(SETUP, PIECES)
    (found,) = notes.by_words(Query(("heliotrope",)), 8)
    assert (found.name, found.place, found.headings) == ("notes/setup.md", Place(1, 3), ("Install", "macOS"))
    assert [one.text for one in notes.pieces_of(SETUP.path)] == [piece.text for piece in PIECES]
    assert notes.files() == {SETUP.path: SETUP}


def test_what_is_put_again_takes_the_place_of_what_was_there(notes: FileCollection) -> None:
    notes.put(SETUP, PIECES)
    notes.put(replace(SETUP, digest="d2"), [Piece("Now it is a marigold.", Place(1, 1))])
    assert texts(notes, "heliotrope") == []
    assert texts(notes, "marigold") == ["Now it is a marigold."]
    assert notes.report().passages == 1


def test_a_moved_file_is_found_by_its_new_name_alone(notes: FileCollection) -> None:
    notes.put(SETUP, PIECES[:1])
    notes.update(replace(SETUP, path="/home/ada/new/start.md", name="new/start.md"), moved_from=SETUP.path)
    assert texts(notes, "setup") == []
    assert texts(notes, "start") == ["Unpack the heliotrope."]
    assert list(notes.files()) == ["/home/ada/new/start.md"]


def test_a_file_of_any_name_is_kept(notes: FileCollection) -> None:
    odd = FileRecord("/home/a\n\udcff\x1b/b.md", "a\n\udcff\x1b/b.md", 1, 2**70, "d", reason="\udcff")
    notes.put(odd, [Piece("half \ud800 of a word\0", Place(1, 1), ("one\ntwo",))])
    assert list(notes.files()) == [odd.path]
    assert [one.headings for one in notes.pieces_of(odd.path)] == [("one two",)]
    notes.forget([odd.path], keep_out=True)
    assert notes.files() == {}
    assert notes.kept_out() == {odd.path}
    notes.take_in([odd.path])
    assert notes.kept_out() == frozenset()


def test_the_report_counts_files_by_what_became_of_them(shelf: FileShelf, notes: FileCollection) -> None:
    notes.set_roots([Root("/home/ada/notes", ("*.md",), hidden=True)])
    with notes.together():
        notes.put(SETUP, PIECES)
        notes.put(FileRecord("/a.png", "a.png", 9, 1, "d", State.SKIPPED, "binary"), ())
        notes.put(FileRecord("/b.pdf", "b.pdf", 9, 1, "d", State.FAILED, "encrypted"), ())
        notes.updated(12.5)
    report = shelf.open("notes").report()
    assert (report.documents, report.passages, report.skipped, report.failed) == (1, 3, 1, 1)
    assert (report.roots, report.bytes, report.updated) == (("/home/ada/notes",), 40, 12.5)
    assert notes.roots() == [Root("/home/ada/notes", ("*.md",), hidden=True)]


def test_all_there_is_comes_in_the_order_of_names_if_it_has_room(notes: FileCollection) -> None:
    notes.put(SETUP, PIECES)
    notes.put(replace(SETUP, path="/home/ada/notes/a.md", name="notes/a.md"), [Piece("First.", Place(1, 1))])
    everything = notes.whole(1_000)
    assert everything is not None
    assert everything[0].text == "First."
    assert notes.whole(10) is None


def test_nothing_is_left_of_what_was_dropped(tmp_path: Path, notes: FileCollection) -> None:
    notes._connection.execute("PRAGMA secure_delete = OFF")  # some systems build SQLite so that it is on
    notes.put(
        SETUP, [*PIECES, *(Piece(f"The heliotrope {number}. " * 40, Place(number, number)) for number in range(50))]
    )
    notes.put(replace(SETUP, path="/b.md", name="b.md"), [Piece("It stays.", Place(1, 1))])
    notes.forget([SETUP.path])
    notes.compact()
    kept = b"".join(path.read_bytes().lower() for path in tmp_path.rglob("*") if path.is_file())
    assert b"heliotrop" not in kept
    assert texts(notes, "stays") == ["It stays."]


def test_a_heading_weighs_more_than_the_text(notes: FileCollection) -> None:
    pieces = (
        Piece("The zeppelin lands.", Place(1, 1), ("Air",)),
        Piece("The air ship lands.", Place(2, 2), ("Zeppelin",)),
    )
    notes.put(SETUP, pieces)
    assert texts(notes, "zeppelin") == ["The air ship lands.", "The zeppelin lands."]


def test_words_that_stand_everywhere_are_looked_for_if_there_are_no_others(
    notes: FileCollection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbot_cli.retrieval.sqlite.searching.LARGE", 5)
    notes.put(
        SETUP, [*(Piece(f"Open gate {n}.", Place(n, n)) for n in range(1, 11)), Piece("Heliotrope.", Place(11, 11))]
    )
    assert len(texts(notes, "open", "gate")) == 8
    assert texts(notes, "open", "heliotrope") == ["Heliotrope."]


def test_no_vector_is_left_of_a_text_that_was_dropped(notes: FileCollection) -> None:
    notes.put(SETUP, PIECES)
    assert "passages_meant" not in tables(notes)  # most collections have no vectors, and need no index for them
    notes.put_vectors({digest: (1.0, 2.0) for digest, _ in notes.without_vector()})
    assert "passages_meant" in tables(notes)  # without it, each of many texts is compared with all
    notes.put(replace(SETUP, digest="d2"), PIECES[:1])
    notes.compact()
    assert notes._connection.execute("SELECT count(*) FROM vectors").fetchone() == (1,)


def test_half_of_a_transaction_is_not_kept(notes: FileCollection) -> None:
    def is_stopped() -> None:
        with notes.together():
            notes.put(SETUP, PIECES)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        is_stopped()
    assert notes.files() == {}
    assert texts(notes, "heliotrope") == []


def test_its_owner_alone_can_read_it(tmp_path: Path, notes: FileCollection) -> None:
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "docs", tmp_path / "docs/notes.db")]
    assert modes == [0o700, 0o600]


def test_two_cannot_update_one_collection(shelf: FileShelf, tmp_path: Path) -> None:
    with shelf.writing("notes"), pytest.raises(DocumentsBusy), FileShelf(tmp_path / "docs").writing("notes"):
        pass
    with shelf.writing("notes"):
        pass


def test_a_removed_collection_is_not_there(shelf: FileShelf, notes: FileCollection, tmp_path: Path) -> None:
    notes.close()
    shelf.remove("notes")
    assert shelf.names() == []
    assert list((tmp_path / "docs").iterdir()) == []
    with pytest.raises(NoSuchCollection):
        shelf.open("notes")
    with pytest.raises(NoSuchCollection):
        shelf.remove("notes")


@pytest.mark.parametrize("content", [b"no database, but a text that is long enough " * 40, b""], ids=["text", "empty"])
def test_a_file_that_makes_no_sense_is_a_sentence(shelf: FileShelf, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/notes.db").write_bytes(content)
    with pytest.raises(DocumentsError, match="is damaged" if content else "is empty: it was never finished") as caught:
        shelf.open("notes")
    assert "chat docs remove notes" in caught.value.hint
    shelf.remove("notes")


def test_the_file_of_a_newer_version_stays_as_it_is(shelf: FileShelf, notes: FileCollection) -> None:
    notes._connection.execute("PRAGMA user_version = 99")
    notes.close()
    with pytest.raises(DocumentsError, match="newer version of chat"):
        shelf.open("notes")


def test_sqlite_without_full_text_search_is_a_sentence(shelf: FileShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    class WithoutFts5(sqlite3.Connection):
        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            return super().execute("SELECT 'ENABLE_FTS4'" if "compile_options" in statement else statement, *values)

    connect = partial(sqlite3.connect, factory=WithoutFts5)
    monkeypatch.setattr("chatbot_cli.retrieval.sqlite.opening.sqlite3.connect", connect)
    with pytest.raises(DocumentsError, match="no full-text search"):
        shelf.make("notes")


@pytest.mark.parametrize("name", ["", "../notes", ".notes", "a/b", "a b", "x" * 65, "a\n"])
def test_a_name_that_is_no_file_name_is_refused(shelf: FileShelf, name: str) -> None:
    with pytest.raises(DocumentsError, match="cannot be called"):
        shelf.make(name)


@pytest.mark.skipif(os.name == "nt", reason="a mode says nothing there")
def test_a_file_that_others_can_write_to_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    FileCollection(path, create=True).close()
    path.chmod(0o666)
    with pytest.raises(DocumentsError, match=f"^Other users can write to {path}, so it is not read") as refused:
        FileCollection(path)
    with pytest.raises(DocumentsError, match="Other users"):
        FileCollection(path, create=True)
    assert refused.value.hint == f"Close it to them with chmod go-w {path}, if what it holds is yours."
    path.chmod(0o600)
    FileCollection(path).close()
