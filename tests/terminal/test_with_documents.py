"""The file of a passage is opened where that is, in the editor of the user."""

import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.chat.passages import Passage, Place, Unit
from chatbot_cli.errors import UsageError
from chatbot_cli.terminal.lending import run_on_terminal
from chatbot_cli.terminal.plain_screen import PlainScreen
from chatbot_cli.terminal.with_documents import open_source, words_to_open
from tests.fakes import passage

FILE = "/home/ada/notes/setup.md"
SETUP = replace(passage("Run it twice.", first=12), path=FILE, number=1)


def words(editor: str, one: Passage = SETUP, *, platform: str = "linux", found: str = "") -> list[str]:
    environ = {"EDITOR": editor} if editor else {}
    return words_to_open(one, 12, environ, platform, lambda name: name if name == found else None)


@pytest.mark.parametrize(
    ("editor", "opened"),
    [
        ("vim", ["vim", "+12", FILE]),
        ("'/opt/my tools/nano' -w", ["/opt/my tools/nano", "-w", "+12", FILE]),
        ("code --wait", ["code", "--wait", "--goto", f"{FILE}:12"]),
        ("/usr/bin/hx", ["/usr/bin/hx", f"{FILE}:12"]),
        ("notepad.exe", ["notepad.exe", FILE]),
    ],
)
def test_each_editor_is_told_the_line_in_its_own_way(editor: str, opened: list[str]) -> None:
    assert words(editor) == opened


def test_visual_comes_before_editor_and_a_usual_editor_is_found() -> None:
    assert words_to_open(SETUP, 12, {"VISUAL": "vi", "EDITOR": "nano"}, "linux", lambda _: None)[0] == "vi"
    assert words("", found="vim") == ["vim", "+12", FILE]
    assert words("", platform="win32") == ["notepad", FILE]
    with pytest.raises(UsageError, match="no editor"):
        words("")
    with pytest.raises(UsageError, match="never closed"):
        words("'vi")


def test_no_path_becomes_a_flag_or_a_command() -> None:
    hostile = replace(SETUP, path="/tmp/-c 'rm x'; $(touch y)\n.md")
    assert words("vim", hostile) == ["vim", "+12", hostile.path]


def test_pages_are_shown_by_the_systems_program_and_nothing_else_is_given_to_it() -> None:
    report = Passage("notes", "/home/ada/report.pdf", "notes/report.pdf", Place(14, 14, Unit.PAGE), "Profits.")
    assert words("vim", report, found="xdg-open") == ["xdg-open", report.path]
    assert words("vim", report, platform="darwin", found="open") == ["open", report.path]
    with pytest.raises(UsageError, match="no xdg-open"):
        words("vim", report)
    starter = replace(report, path="/home/ada/evil.desktop")
    assert words("vim", starter) == ["vim", starter.path]


@pytest.mark.parametrize(("path", "why"), [("/home/ada/gone.md", "is not there any more"), ("", "Nobody knows")])
async def test_of_a_file_that_is_gone_the_text_is_shown(path: str, why: str) -> None:
    out = io.StringIO()
    await open_source(replace(SETUP, path=path), 12, PlainScreen(out, out, out))
    assert why in out.getvalue()
    assert "12  Run it twice.\n" in out.getvalue()


async def test_an_editor_runs_to_its_end_and_one_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, out = tmp_path / "a b.md", io.StringIO()
    file.write_text("text")
    assert await run_on_terminal([sys.executable, "-S", "-c", "raise SystemExit(3)"]) == 3
    monkeypatch.setenv("VISUAL", str(tmp_path / "none"))
    with pytest.raises(UsageError, match="cannot be started: No such file"):
        await open_source(replace(SETUP, path=str(file)), 12, PlainScreen(out, out, out))
