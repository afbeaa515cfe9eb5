"""`chat docs`: collections are made, updated, listed, shown and removed."""

import os
import sqlite3
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from chatbot_cli.chat.passages import CollectionReport
from chatbot_cli.cli.docs_report import listing
from chatbot_cli.readers.document import ReadDocument, lacking
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from chatbot_cli.system.extras import install_command
from tests.cli.docs_command import DocsHome, docs, docs_home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DocsHome:
    return docs_home(tmp_path, monkeypatch)


def test_a_folder_becomes_a_collection_with_its_name(home: DocsHome) -> None:
    home.write(setup="# Setup\n\nUnpack the heliotrope.")
    (home.notes / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (home.notes / "id_rsa").write_text("a key")
    (home.notes / ".hidden").write_text("x")
    done = docs("add", "notes")
    assert (done.exit_code, done.err) == (0, "")
    first, left_out, ask = done.lines
    assert first.startswith("notes: 1 read · 2 skipped (")
    assert "1 key file" in first
    assert left_out == "Left out: 1 hidden."
    assert ask == 'Ask it: chat --docs notes "…"'
    (listed,) = home.listed()
    assert list(listed) == ["name", "roots", "documents", "passages", "skipped", "failed", "bytes", "updated"]
    assert (listed["roots"], listed["documents"], listed["skipped"]) == ([str(home.notes)], 1, 2)
    shown = docs("show", "notes", "setup.md").lines
    assert shown[2:] == ["── lines 1–3 · Setup", "# Setup", "", "Unpack the heliotrope."]


def test_an_update_says_what_it_has_done_and_a_dry_run_what_it_would(home: DocsHome) -> None:
    assert docs("update").lines == ["There are no collections yet. Make one: chat docs add FOLDER"]
    home.write(a="one", b="two")
    docs("add", "notes")
    home.write(b="another", c="three")
    (home.notes / "a.md").unlink()
    planned = docs("update", "--dry-run").lines
    assert planned[0] == "notes: 2 files to read (1 new, 12 B) · 0 unchanged · 1 to drop"
    assert planned[1:] == ["  read notes/b.md", "  read notes/c.md", "  drop notes/a.md"]
    assert home.listed()[0]["documents"] == 2
    assert docs("update", "notes").lines == ["notes: 2 read · 1 dropped"]


def test_a_dry_run_names_no_file_that_has_only_just_been_read(home: DocsHome) -> None:
    (home.notes / "a.md").write_text("one")
    docs("add", "notes")
    planned = docs("update", "--dry-run").lines
    compared = "1 to compare, changed just before they were read"
    assert planned == [f"notes: 0 files to read (0 new, 0 B) · {compared} · 0 unchanged"]


def test_a_folder_that_is_added_again_keeps_its_rules_unless_there_are_others(home: DocsHome) -> None:
    home.write(a="one", b="two")
    assert docs("add", "notes", "--include", "a.md").lines[:2] == ["notes: 1 read", "Left out: 1 ignored."]
    assert docs("add", "notes").lines[0] == "notes: 0 read, 1 unchanged"
    assert docs("add", "notes", "--exclude", "a.md").lines[0] == "notes: 1 read · 1 dropped"


def test_problems_are_listed_with_their_reasons_and_hostile_names_are_harmless(home: DocsHome) -> None:
    (home.notes / "a\x1b[2J\nb.lock").write_bytes(b"\x7fELF\0\0\0\0" * 9)
    (home.notes / "id_rsa").write_text("a key")
    docs("add", "notes")
    out = docs("list", "--problems").out
    assert "  skipped notes/id_rsa: a key file\n" in out
    assert "\x1b" not in out
    assert len(out.splitlines()) == 3
    (home.notes / ("long" * 30 + ".pdf")).write_bytes(b"%PDF-1.4 cut")
    assert "1 failed: …onglonglong" in docs("update").out
    table = docs("list", "notes").lines
    assert table[0].split() == ["NAME", "DOCUMENTS", "PASSAGES", "SIZE", "UPDATED", "PROBLEMS"]
    assert table[1].split()[-2:] == ["2", "skipped"]


def test_what_is_removed_leaves_no_trace_and_stays_out(home: DocsHome) -> None:
    home.write(a="The heliotrope.", b="The marigold.")
    docs("add", "notes")
    assert docs("remove", "notes", "notes/a.md", "nothing.md").exit_code == 2
    assert home.listed()[0]["documents"] == 2  # nothing goes unless all is there
    assert docs("remove", "notes", "notes/a.md").lines[0].startswith("Removed 1 document of “notes”.")
    kept = b"".join(path.read_bytes() for path in home.kept.iterdir())
    assert b"heliotrop" not in kept.lower()
    assert b"marigold" in kept
    assert docs("update").lines[0] == "notes: 0 read, 1 unchanged"
    assert docs("add", str(home.notes / "a.md"), "--name", "notes").lines[0] == "notes: 1 read, 1 unchanged"
    assert home.listed()[0]["roots"] == [str(home.notes)]
    assert docs("remove", "notes", "notes").exit_code == 0
    assert home.listed()[0]["roots"] == []
    assert docs("update").lines[1] == "It has no folder: chat docs add FOLDER --name notes gives it one."
    assert docs("remove", "notes").lines == ["Removed the collection “notes”. Your documents are untouched."]
    assert home.listed() == []


def test_while_another_reads_traces_are_told_of_and_removed_the_next_time(
    home: DocsHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbot_cli.retrieval.sqlite.opening.PATIENCE", 0.05)
    home.write(a="The heliotrope.", b="The marigold.")
    docs("add", "notes")
    with closing(sqlite3.connect(home.kept / "notes.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM passages").fetchone()
        home.write(b="The marigold has changed.")
        assert docs("update").lines == ["notes: 1 read, 1 unchanged"]
        done = docs("remove", "notes", "a.md")
        assert done.exit_code == 75
        assert "chat docs remove notes a.md" in done.err
        assert home.listed()[0]["documents"] == 1
    assert docs("remove", "notes", str(home.notes / "a.md")).exit_code == 0
    assert b"heliotrop" not in b"".join(path.read_bytes() for path in home.kept.iterdir())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "missing"), "missing cannot be read: no such file or directory."),
        (("add", "a\0b"), "cannot be read"),
        (("add", "notes", "--include", "["), "“[” is no pattern."),
        (("remove", "notes", ""), "One of the paths is empty."),
        (("show", "notes", " "), "One of the paths is empty."),
        (("add", ""), "One of the paths is empty."),  # as of a variable that is not set
        (("add", ".local/share/chatbot-cli"), "is where chat keeps its own data"),
        (("add", "notes", "--name", "a/b"), "A collection cannot be called “a/b”."),
        (("update", "other"), "There is no collection “other”."),
        (("remove", "notes", "other.md"), "“notes” has no document other.md."),
        (("show", "notes", "notes"), "is 2 documents: notes/a.md, notes/b.md."),
        (("add", "elsewhere/notes"), "There is a collection “notes” already, of "),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(home: DocsHome, arguments: tuple[str, ...], said: str) -> None:
    home.write(a="one", b="two")
    (home.home / "elsewhere/notes").mkdir(parents=True)
    docs("add", "notes")
    done = docs(*arguments)
    assert done.exit_code == 2
    assert said in done.err
    assert len(done.err.splitlines()) == 2


def test_a_wrong_address_of_an_engine_makes_no_collection_here(home: DocsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write(a="one")
    monkeypatch.setenv("CHAT_DOCS_URL", "mysql://ada:hunter2@host/docs")
    for done in (docs("add", "notes"), docs("search", "notes", "one")):
        assert (done.exit_code, "CHAT_DOCS_URL" in done.err, "hunter2" in done.err) == (2, True, False)
    assert not home.kept.exists()


def test_two_do_not_update_at_once(home: DocsHome) -> None:
    home.write(a="one")
    docs("add", "notes")
    with FileShelf(home.kept).writing("notes"):
        done = docs("update")
    assert (done.exit_code, done.out) == (75, "")
    assert "Another process is updating “notes” just now." in done.err


def test_a_damaged_collection_is_named_and_can_be_removed(home: DocsHome) -> None:
    home.write(a="one")
    docs("add", "notes")
    for beside in home.kept.iterdir():
        beside.write_bytes(b"nonsense " * 1_000)
    listed = docs("list")
    assert listed.exit_code == 0
    assert "is damaged. Your documents are untouched." in listed.out
    (home.kept / "a name\nof nobody.db").touch()
    docs("add", "notes", "--name", "others")
    home.write(b="two")
    done = docs("update")
    assert (done.exit_code, done.out) == (1, "others: 1 read, 1 unchanged\n")  # one that is damaged stops no other
    assert "notes.db is damaged." in done.err
    assert docs("remove", "notes").exit_code == 0
    assert [one["name"] for one in home.listed()] == ["others"]


def test_adding_again_makes_what_was_killed_before_it_had_begun(home: DocsHome) -> None:
    home.write(a="one")
    home.kept.mkdir(parents=True)
    (home.kept / "notes.db").touch()
    assert "is empty: it was never finished. chat docs add FOLDER --name notes makes it" in docs("list").out
    assert docs("add", "notes").lines[0] == "notes: 1 read"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs limits of the size of files")
def test_a_full_disk_is_a_sentence(home: DocsHome) -> None:
    import resource  # it is not on every system
    import signal

    home.write(**{f"a{number}": "heliotrope " * 20_000 for number in range(4)})
    docs("add", "notes", "--include", "a0.md")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, before[1]))
        done = docs("add", "notes", "--include", "*.md")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert done.exit_code == 1
    assert "chat docs update goes on." in done.err
    assert docs("update").exit_code == 0
    assert home.listed()[0]["documents"] == 4


def test_if_nothing_can_be_read_the_exit_code_says_so(home: DocsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write(a="one")

    def fail(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr("chatbot_cli.retrieval.reading_files.read_document", fail)
    done = docs("add", "notes")
    assert (done.exit_code, done.lines) == (1, ["notes: 0 read · 1 failed: a.md (its reader fails: ValueError)"])


def test_ctrl_c_says_what_is_kept(home: DocsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write(a="one", b="two")

    def stop(self: object, name: str, files: int, size: int) -> None:
        if files:
            raise KeyboardInterrupt

    monkeypatch.setattr("chatbot_cli.terminal.update_bar.UpdateLines.reading", stop)
    done = docs("add", "notes")
    assert (done.exit_code, done.lines) == (130, ["Stopped. 1 document is kept; chat docs update notes goes on."])


def test_a_file_in_place_of_our_folder_is_a_sentence(home: DocsHome) -> None:
    home.kept.parent.mkdir(parents=True)
    home.kept.write_text("no folder")
    done = docs("add", "notes")
    assert (done.exit_code, done.out) == (1, "")
    assert "cannot be opened" in done.err


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="everything is open to root")
def test_a_read_only_folder_can_be_searched_and_is_a_sentence_for_an_update(home: DocsHome) -> None:
    home.write(a="one")
    docs("add", "notes")
    for path in (*home.kept.iterdir(), home.kept):
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        assert home.listed()[0]["documents"] == 1
        done = docs("update")
        assert done.exit_code == 1
        assert "chat: " in done.err
    finally:
        home.kept.chmod(0o700)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names, pipes or sockets")
def test_in_a_strangers_folder_every_file_is_named_once_and_the_counts_add_up(home: DocsHome) -> None:
    pypdf = pytest.importorskip("pypdf")
    files: dict[bytes, bytes] = {
        b"nul.txt": b"a\0b\0\0c" * 50,
        b"utf16.txt": "heliotrope ü".encode("utf-16"),
        b"cp1252.txt": "Das Heliotrop blüht schön am Straßenrand.\n".encode("cp1252") * 5,
        b"gbk.txt": "持股比例是百分之五，公司章程规定。\n".encode("gbk") * 10,
        b"huge.log": b"line\n" * 4_200_000,
        b"empty.pdf": b"",
        b"new\nline\x1b[2J.md": b"# heliotrope",
        b"half\xff.md": b"heliotrope",
        b"min.js": b"var heliotrope=1;" * 4_000,
        b"yarn.lock": b"{}",
        b"id_rsa": b"a key",
    }
    for name, content in files.items():
        with open(os.fsencode(home.notes) + b"/" + name, "wb") as file:
            file.write(content)
    with zipfile.ZipFile(home.notes / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", "<Types/>")
        bomb.writestr("word/document.xml", b"\0" * 20_000_000)
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(home.notes / "blank.pdf")
    (home.notes / "cut.pdf").write_bytes((home.notes / "blank.pdf").read_bytes()[:200])
    writer.encrypt("a password")
    writer.write(home.notes / "encrypted.pdf")
    (home.notes / "loop").symlink_to(".")
    os.mkfifo(home.notes / "pipe")
    done = docs("add", "notes")
    assert done.exit_code == 0
    assert done.lines[1] == "Left out: 2 links, pipes or devices."
    assert "\x1b" not in done.out
    (listed,) = home.listed()
    assert (listed["documents"], listed["skipped"], listed["failed"]) == (5, 6, 4)
    problems = docs("list", "--problems").lines[1:]
    assert len(problems) == 10
    assert [line.split(":")[0] for line in problems[:4]] == [
        f"  failed notes/{name}" for name in ("bomb.docx", "cut.pdf", "empty.pdf", "encrypted.pdf")
    ]


def test_what_wanted_a_library_is_read_once_it_is_there(home: DocsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.notes / "page.html").write_text("<h1>Heliotrope</h1>")
    with monkeypatch.context() as without:
        without.setattr("chatbot_cli.retrieval.reading_files.read_document", _without_library)
        (home.notes / "other.html").write_text("<h1>Marigold</h1>")
        told = "other.html (beautifulsoup4 is not installed), page.html (beautifulsoup4 is not installed)"
        command = f"{install_command('documents')} gets what PDF, Word and HTML want."
        assert docs("add", "notes").lines == [f"notes: 0 read · 2 failed: {told}", command]
        assert docs("list", "--problems").lines[-1] == f"  {command}"
    assert docs("update").lines == ["notes: 2 read"]


def _without_library(path: Path, content: bytes) -> ReadDocument:
    raise lacking("beautifulsoup4")


def test_a_narrow_terminal_shows_all_that_there_is_to_say_of_a_collection() -> None:
    now = 1_000_000_000.0
    report = CollectionReport("notes", ("/home/ada/notes",), 1_204, 11_862, 12, 3, 41_000_000, now - 300)
    table = listing([report], now, 80)
    assert table[1] == "notes  1,204      11,862    41 MB  5 minutes ago  3 failed, 12 skipped"
    narrow = [
        "notes",
        "  1,204 documents · 11,862 passages",
        "  41 MB · read 5 minutes ago · 3 failed",
        "  12 skipped",
        "  /home/ada/notes",
    ]
    assert listing([report], now, 40) == narrow
    damaged = CollectionReport("old", problem="It is damaged.")
    assert listing([damaged], now, 40) == ["old", "  It is damaged."]
