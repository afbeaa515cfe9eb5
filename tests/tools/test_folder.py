"""The readers of a folder: what is below it, and nothing else."""

import json
import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from chatbot_cli.chat.rounds import CallOutcome, ToolResult
from chatbot_cli.secrets.finding import find_secrets
from chatbot_cli.tools.builtin.folder import LARGEST_FILE
from chatbot_cli.tools.builtin.searching import MOST_HITS
from chatbot_cli.tools.builtin.source import clock_and_calculator, readers
from chatbot_cli.tools.python.source import Functions

KEY = "sk-proj-" + "Ab3dEf6hIj9lMn2pQr5t" * 2


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "outside.txt").write_text("not for you")
    root = tmp_path / "project"
    (root / "src").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".env").write_text(f"OPENAI_API_KEY={KEY}\n")
    (root / ".git" / "config").write_text("secret")
    (root / "notes.txt").write_text("one\nTwo tins\nthree\n")
    (root / "src" / "shop.py").write_text("def stock():\n    return 'tins'\n")
    (root / "latin.txt").write_bytes("Tür und Größe, über alles schön".encode("latin-1"))
    (root / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\0")
    (root / "large.txt").write_text("x" * (LARGEST_FILE + 1))
    (root / "config.ini").write_text(f"[a]\nkey = {KEY}\nend\n")
    (root / "out").symlink_to(tmp_path)
    (root / "out.txt").symlink_to(tmp_path / "outside.txt")
    (root / "hidden.txt").symlink_to(root / ".env")
    (root / "ring").symlink_to(root / "ring")
    os.mkfifo(root / "pipe")
    return root


async def ask(source: Functions, name: str, arguments: str) -> ToolResult:
    tool = next(tool for tool in source.tools() if tool.label == name)
    return await source.run(tool, arguments, lambda text, share=None: None)


def of(root: Path) -> Functions:
    return readers(root, partial(find_secrets, own={}))


async def test_a_folder_is_listed_without_what_is_hidden_or_leads_out(root: Path) -> None:
    result = await ask(of(root), "folder.list", "{}")
    assert result.text.splitlines() == [
        "config.ini  63 bytes",
        "image.png  12 bytes",
        "large.txt  262,145 bytes",
        "latin.txt  31 bytes",
        "notes.txt  19 bytes",
        "src/",
    ]
    assert (await ask(of(root), "folder.list", '{"path": "src"}')).text == "shop.py  31 bytes"


async def test_a_file_is_read_whole_or_in_part(root: Path) -> None:
    assert (await ask(of(root), "folder.read", '{"path": "notes.txt"}')).text == "one\nTwo tins\nthree\n"
    part = await ask(of(root), "folder.read", '{"path": "src/../notes.txt", "first_line": 2, "lines": 1}')
    assert part.text == "Two tins\n"
    first = await ask(of(root), "folder.read", '{"path": "notes.txt", "first_line": 0, "lines": 1}')
    assert first.text == "one\n"
    assert "Größe" in (await ask(of(root), "folder.read", '{"path": "latin.txt"}')).text
    beyond = await ask(of(root), "folder.read", '{"path": "notes.txt", "first_line": 9}')
    assert beyond.text == "(notes.txt has 3 lines)"
    whole = await ask(of(root), "folder.read", f'{{"path": "{root}/notes.txt"}}')
    assert whole.outcome is CallOutcome.DONE


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("../outside.txt", "outside"),
        ("/etc/passwd", "outside"),
        ("out.txt", "outside"),
        ("out/outside.txt", "outside"),
        (".env", "hidden"),
        (".git/config", "hidden"),
        ("hidden.txt", "hidden"),
        ("src/../.env", "hidden"),
        ("nowhere.txt", "There is no nowhere.txt"),
        ("ring", ""),
        ("src", "no file"),
        ("pipe", "no file"),
        ("image.png", "is a PNG image, and no text"),
        ("large.txt", "262,145 bytes"),
        ("a\0b", "no path"),
        ("~/notes.txt", "There is no"),
    ],
)
async def test_what_is_not_read_is_told_in_a_sentence(root: Path, path: str, words: str) -> None:
    result = await ask(of(root), "folder.read", json.dumps({"path": path}))
    assert result.outcome is CallOutcome.FAILED
    assert words in result.text
    assert "not for you" not in result.text


async def test_who_begins_in_the_root_shows_no_processes() -> None:
    result = await ask(of(Path("/")), "folder.read", '{"path": "proc/self/environ"}')
    assert "outside" in result.text


@pytest.mark.skipif(os.geteuid() == 0 or sys.platform == "win32", reason="who may read everything is refused nothing")
async def test_a_file_that_may_not_be_read_is_told(root: Path) -> None:
    (root / "notes.txt").chmod(0)
    assert "permission denied" in (await ask(of(root), "folder.read", '{"path": "notes.txt"}')).text


async def test_a_key_in_a_file_is_named_and_not_shown_unless_that_is_allowed(root: Path) -> None:
    result = await ask(of(root), "folder.read", '{"path": "config.ini"}')
    assert KEY not in result.text
    assert ", not shown]\nend\n" in result.text
    assert KEY not in (await ask(of(root), "folder.search", '{"text": "key"}')).text
    assert KEY in (await ask(readers(root, None), "folder.read", '{"path": "config.ini"}')).text


async def test_files_are_searched_and_hits_have_their_place(root: Path) -> None:
    assert (await ask(of(root), "folder.search", '{"text": "TINS"}')).text.splitlines() == [
        "notes.txt:2: Two tins",
        "src/shop.py:2: return 'tins'",
    ]
    only = await ask(of(root), "folder.search", '{"text": "tins", "files": "*.py", "path": "src"}')
    assert only.text == "src/shop.py:2: return 'tins'"
    assert (await ask(of(root), "folder.search", '{"text": "not for you"}')).text == "(no line has it)"
    (root / "notes.txt").write_text("tins\n" * 500)
    many = await ask(of(root), "folder.search", '{"text": "tins"}')
    assert len(many.text.splitlines()) == MOST_HITS + 1


async def test_the_time_is_told_for_a_zone_and_an_unknown_zone_is_named() -> None:
    source = clock_and_calculator()
    assert (await ask(source, "time", '{"zone": "Europe/Oslo"}')).text.endswith(("+0100", "+0200"))
    assert (await ask(source, "time", "{}")).outcome is CallOutcome.DONE
    for zone in ("Nowhere", "../etc/passwd", "Europe", ""):
        result = await ask(source, "time", f'{{"zone": "{zone}"}}')
        assert result.outcome is (CallOutcome.FAILED if zone else CallOutcome.DONE)
        assert zone in result.text


def test_what_is_built_in_changes_nothing_and_none_of_it_is_offered_unasked(root: Path) -> None:
    sources = (clock_and_calculator(), of(root))
    assert all(tool.read_only and tool.parallel for source in sources for tool in source.tools())
    assert not any(source.is_named for source in sources)
    assert [[source.vouches_for(tool) for tool in source.tools()] for source in sources] == [[True] * 2, [False] * 3]
    assert [[source.asks_once_about(tool) for tool in source.tools()] for source in sources] == [
        [False] * 2,
        [True] * 3,
    ]
    (reader, *_) = sources[1].tools()
    assert not sources[1].asks_once_about(replace(reader, source="built in, as a server says"))
