"""What is made for the user is closed to everybody else."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot_cli.system.private_files import close_to_others, create_file, is_open_to_others, make_folder, open_file
from chatbot_cli.system.regular_files import NotRegular


@pytest.fixture(autouse=True)
def _nothing_is_withheld() -> Iterator[None]:
    """A umask that lets others in, so that it is not this that keeps them out."""
    usual = os.umask(0)
    yield
    os.umask(usual)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_and_its_folder_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    make_folder(folder)
    make_folder(folder)
    with os.fdopen(create_file(folder / "file"), "w") as file:
        file.write("text")
    assert (mode(folder), mode(folder / "file")) == (0o700, 0o600)
    assert (folder / "file").read_text() == "text"


@pytest.mark.parametrize("target", ["elsewhere", "nothing", "."])
def test_no_link_is_followed(tmp_path: Path, target: str) -> None:
    (tmp_path / "elsewhere").write_text("mine")
    (tmp_path / "file").symlink_to(target)
    with pytest.raises(NotRegular, match="it is a link, not a file"):
        open_file(tmp_path / "file")
    with pytest.raises(FileExistsError):
        create_file(tmp_path / "file")
    assert (tmp_path / "elsewhere").read_text() == "mine"
    assert not (tmp_path / "nothing").exists()


def test_a_folder_that_is_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "folder").symlink_to("disk")
    os.close(open_file(tmp_path / "folder" / "file"))
    assert (tmp_path / "disk" / "file").is_file()


def test_a_folder_above_that_was_missing_is_closed_too(tmp_path: Path) -> None:
    make_folder(tmp_path / ".local" / "share" / "chatbot-cli")
    assert [mode(tmp_path / path) for path in (".local", ".local/share", ".local/share/chatbot-cli")] == [0o700] * 3


def test_nothing_is_created_over_another_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FileExistsError):
        create_file(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_file_is_opened_as_it_is_and_made_where_there_is_none(tmp_path: Path) -> None:
    for _ in range(2):
        with os.fdopen(open_file(tmp_path / "file"), "a+") as file:
            file.write("line\n")
    assert (tmp_path / "file").read_text() == "line\nline\n"
    assert mode(tmp_path / "file") == 0o600


def test_what_was_open_to_others_is_closed(tmp_path: Path) -> None:
    folder, file = tmp_path / "folder", tmp_path / "file"
    folder.mkdir(0o755)
    file.touch(0o644)
    assert is_open_to_others(mode(folder))
    for path in (folder, file):
        close_to_others(path)
    assert (mode(folder), mode(file)) == (0o700, 0o600)
    assert not is_open_to_others(mode(folder))


def test_what_is_closed_already_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch(0o400)
    close_to_others(file)
    assert mode(file) == 0o400
