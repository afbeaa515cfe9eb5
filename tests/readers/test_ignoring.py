"""What is ignored is what Git ignores."""

import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chatbot_cli.readers.ignoring import Levels, Patterns, is_ignored, levels_in
from chatbot_cli.readers.walking import Walk, Wanted

TREES = int(os.environ.get("CHAT_TEST_TREES", "40"))  # 500 and more where there is time
NAMES = st.sampled_from(["a", "b", "ab", "x.d", "foo", "a b", ".h", "c.txt", "[q]", "#z", "!w"])
PARTS = st.sampled_from(
    [
        "a",
        "b",
        "*",
        "**",
        "a*",
        "*.txt",
        "x.d",
        "?",
        "[ab]",
        "[!a]",
        "foo",
        "*.d",
        "\\#z",
        "\\!w",
        "a b",
        ".h",
        "[q]",
        "[[]q]",
        "[b-d]",
        "[a-z]*",
        "a\\*",
        "a**",
        "**b",
        "*b*",
        "x.d**",
    ]
)
PATHS = st.lists(st.lists(NAMES, min_size=1, max_size=4).map("/".join), min_size=1, max_size=12)
LINES = st.builds(
    lambda negated, top, parts, end: negated + top + "/".join(parts) + end,
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/"]),
    st.lists(PARTS, min_size=1, max_size=3),
    st.sampled_from(["", "", "/", " "]),
)
IGNORE_FILES = st.dictionaries(
    st.lists(NAMES, max_size=2).map("/".join), st.lists(LINES, max_size=4).map("\n".join), max_size=3
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", folder], check=True)
    return folder


NUMBERS = count()


@settings(max_examples=TREES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=TREES == 40)
@example(["ab/a/a", "aa", "b/a"], {"": "a\na\n!a**/a"})
@example(["x/bc/d", "x/b", "x/c"], {"": "x/b**\n!x/bc/"})
@example(["x/bc/d", "x/b/d/e", "x/b/a"], {"": "/x/b**/d*/\nx/b**/*/a"})
@given(PATHS, IGNORE_FILES)
@example(["a/b/c"], {"": "a/b\n!a/b/"})  # a pattern of a folder is none of the files in it
def test_what_is_ignored_is_what_git_ignores(repository: Path, paths: list[str], ignoring: dict[str, str]) -> None:
    root = repository / str(next(NUMBERS))
    root.mkdir()
    files = set(written(root, paths, ignoring))
    asked = subprocess.run(
        ["git", "-C", root, "check-ignore", "-z", "--stdin", "--no-index"],
        input="\0".join(files).encode(),
        capture_output=True,
        check=False,
    )
    ignored = set(filter(None, asked.stdout.decode().split("\0")))
    assert set(not_ignored(root)) == files - ignored


def written(root: Path, paths: list[str], ignoring: dict[str, str]) -> Iterator[str]:
    for path in paths:
        try:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text("x")
        except OSError:  # a folder where there is a file
            continue
        yield path
    for folder, lines in ignoring.items():
        if (root / folder).is_dir():
            (root / folder / ".gitignore").write_text(lines)
            yield f"{folder}/.gitignore".lstrip("/")


def not_ignored(root: Path, below: str = "", levels: Levels = ()) -> Iterator[str]:
    names = sorted(os.listdir(root / below))
    levels += levels_in(root / below, below, names)
    for name in names:
        path = root / below / name
        if is_ignored(levels, below + name, is_folder=path.is_dir()):
            continue
        if path.is_dir():
            yield from not_ignored(root, f"{below}{name}/", levels)
        else:
            yield below + name


def test_lines_that_are_no_patterns_ignore_nothing_and_warn_of_nothing() -> None:
    with warnings.catch_warnings(action="error"):
        patterns = Patterns(["", "#a", "/", "!", "[b-a]", "[[]", "a" + "*b" * 40, "\\"])
    assert patterns.judge("a" + "b" * 200, is_folder=False) is None


def test_the_patterns_of_a_repository_hold_in_its_folders(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("docs/build/\n*.log\n")
    for name in ("build/a.md", "b.md", "c.log"):
        (tmp_path / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / name).write_text("x")
    walk = Walk(str(tmp_path / "docs"), Wanted())
    assert [found.below for found in walk.files()] == ["b.md"]
    assert walk.ignored == 2


def test_a_chatignore_says_it_better_than_a_gitignore(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.log\n*.txt\n")
    (tmp_path / ".ignore").write_text("!b.log\n")
    (tmp_path / ".chatignore").write_text("!a.log\n!b.log\n*.md\n")
    for name in ("a.log", "b.log", "c.txt", "d.md", "e.rst"):
        (tmp_path / name).write_text("x")
    assert [found.below for found in Walk(str(tmp_path), Wanted()).files()] == ["a.log", "b.log", "e.rst"]
    every = Walk(str(tmp_path), Wanted(heeds_ignore=False)).files()
    assert [found.below for found in every] == ["a.log", "b.log", "c.txt", "d.md", "e.rst"]


def test_a_pattern_that_would_compare_a_name_for_ever_is_none() -> None:
    assert not Patterns(["*a" * 4 + "b", "**/a/" * 4 + "b"])  # with a few more, one name takes years
    assert Patterns(["*a*b*", "a/**/b/**/c/**"]).judge("a/b/x/c/y", is_folder=False)
