"""`chat sessions export` and `import`: streams and files."""

import io
import json
import os
import stat
import tracemalloc
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from chatbot_cli.chat.messages import Ending
from chatbot_cli.cli.sessions import session_app
from chatbot_cli.sessions.exporting.formats import export
from tests.cli.sessions_command import HOSTILE, Done, Saved, home_of_its_own, piping, sessions


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Saved:
    return home_of_its_own(tmp_path, monkeypatch)


@pytest.mark.parametrize("form", ["md", "json", "jsonl", "html"])
def test_an_export_goes_to_stdout_or_to_a_file_of_its_owner(saved: Saved, tmp_path: Path, form: str) -> None:
    session = saved.add("Sorting", "How & why?", "So.")
    expected = export(saved.record(session), form).rstrip("\n")
    assert sessions("export", "1", "--format", form).out.rstrip("\n") == expected
    path = tmp_path / f"talk.{form}"
    assert sessions("export", "1", "-o", str(path)) == Done(0, f"Written to {path}.\n", "")
    assert path.read_text("utf-8").rstrip("\n") == expected
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_format_that_is_said_counts_more_than_the_files_ending(saved: Saved, tmp_path: Path) -> None:
    saved.add("Sorting", "How?", "So.")
    sessions("export", "1", "-f", "JSON", "-o", "talk.md")
    assert json.loads((tmp_path / "talk.md").read_text())["title"] == "Sorting"
    sessions("export", "1", "-f", "md", "-o", "talk.txt")
    assert (tmp_path / "talk.txt").read_text() == sessions("export", "1").out
    sessions("export", "1", "-o", "talk")
    assert (tmp_path / "talk").read_text() == sessions("export", "1").out


@pytest.mark.parametrize("name", ["talk.pdf", "talk.txt", "talk.docx", "v1.2"])
def test_a_file_whose_ending_is_no_format_is_refused(saved: Saved, tmp_path: Path, name: str) -> None:
    saved.add("Sorting", "How?", "So.")
    done = sessions("export", "1", "-o", name)
    assert (done.exit_code, done.out) == (2, "")
    assert f"There is no export format {name.rpartition('.')[2]}." in done.err
    assert "--format" in done.err
    assert not (tmp_path / name).exists()


def test_a_format_that_is_none_is_a_usage_error(saved: Saved) -> None:
    saved.add("Sorting", "How?", "So.")
    done = sessions("export", "1", "--format", "pdf")
    assert (done.exit_code, done.out) == (2, "")
    assert "Choose one: md, json, jsonl, html." in done.err


def test_a_file_is_overwritten_only_if_that_is_said(saved: Saved, tmp_path: Path) -> None:
    saved.add("Sorting", "How?", "So.")
    path = tmp_path / "talk.md"
    path.write_text("mine")
    path.chmod(0o640)
    done = sessions("export", "1", "-o", "talk.md")
    assert (done.exit_code, done.out, path.read_text()) == (2, "", "mine")
    assert "--force" in done.err
    assert sessions("export", "1", "-o", "talk.md", "--force").exit_code == 0
    assert "So." in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path).count("talk.md") == 1
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".chat-")]


def test_a_file_that_cannot_be_written_is_told(saved: Saved, tmp_path: Path) -> None:
    saved.add("Sorting", "How?", "So.")
    for arguments in (("-o", "no/folder.md"), ("-o", "no/folder.md", "--force"), ("-o", str(tmp_path), "--force")):
        done = sessions("export", "1", *arguments)
        assert (done.exit_code, done.out) == (2, "")
        assert "cannot be written" in done.err


def test_a_pipe_gets_utf_8_whatever_the_locale_and_nothing_that_acts_on_a_terminal(
    saved: Saved, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Grüße\t\x1b[1m 排\x7f"
    saved.add("Sorting", "How?", text)
    pipe = io.BytesIO()
    with redirect_stdout(io.TextIOWrapper(pipe, "latin-1", write_through=True)) as out, pytest.raises(SystemExit):
        session_app(["export", "1", "--format", "md"], prog_name="chat sessions")
    out.flush()
    assert capsys.readouterr().err == "2 control characters were left out; --raw keeps them.\n"
    assert "Grüße\t[1m 排\n" in pipe.getvalue().decode("utf-8")


ESCAPES = "ls\t\x1b]0;mine\x07\x1b[2J \u202e// \U000e0041\r\nß 👩\u200d👧"
SHOWN = "ls\t␛]0;mine␇␛[2J ‹RLO›// ‹tag 41›\r\nß 👩\u200d👧"


def test_a_file_gets_symbols_for_control_characters_and_a_line_counts_them(saved: Saved, tmp_path: Path) -> None:
    saved.add("Sorting", "Why \x1b[1m?", ESCAPES)
    done = sessions("export", "1", "-o", "talk.md")
    assert done.out == "Written to talk.md. 6 control characters were replaced; --raw keeps them.\n"
    written = (tmp_path / "talk.md").read_bytes().decode()
    assert (SHOWN in written, "Why ␛[1m?" in written) == (True, True)
    assert sessions("export", "1", "-o", "raw.md", "--raw") == Done(0, "Written to raw.md.\n", "")
    raw = (tmp_path / "raw.md").read_bytes().decode()
    assert (ESCAPES in raw, "Why \x1b[1m?" in raw) == (True, True)


def test_a_terminal_gets_symbols_too_and_codes_only_on_request(saved: Saved) -> None:
    saved.add("Sorting", "Why?", ESCAPES)
    done = sessions("export", "1", terminal=True)
    assert SHOWN.replace("\r\n", "\n") in done.out
    assert done.err == "5 control characters were replaced; --raw keeps them.\n"
    done = sessions("export", "1", "--raw", terminal=True)
    assert ESCAPES in done.out
    assert done.err == ""


@pytest.mark.parametrize("form", ["json", "jsonl"])
@pytest.mark.parametrize("raw", [[], ["--raw"]])
def test_json_loses_nothing_and_has_no_control_character(
    saved: Saved, tmp_path: Path, form: str, raw: list[str]
) -> None:
    saved.add("Sorting", "Why?\x7f", ESCAPES)
    assert sessions("export", "1", "-o", f"talk.{form}", *raw) == Done(0, f"Written to talk.{form}.\n", "")
    written = (tmp_path / f"talk.{form}").read_text()
    assert all(character == "\n" or " " <= character <= "~" for character in written)
    assert sessions("import", f"talk.{form}").exit_code == 0
    assert [said.content for said in saved.record(2).thread] == ["Why?\x7f", ESCAPES]


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_stdout_has_names_too(saved: Saved, name: str) -> None:
    saved.add("Sorting", "How?", "So.")
    assert sessions("export", "1", "-o", name) == sessions("export", "1")


def test_an_export_is_imported_as_it_was(saved: Saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved.add(HOSTILE, HOSTILE, f"{HOSTILE}\r\n", "Again\u2028?", "So", ending=Ending.STOPPED)
    text = sessions("export", "1", "-f", "json").out
    (tmp_path / "talk.json").write_text(text)
    done = sessions("import", "talk.json")
    assert (done.exit_code, done.err) == (0, "")
    assert done.lines[0] == "Imported 1 conversation."
    assert done.lines[1].startswith("2  ")
    assert piping(text.encode(), monkeypatch, "import", "-").lines[0] == "Imported 1 conversation."
    original = saved.record(1)
    for session in (2, 3):
        copy = saved.record(session)
        assert copy.title == original.title
        assert [said.content for said in copy.thread] == [said.content for said in original.thread]
        assert [said.reply for said in copy.thread] == [said.reply for said in original.thread]


def test_a_file_from_elsewhere_does_not_say_where_a_key_is_sent(saved: Saved, tmp_path: Path) -> None:
    saved.add("Tea", "q", "a")
    exported = json.loads(sessions("export", "1", "-f", "json").out)
    exported["setup"]["base_url"] = "https://thief.example/v1"
    (tmp_path / "talk.json").write_text(json.dumps(exported))
    assert sessions("import", "talk.json").exit_code == 0
    assert saved.record(2).setup["base_url"] == ""
    assert "thief" not in sessions("export", "2", "-f", "json").out


def test_nothing_is_imported_if_one_file_is_wrong(saved: Saved, tmp_path: Path) -> None:
    saved.add("Tea", "q", "a")
    sessions("export", "1", "-o", "good.json")
    (tmp_path / "bad.json").write_text("{")
    for wrong in ("bad.json", "missing.json", str(tmp_path)):
        done = sessions("import", "good.json", wrong)
        assert done.exit_code in (1, 2)
        assert done.out == ""
        assert done.err.startswith(f"chat: {wrong}")
    assert saved.titles == ["Tea"]


def test_a_wrong_file_alone_makes_nothing_on_the_disk(saved: Saved, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    assert sessions("import", "bad.json").exit_code == 1
    assert not saved.folder.exists()


def test_an_import_tells_what_it_left_out(saved: Saved, tmp_path: Path) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}
    question = [{"type": "text", "text": "What is this?"}, picture, picture]
    messages = [{"role": "user", "content": question}, {"role": "assistant", "content": "A cat."}]
    (tmp_path / "cats.json").write_text(json.dumps({"messages": messages}))
    done = sessions("import", "cats.json")
    assert (done.exit_code, done.lines[0]) == (0, "Imported 1 conversation. Left out: 2 images.")
    done = sessions("import", "cats.json", "--json")
    assert (len(json.loads(done.out)), done.err) == (1, "Left out: 2 images.\n")


def test_many_conversations_are_all_imported_or_none(saved: Saved, tmp_path: Path) -> None:
    saved.add("Tea", "q", "a")
    messages = [{"role": "user", "content": "Why? " * 1000}, {"role": "assistant", "content": "So."}]
    good = json.dumps({"title": "Bread", "messages": messages})
    many = ", ".join([good] * 300)
    for end, why in [
        ("{", f"line 1, column {len(many) + 5} is not JSON"),
        ('{"messages": [{"role": "user"}]}]', "in conversation 301, message 1 has no content"),
        ("5]", "in conversation 301, there are no messages"),
        (good, f"line 1, column {len(many) + 4 + len(good)} is not JSON"),
    ]:
        (tmp_path / "many.json").write_text(f"[{many}, {end}")
        done = sessions("import", "many.json")
        assert done.exit_code == 1
        assert f"many.json: The file cannot be imported: {why}." in done.err
        assert saved.titles == ["Tea"]
    (tmp_path / "many.json").write_text(f"[{many}]")
    assert sessions("import", "many.json").lines[0] == "Imported 300 conversations."
    assert saved.titles == ["Bread"] * 300 + ["Tea"]


def test_an_import_holds_one_conversation_in_memory(saved: Saved, tmp_path: Path) -> None:
    messages = [{"role": "user", "content": "Why? " * 10_000}, {"role": "assistant", "content": "So."}]
    line = json.dumps({"messages": messages})
    (tmp_path / "many.jsonl").write_text(f"{line}\n" * 250)  # 12 MB
    tracemalloc.start()
    try:
        assert sessions("import", "many.jsonl").lines[0] == "Imported 250 conversations."
        assert tracemalloc.get_traced_memory()[1] < 6 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("pipe", "it is a pipe, not a file."),
        ("link to it", "it is a pipe, not a file."),
        ("folder", "it is a folder, not a file."),
        ("/dev/zero", "it is a device, not a file."),
        ("/proc/self/environ", "it is a part of the system, not a file."),
        ("huge", "it has 10 GB, and may have 4 GB."),
        ("missing", "no such file or directory."),
    ],
)
def test_only_files_are_imported_and_all_else_is_told_at_once(
    saved: Saved, tmp_path: Path, name: str, sentence: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link to it").symlink_to("pipe")
    (tmp_path / "folder").mkdir()
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(10 << 30)
    (tmp_path / "good.json").write_text('[{"role": "user", "content": "Hi"}]')
    done = sessions("import", "good.json", name)
    assert (done.exit_code, done.out) == (2, "")
    assert f"chat: {name} cannot be read: {sentence}" in done.err
    assert ("chat sessions import -" in done.err) == (name not in ("folder", "huge", "missing"))
    assert not saved.folder.exists()


@pytest.mark.parametrize("name", ["-", "/dev/stdin", "/dev/fd/0"])
def test_a_pipe_is_imported_through_stdin(saved: Saved, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    done = piping(b'[{"role": "user", "content": "Hi"}]', monkeypatch, "import", name)
    assert done.lines == ["Imported 1 conversation.", "1  Hi"]
    assert "stdin: The file cannot be imported: it is empty." in piping(b"", monkeypatch, "import", name).err


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04\x14\0conversations.json", "it is a ZIP archive."),
        (b"\x89PNG\r\n\x1a\n\xff", "it is a PNG image."),
        ('{"a": "caf\u00e9"}'.encode("latin-1"), "it is not text in UTF-8."),
    ],
)
def test_a_file_that_is_no_text_is_named(saved: Saved, tmp_path: Path, data: bytes, sentence: str) -> None:
    (tmp_path / "export").write_bytes(data)
    done = sessions("import", "export")
    assert done.exit_code == 1
    assert f"export: The file cannot be imported: {sentence}" in done.err
    assert ("Unpack it first" in done.err) == data.startswith(b"PK")


def test_json_in_utf_16_is_imported(saved: Saved, tmp_path: Path) -> None:
    messages = [{"role": "user", "content": "Café?"}, {"role": "assistant", "content": "Oui."}]
    (tmp_path / "cats.json").write_bytes(json.dumps(messages, ensure_ascii=False).encode("utf-16"))
    assert sessions("import", "cats.json").lines == ["Imported 1 conversation.", "1  Café?"]
