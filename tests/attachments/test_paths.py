"""What a text names with an @, what Tab offers, and what a terminal pastes for a dragged file."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.attachments.mentions import mentions_in
from chatbot_cli.attachments.paths import MOST_OFFERED, Paths
from chatbot_cli.errors import UsageError

HERE = (
    "notes.txt",
    "my file.pdf",
    "a b.png",
    "Ada's.txt",
    ".secret",
    "docs/one.md",
    "docs/two.md",
    'say "so".md',
    "図.png",
)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    for name in HERE:
        file = tmp_path / "here" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    (tmp_path / "home/pictures").mkdir(parents=True)
    (tmp_path / "home/pictures/plan.png").write_text("x")
    return Paths(tmp_path / "here", tmp_path / "home")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("What is in @notes.txt?", ["notes.txt"]),
        ("@notes.txt, and (@docs/one.md)!", ["notes.txt", "docs/one.md"]),
        ('Compare @"a b.png" with @"my file.pdf".', ["a b.png", "my file.pdf"]),
        ("@'say \"so\".md' and @my\\ file.pdf", ['say "so".md', "my file.pdf"]),
        ("@Ada's.txt, @notes.txt's end", ["Ada's.txt", "notes.txt"]),
        ("@./notes.txt @~/pictures/plan.png", ["./notes.txt", "~/pictures/plan.png"]),
        ("@notes.txt @notes.txt", ["notes.txt"]),
        ("all of @docs/.", ["docs/"]),
        ("请看@notes.txt。谢谢 @図.png、", ["notes.txt", "図.png"]),
    ],
)
def test_what_is_there_is_named(paths: Paths, text: str, named: list[str]) -> None:
    assert paths.named_in(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.com",
        "ada@notes.txt",
        "ada.b@notes.txt and x/@notes.txt",
        "@property\ndef f(): ...",
        "@missing.txt",
        "@notes.txt.bak",
        "\\@notes.txt",
        "`@notes.txt`",
        "@docs",  # a folder is meant if it has its slash
        "@/ and @\x00 and @",
        '@"',
        "user@notes.txt:22",
    ],
)
def test_all_else_stays_text(paths: Paths, text: str) -> None:
    assert paths.named_in(text) == []
    assert paths.literal(text) == text


def test_what_would_name_a_file_can_be_made_text(paths: Paths) -> None:
    text = 'Read @notes.txt, @"a b.png" and @missing.'
    assert paths.literal(text) == 'Read \\@notes.txt, \\@"a b.png" and @missing.'
    assert paths.named_in(paths.literal(text)) == []
    assert paths.literal(text, but=("notes.txt",)) == 'Read @notes.txt, \\@"a b.png" and @missing.'


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.sampled_from("@\\ \"'`.,a~/\n。é"), max_size=40))
def test_no_text_is_too_strange(text: str) -> None:
    for mention in mentions_in(text):
        assert text[mention.begin] == "@"
        assert all(mention.paths)
    paths = Paths(Path("/nowhere"), Path("/nowhere"))
    assert paths.literal(text) == text
    paths.mention_of(text)


def test_a_megabyte_of_signs_is_looked_at_quickly(paths: Paths) -> None:
    assert paths.named_in("@a" * 500_000) == []
    assert paths.named_in("@.,. " * 100_000) == []
    assert paths.mention_of("/" * 1_000_000) == ""


@pytest.mark.parametrize(
    ("begun", "offered"),
    [
        ("no", ["notes.txt"]),
        ("NO", ["notes.txt"]),
        ("my", ['"my file.pdf"']),
        ('"my f', ['"my file.pdf"']),
        ("'a", ["'a b.png'"]),
        ("my\\ f", ['"my file.pdf"']),
        ("do", ["docs/"]),
        ("docs/", ["docs/one.md", "docs/two.md"]),
        ('"docs/t', ['"docs/two.md"']),
        (".s", [".secret"]),
        ("~", ["~/"]),
        ("~/pic", ["~/pictures/"]),
        ("~/pictures/", ["~/pictures/plan.png"]),
        ("sa", ["'say \"so\".md'"]),
        ("missing", []),
        ("docs/one.md/x", []),
    ],
)
def test_only_what_is_there_is_offered(paths: Paths, begun: str, offered: list[str]) -> None:
    assert paths.completions(begun) == offered


def test_a_folder_is_offered_without_what_hides_in_it_or_cannot_be_typed(paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "here/two\nlines.txt").write_text("x")
    (tmp_path / "here/\x1b[31m.txt").write_text("x")
    os.mkfifo(tmp_path / "here/pipe")
    (tmp_path / "here/loop").symlink_to(tmp_path / "here/loop")
    (tmp_path / "here/my things").mkdir()
    assert paths.completions("") == [
        '"a b.png"',
        '"Ada\'s.txt"',
        "docs/",
        '"my file.pdf"',
        '"my things/',
        "notes.txt",
        "'say \"so\".md'",
        "図.png",
    ]
    assert paths.named_in("@pipe") == []


def test_of_a_large_folder_the_first_are_offered_and_new_files_are_seen(paths: Paths, tmp_path: Path) -> None:
    large = tmp_path / "here/large"
    large.mkdir()
    for number in range(300):
        (large / f"{number:04}.txt").touch()
    assert len(paths.completions("large/")) == MOST_OFFERED
    assert paths.completions("large/029")[-1] == "large/0299.txt"
    (large / "0299a.txt").touch()
    os.utime(large, ns=(1, 1))  # a clock may be too coarse to show that it was changed
    assert paths.completions("large/0299") == ["large/0299.txt", "large/0299a.txt"]


def test_a_dragged_path_becomes_a_mention(paths: Paths, tmp_path: Path) -> None:
    here, plan = tmp_path / "here", tmp_path / "home/pictures/plan.png"
    assert paths.mention_of(f"{here}/notes.txt") == "@notes.txt"
    assert paths.mention_of(f"'{here}/my file.pdf' ") == '@"my file.pdf"'
    assert paths.mention_of(f"{here}/my\\ file.pdf ") == '@"my file.pdf"'
    assert paths.mention_of(f"{here}/my file.pdf") == '@"my file.pdf"'
    assert paths.mention_of(f"file://{here}/my%20file.pdf\r\n") == '@"my file.pdf"'
    assert paths.mention_of(str(plan)) == "@~/pictures/plan.png"
    assert paths.mention_of(f"{here}/docs") == "@docs/"
    assert paths.mention_of(f"'{here}/a b.png' '{plan}'") == '@"a b.png" @~/pictures/plan.png'
    assert paths.mention_of(f"{here}/Ada\\'s.txt") == '@"Ada\'s.txt"'


def test_a_text_that_only_looks_like_one_stays_text(paths: Paths, tmp_path: Path) -> None:
    here = tmp_path / "here"
    for paste in (
        "notes.txt",
        "/missing",
        "/",
        "~",
        f"{here}/notes.txt is the file",
        f"see {here}/notes.txt",
        f"{here}/notes.txt\n{here}/missing",
        "'/unclosed",
        "/* a comment */",
        "file://[",
        "",
    ):
        assert paths.mention_of(paste) == "", paste


def test_paths_are_typed_with_quotes_and_without(paths: Paths) -> None:
    assert paths.paths_in("my file.pdf") == ["my file.pdf"]
    assert paths.paths_in("notes.txt 'a b.png' my\\ file.pdf") == ["notes.txt", "a b.png", "my file.pdf"]
    assert paths.paths_in("Ada's.txt") == ["Ada's.txt"]
    assert paths.paths_in(r'"C:\my files\a.png" D:\b.png') == [r"C:\my files\a.png", r"D:\b.png"]
    with pytest.raises(UsageError, match="never closed"):
        paths.paths_in("'notes.txt")
