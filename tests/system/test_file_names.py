"""Names of files as they are typed: quotation marks come off, and a folder is no file."""

from pathlib import Path

import pytest

from chatbot_cli.errors import UsageError
from chatbot_cli.system.file_names import file_to_write, unquoted


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ('"q.md"', "q.md"),
        ("'a b.py'", "a b.py"),
        ("“q.md”", "q.md"),
        ("‘q.md’", "q.md"),
        ('  "q.md" ', "q.md"),
        ('"it\'s.md"', "it's.md"),
        ("a b.py", "a b.py"),
        ("it's.md", "it's.md"),
        ('5".md', '5".md'),
        ('"a" and "b".md', '"a" and "b".md'),
        ('""', ""),
        ("", ""),
    ],
)
def test_quotation_marks_around_a_name_are_taken_off(typed: str, name: str) -> None:
    assert unquoted(typed) == name


@pytest.mark.parametrize("typed", ['"q.md', "'q.md", "“q.md", '"'])
def test_a_quotation_mark_that_is_never_closed_is_named(typed: str) -> None:
    with pytest.raises(UsageError, match="never closed"):
        unquoted(typed)


def test_a_folder_is_no_file_whether_it_is_there_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "sub").mkdir()
    for typed, hint in [
        ("sub", "Name a file in it: sub/talk.md"),
        ("sub/", "Name a file in it: sub/talk.md"),
        ("new/", "Name a file in it: new/talk.md"),
        (".", "Name a file in it: ./talk.md"),
        ("~", "Name a file in it: ~/talk.md"),
    ]:
        with pytest.raises(UsageError) as refused:
            file_to_write(typed, "talk.md")
        assert str(refused.value) == f"{typed} cannot be written: it is a folder, not a file."
        assert refused.value.hint == hint
    with pytest.raises(UsageError) as refused:
        file_to_write("no/a.md", "talk.md")
    assert str(refused.value) == "no/a.md cannot be written: there is no folder no."


def test_the_rest_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert file_to_write("~/a b.md", "talk.md") == tmp_path / "a b.md"
    assert file_to_write("/dev/null", "talk.md") == Path("/dev/null")
    assert file_to_write("a\0b", "talk.md") == Path("a\0b")
