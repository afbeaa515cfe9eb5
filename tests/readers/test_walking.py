"""A walk finds all documents of a folder, and counts what else is there."""

import os
import socket
import sys
from pathlib import Path

import pytest

from chatbot_cli.readers.ignoring import levels_above
from chatbot_cli.readers.walking import Walk, Wanted


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")


def below(walk: Walk) -> list[str]:
    return [found.below for found in walk.files()]


def test_files_come_in_an_order_that_is_the_same_each_time(tmp_path: Path) -> None:
    make(tmp_path, "b.md", "a/z.md", "a/b/c.md", "c/d.md")
    assert below(Walk(str(tmp_path), Wanted())) == ["b.md", "a/z.md", "a/b/c.md", "c/d.md"]


def test_hidden_files_and_what_programs_write_are_left_out_and_counted(tmp_path: Path) -> None:
    make(tmp_path, ".git/x", ".h/x", ".i", "node_modules/x.js", "venv/pyvenv.cfg", "venv/lib/x.py", "a.md")
    walk = Walk(str(tmp_path), Wanted())
    assert below(walk) == ["a.md"]
    assert (walk.hidden, walk.ignored) == (3, 2)
    every = below(Walk(str(tmp_path), Wanted(heeds_ignore=False, hidden=True)))
    assert every == [".i", "a.md", ".h/x", "node_modules/x.js", "venv/pyvenv.cfg", "venv/lib/x.py"]


def test_include_and_exclude_choose_files(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "b.txt", "drafts/c.md", "wiki/d.txt")
    assert below(Walk(str(tmp_path), Wanted(include=("*.md", "wiki/")))) == ["a.md", "drafts/c.md", "wiki/d.txt"]
    assert below(Walk(str(tmp_path), Wanted(include=("*.md",), exclude=("drafts",)))) == ["a.md"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs links, pipes and sockets")
def test_links_pipes_and_sockets_are_counted_and_never_opened(tmp_path: Path) -> None:
    make(tmp_path, "a/b.md", "elsewhere.md")
    (tmp_path / "a/loop").symlink_to(tmp_path)
    (tmp_path / "a/out.md").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "a/pipe.md")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(tmp_path / "a/socket.md"))
        walk = Walk(str(tmp_path / "a"), Wanted())
        assert below(walk) == ["b.md"]
    assert walk.special == 4
    assert walk.problems == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="everything is open to root")
def test_a_folder_that_is_closed_is_a_problem(tmp_path: Path) -> None:
    make(tmp_path, "a/b.md", "c.md")
    (tmp_path / "a").chmod(0)
    walk = Walk(str(tmp_path), Wanted())
    assert below(walk) == ["c.md"]
    assert walk.problems == [(str(tmp_path / "a"), "a folder, permission denied")]
    (tmp_path / "a").chmod(0o700)


def test_a_root_may_be_a_link_or_a_file(tmp_path: Path) -> None:
    make(tmp_path, "a/b.md")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert below(Walk(str(tmp_path / "link"), Wanted())) == ["b.md"]
    assert below(Walk(str(tmp_path / "a/b.md"), Wanted())) == ["b.md"]


def test_our_own_folders_are_not_walked(tmp_path: Path) -> None:
    make(tmp_path, "a/b.md", "ours/c.md")
    assert below(Walk(str(tmp_path), Wanted(), [tmp_path / "ours"])) == ["a/b.md"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_any_name_is_walked(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/a\n\x1b\xff.md", "wb"):
        pass
    assert below(Walk(str(tmp_path), Wanted())) == ["a\n\x1b\udcff.md"]


def test_a_root_of_which_nothing_can_be_known_is_a_problem_and_no_crash() -> None:
    walk = Walk("/" + "x" * 5_000, Wanted())  # as a folder that is closed to the user, which no test of root's has
    assert below(walk) == []
    assert [path for path, _ in walk.problems] == ["/" + "x" * 5_000]
    assert levels_above(Path("/" + "x" * 5_000)) == ()
