"""An update reads only what has changed, and accounts for every file."""

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot_cli.readers.document import Form, ReadDocument
from chatbot_cli.readers.walking import FoundFile
from chatbot_cli.retrieval.adding import add
from chatbot_cli.retrieval.collection import Query, Root
from chatbot_cli.retrieval.planning import is_below
from chatbot_cli.retrieval.reading_ahead import read_in_turn
from chatbot_cli.retrieval.sqlite.collection import FileCollection
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from chatbot_cli.retrieval.update import Candidate, Rules, Updated
from chatbot_cli.retrieval.updating import update

LONG_AGO = time.time() - 1_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "notes"


@pytest.fixture
def notes(tmp_path: Path, folder: Path) -> FileCollection:
    folder.mkdir()
    collection = FileShelf(tmp_path / "docs").make("notes")
    add(collection, [Root(str(folder))])
    return collection


def write(folder: Path, **texts: str) -> None:
    """Write Markdown files that were not changed just now."""
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (LONG_AGO, LONG_AGO))


def counts(done: Updated) -> tuple[int, int, int, int]:
    return (done.read, done.moved, done.unchanged, done.removed)


def found(notes: FileCollection, word: str) -> list[str]:
    return [one.name for one in notes.by_words(Query((word,)), 9)]


def test_only_what_has_changed_is_read(notes: FileCollection, folder: Path) -> None:
    write(folder, a="heliotrope", b__c="marigold")
    assert counts(update(notes)) == (2, 0, 0, 0)
    assert found(notes, "marigold") == ["notes/b/c.md"]
    assert counts(update(notes)) == (0, 0, 2, 0)
    write(folder, a="a primrose, not what it was")
    assert counts(update(notes)) == (1, 0, 1, 0)
    assert found(notes, "heliotrope") == []
    assert found(notes, "primrose") == ["notes/a.md"]


def test_a_touched_file_is_not_read_again(notes: FileCollection, folder: Path) -> None:
    write(folder, a="heliotrope")
    update(notes)
    before = notes.files()[str(folder / "a.md")].read_at
    os.utime(folder / "a.md", (LONG_AGO + 5, LONG_AGO + 5))
    assert counts(update(notes)) == (0, 0, 1, 0)
    assert notes.files()[str(folder / "a.md")].read_at == before


def test_a_file_that_was_changed_while_it_was_read_is_looked_at_again(notes: FileCollection, folder: Path) -> None:
    folder.joinpath("a.md").write_text("one")
    update(notes)
    status = folder.joinpath("a.md").stat()
    folder.joinpath("a.md").write_text("two")  # of the same size
    os.utime(folder / "a.md", ns=(status.st_mtime_ns, status.st_mtime_ns))
    assert counts(update(notes)) == (1, 0, 0, 0)


def test_a_renamed_root_has_moved(notes: FileCollection, folder: Path) -> None:
    write(folder, a="heliotrope", b__c="marigold")
    update(notes)
    folder.rename(folder.with_name("renamed"))
    kept = update(notes)
    assert counts(kept) == (0, 0, 0, 0)
    assert kept.notes == (f"{folder}: no such file or directory. Its documents are kept; --prune drops them.",)
    assert found(notes, "marigold") == ["notes/b/c.md"]
    add(notes, [Root(str(folder.with_name("renamed")))])
    moved = update(notes)
    assert counts(moved) == (0, 2, 0, 0)
    assert moved.notes == (f"{folder} is not there any more, and no part of the collection now.",)
    assert [root.path for root in notes.roots()] == [str(folder.with_name("renamed"))]
    assert found(notes, "marigold") == ["notes/b/c.md"]
    assert counts(update(notes)) == (0, 0, 2, 0)


def test_a_moved_file_is_known_and_a_copy_is_another(notes: FileCollection, folder: Path) -> None:
    write(folder, a="heliotrope")
    update(notes)
    (folder / "sub").mkdir()
    (folder / "a.md").rename(folder / "sub/b.md")
    assert counts(update(notes)) == (0, 1, 0, 0)
    assert found(notes, "heliotrope") == ["notes/sub/b.md"]
    shutil.copy2(folder / "sub/b.md", folder / "c.md")
    assert counts(update(notes)) == (1, 0, 1, 0)
    (folder / "c.md").rename(folder / "c.txt")  # it may be read as something else now
    assert counts(update(notes)) == (1, 0, 1, 1)


def test_deleted_files_are_dropped_and_leave_nothing(notes: FileCollection, folder: Path, tmp_path: Path) -> None:
    write(folder, a="heliotrope", b="marigold")
    update(notes)
    (folder / "a.md").unlink()
    assert counts(update(notes)) == (0, 0, 1, 1)
    assert found(notes, "heliotrope") == []
    kept = b"".join(path.read_bytes() for path in (tmp_path / "docs").iterdir())
    assert b"heliotrop" not in kept


def test_an_empty_root_may_be_a_disk_that_is_not_there(notes: FileCollection, folder: Path) -> None:
    write(folder, a="heliotrope")
    update(notes)
    (folder / "a.md").unlink()
    done = update(notes)
    assert counts(done) == (0, 0, 0, 0)
    assert "Is its disk there?" in done.notes[0]
    assert found(notes, "heliotrope") == ["notes/a.md"]
    assert counts(update(notes, Rules(prune=True))) == (0, 0, 0, 1)


def test_a_second_root_has_names_of_its_own(notes: FileCollection, folder: Path) -> None:
    write(folder, a="heliotrope")
    write(folder.with_name("wiki"), a="heliotrope too")
    add(notes, [Root(str(folder.with_name("wiki"))), Root(str(folder / "a.md"))])
    assert counts(update(notes)) == (2, 0, 0, 0)
    assert sorted(found(notes, "heliotrope")) == ["notes/a.md", "notes/wiki/a.md"]


def test_every_file_is_accounted_for(notes: FileCollection, folder: Path) -> None:
    write(folder, a="heliotrope")
    (folder / "b.bin").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (folder / "c.txt").write_bytes("heliotrope".encode("utf-16"))
    (folder / "d.log").write_bytes(b"x" * 20_000_001)
    (folder / "id_rsa").write_text("a key")
    (folder / "e.md").write_text("")
    (folder / "f.txt").write_bytes(b"caf\xe9 cr\xe8me")
    done = update(notes)
    assert counts(done) == (4, 0, 0, 0)
    assert sum(done.skipped.values()) == 3
    assert {reason: done.skipped[reason] for reason in ("too large", "a key file")} == {"too large": 1, "a key file": 1}
    report = notes.report()
    assert (report.documents, report.skipped, report.failed) == (4, 3, 0)
    again = update(notes)
    assert (again.read + again.unchanged, again.skipped) == (4, done.skipped)


def test_a_key_file_is_read_when_it_is_named_by_itself(notes: FileCollection, folder: Path) -> None:
    (folder / "server.pem").write_text("the heliotrope's key")
    update(notes)
    assert found(notes, "heliotrope") == []
    add(notes, [Root(str(folder / "server.pem"))])
    update(notes)
    assert found(notes, "heliotrope") == ["notes/server.pem"]


def test_a_reader_that_fails_fails_for_its_file_alone(
    notes: FileCollection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, a="heliotrope", b="marigold")

    def fail(path: Path, content: bytes) -> object:
        raise RecursionError if path.name == "a.md" else KeyError("x")

    monkeypatch.setattr("chatbot_cli.retrieval.reading_files.read_document", fail)
    done = update(notes)
    assert done.failed == (
        ("notes/a.md", "its reader fails: RecursionError"),
        ("notes/b.md", "its reader fails: KeyError"),
    )
    monkeypatch.undo()
    assert update(notes).failed == done.failed  # nothing has changed
    assert counts(update(notes, Rules(retry=True))) == (2, 0, 0, 0)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="everything is open to root")
def test_a_closed_file_fails_and_is_tried_each_time(notes: FileCollection, folder: Path) -> None:
    write(folder, a="heliotrope", b__c="marigold")
    update(notes)
    (folder / "a.md").chmod(0)
    (folder / "b").chmod(0)
    os.utime(folder / "a.md")
    done = update(notes)
    assert [name for name, _ in done.failed] == ["notes/b", "notes/a.md"]
    assert found(notes, "marigold") == ["notes/b/c.md"]
    (folder / "a.md").chmod(0o600)
    (folder / "b").chmod(0o700)
    assert update(notes).failed == ()


def test_a_file_that_goes_meanwhile_is_no_failure(
    notes: FileCollection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, a="heliotrope", b="marigold")
    update(notes)
    write(folder, a="heliotrope has changed")

    def goes(self: object, read: str, files: int, size: int) -> None:
        (folder / read.partition("/")[2]).unlink()

    monkeypatch.setattr("chatbot_cli.retrieval.update.Silent.reading", goes)
    assert counts(update(notes)) == (0, 0, 1, 1)
    assert found(notes, "heliotrope") == []


def stopping_at(name: str) -> Callable[..., None]:
    def reading(self: object, read: str, files: int, size: int) -> None:
        if read == name:
            raise KeyboardInterrupt

    return reading


def test_ctrl_c_keeps_what_was_read(notes: FileCollection, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, a="heliotrope", b="marigold", c="primrose")
    monkeypatch.setattr("chatbot_cli.retrieval.update.Silent.reading", stopping_at("notes/c.md"))
    done = update(notes)
    assert (done.stopped, done.kept) == (True, 2)
    assert notes.report().updated is None
    monkeypatch.undo()
    assert counts(update(notes)) == (1, 0, 2, 0)


def test_ctrl_c_drops_no_file_that_was_not_reached(
    notes: FileCollection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, a="heliotrope", b="marigold")
    update(notes)
    (folder / "b.md").rename(folder / "c.md")
    monkeypatch.setattr("chatbot_cli.retrieval.update.Silent.reading", stopping_at("notes/c.md"))
    update(notes)
    assert found(notes, "marigold") == ["notes/b.md"]
    monkeypatch.undo()
    assert counts(update(notes)) == (0, 1, 1, 0)


def test_slow_files_come_last_and_a_copy_of_a_moved_one_is_no_move(
    notes: FileCollection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def reading(self: object, name: str, files: int, size: int) -> None:
        read.append(name)

    def as_text(path: Path, content: bytes) -> ReadDocument:
        return ReadDocument(content.decode(), Form.PROSE, "PDF, 1 page")

    monkeypatch.setattr("chatbot_cli.retrieval.update.Silent.reading", reading)
    monkeypatch.setattr("chatbot_cli.retrieval.reading_files.read_document", as_text)
    for name in ("a.pdf", "b.md", "c.pdf", "d.pdf", "e.docx", "f.pdf"):
        (folder / name).write_text(f"heliotrope {name}")
    assert counts(update(notes)) == (6, 0, 0, 0)
    assert read == [f"notes/{name}" for name in ("b.md", "a.pdf", "c.pdf", "d.pdf", "e.docx", "f.pdf")]
    (folder / "a.pdf").rename(folder / "g.pdf")
    shutil.copy(folder / "g.pdf", folder / "h.pdf")
    assert counts(update(notes)) == (1, 1, 5, 0)
    assert len(found(notes, "heliotrope")) == 7


def test_ctrl_c_among_slow_files_keeps_those_before(
    notes: FileCollection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "chatbot_cli.retrieval.reading_files.read_document",
        lambda path, content: ReadDocument(content.decode(), Form.PROSE, "PDF, 1 page"),
    )
    for name in "abcdef":
        (folder / f"{name}.pdf").write_text(f"heliotrope {name}")
    monkeypatch.setattr("chatbot_cli.retrieval.update.Silent.reading", stopping_at("notes/c.pdf"))
    done = update(notes)
    assert (done.stopped, done.kept) == (True, 2)


def test_a_folder_whose_name_begins_like_another_is_not_in_that() -> None:
    assert is_below("/home/ada/notes/a.md", "/home/ada/notes")
    assert is_below("/home/ada/notes", "/home/ada/notes")
    assert not is_below("/home/ada/notes2/a.md", "/home/ada/notes")


def test_a_stop_reaches_a_reader_that_was_only_about_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    stops: list[None] = []
    about_to_begin = threading.Event()

    def read(one: Candidate) -> None:
        about_to_begin.set()
        while len(stops) < 2:  # the first came before there was anything to be stopped
            time.sleep(0.001)

    monkeypatch.setattr("chatbot_cli.retrieval.reading_ahead.stop_reading", lambda: stops.append(None))
    turns = read_in_turn([Candidate(FoundFile(f"/{name}.pdf", "", 1, 1), name) for name in "abc"], read)
    next(turns)
    assert about_to_begin.wait(10)
    turns.close()
    assert len(stops) >= 2
