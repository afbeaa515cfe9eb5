"""`chat sessions rm` and `prune`: who is asked, what goes, what stays."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.cli.sessions_command import Done, Saved, Terminal, answering, home_of_its_own, piping, sessions
from tests.terminal_session import TerminalSession


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Saved:
    return home_of_its_own(tmp_path, monkeypatch)


def test_conversations_are_removed_after_a_yes(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, title in enumerate(("Tea", "Coffee", "Water"), start=1):
        saved.add(title, "q", "a", days=number)
    done = answering("y\n", monkeypatch, "rm", "tea", "2", "#1")
    assert (done.exit_code, done.err) == (0, "")
    assert done.lines[:3] == ["2 conversations to remove:", "  1  Tea", "  2  Coffee"]
    assert done.out.endswith("Remove for good? [y/N] Removed 2 conversations.\n")
    assert saved.titles == ["Water"]


@pytest.mark.parametrize("answer", ["n\n", "\n", "", "yesterday\n"])
@pytest.mark.parametrize("command", [("rm", "1"), ("prune", "--older-than", "0d")])
def test_nothing_is_removed_without_a_yes(
    saved: Saved, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], answer: str
) -> None:
    saved.add("Tea", "q", "a")
    done = answering(answer, monkeypatch, *command)
    assert (done.exit_code, done.err) == (1, "chat: Nothing was removed.\n")
    assert saved.titles == ["Tea"]


@pytest.mark.parametrize("command", [("rm", "1"), ("prune", "--older-than", "0d")])
def test_without_a_terminal_only_a_flag_is_a_yes(
    saved: Saved, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    saved.add("Tea", "q", "a")
    for done in (
        piping(b"y\n", monkeypatch, *command),
        sessions(*command, terminal=True),  # stdin is none
    ):
        assert (done.exit_code, done.out) == (2, "")
        assert "--yes" in done.err
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert sessions(*command).exit_code == 2  # stdout is none
    assert saved.titles == ["Tea"]
    done = sessions(*command, "--yes")
    assert (done.exit_code, done.lines[-1], done.err) == (0, "Removed 1 conversation.", "")
    assert saved.titles == []


@pytest.mark.parametrize("command", [("rm", "1", "2", "--yes"), ("prune", "--older-than", "0d", "--yes")])
def test_what_is_open_in_another_terminal_stays(saved: Saved, command: tuple[str, ...]) -> None:
    saved.add("Tea", "q", "a")
    saved.add("Coffee", "q", "a")
    with saved.open_elsewhere(1):
        done = sessions(*command)
    assert (done.exit_code, done.lines[-1]) == (1, "Removed 1 conversation.")
    assert done.err.startswith("chat: “Tea” is open in another terminal, so not removed.\n")
    assert saved.titles == ["Tea"]
    assert sessions("rm", "1", "--yes").exit_code == 0
    assert saved.titles == []


def test_if_one_is_not_there_none_is_removed(saved: Saved) -> None:
    saved.add("Tea", "q", "a")
    assert sessions("rm", "1", "Coffee", "--yes").exit_code == 2
    assert saved.titles == ["Tea"]


def test_only_old_ones_are_pruned(saved: Saved) -> None:
    saved.add("Tea", "q", "a", days=89.9)
    saved.add("Coffee", "q", "a", days=90.1)
    saved.add("Water", "q", "a", days=900)
    dry = sessions("prune", "--older-than", "90d", "--dry-run")
    assert (dry.exit_code, dry.lines[0], dry.err) == (0, "2 conversations to remove:", "")
    assert sorted(dry.lines[1:]) == ["  2  Coffee", "  3  Water"]
    assert len(saved.titles) == 3
    assert sessions("prune", "--older-than", "90d", "--yes").lines == [*dry.lines, "Removed 2 conversations."]
    assert saved.titles == ["Tea"]


def test_at_most_ten_are_named_before_they_are_pruned(saved: Saved) -> None:
    for number in range(13):
        saved.add(f"Tea {number}", "q", "a")
    lines = sessions("prune", "--older-than", "1h", "--dry-run").lines
    assert (lines[0], len(lines), lines[-1]) == ("13 conversations to remove:", 12, "  … and 3 more")


@pytest.mark.parametrize(
    ("age", "days"), [("47h", 47 / 24), ("2d", 2), ("1w", 7), ("3m", 90), ("1y", 365), ("2 D", 2), ("999999y", 1e9)]
)
def test_an_age_has_a_unit(saved: Saved, age: str, days: float) -> None:
    saved.add("Younger", "q", "a", days=min(days, 10_000) - 0.01)
    done = sessions("prune", "--older-than", age, "--dry-run")
    assert done == Done(0, f"No conversation is older than {age}.\n", "")
    if days < 1e9:
        saved.add("Older", "q", "a", days=days + 0.01)
        assert sessions("prune", "--older-than", age, "--dry-run").lines[1:] == ["  2  Older"]


@pytest.mark.parametrize("age", ["90", "d", "", "-3d", "1.5d", "90days", "٣d", "9999999d", "soon", "1d\n2d"])
def test_an_age_that_is_none_is_a_usage_error_with_an_example(saved: Saved, age: str) -> None:
    saved.add("Tea", "q", "a")
    done = sessions("prune", f"--older-than={age}", "--yes")
    assert (done.exit_code, done.out) == (2, "")
    assert "90d" in done.err
    assert saved.titles == ["Tea"]


def test_a_person_at_a_terminal_is_asked(saved: Saved, tmp_path: Path) -> None:
    saved.add("Tea", "q", "a")
    environ = {"HOME": str(tmp_path), "PATH": os.defpath, "TERM": "xterm-256color"}
    command = [str(Path(sys.executable).with_name("chat")), "sessions"]
    with TerminalSession([*command, "rm", "tea"], environ, cwd=tmp_path) as terminal:
        terminal.wait_for("Remove for good? [y/N]")
        terminal.send("y\r")
        terminal.wait_for("Removed 1 conversation.")
        assert terminal.wait_for_exit() == 0
    assert saved.titles == []


@pytest.mark.parametrize(
    ("command", "titles", "left"),
    [
        (("rm", "tea", "--yes"), ["Tea"], ["Coffee"]),
        (("prune", "--older-than", "0d", "--dry-run"), ["Tea", "Coffee"], ["Tea", "Coffee"]),
        (("prune", "--older-than", "0d", "--yes"), ["Tea", "Coffee"], []),
        (("prune", "--older-than", "9y"), [], ["Tea", "Coffee"]),
        (("rename", "tea", "Mate"), ["Mate"], ["Mate", "Coffee"]),
    ],
)
def test_what_was_done_can_be_read_by_a_program(
    saved: Saved, command: tuple[str, ...], titles: list[str], left: list[str]
) -> None:
    saved.add("Tea", "q", "a", days=1)
    saved.add("Coffee", "q", "a", days=2)
    done = sessions(*command, "--json")
    assert (done.exit_code, done.err) == (0, "")
    assert [one["title"] for one in json.loads(done.out)] == titles
    assert saved.titles == left
