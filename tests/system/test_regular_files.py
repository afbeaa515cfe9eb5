"""Only regular files of a sane size are read, and nothing is ever waited for."""

import os
import socket
from pathlib import Path

import pytest

from chatbot_cli.system.regular_files import NotRegular, TooLarge, in_words, open_regular_file, read_regular_file

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has neither pipes nor devices among its files")


def test_a_file_is_read_whole_also_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("file")
    assert read_regular_file(tmp_path / "file", 5) == b"12345"
    assert read_regular_file(tmp_path / "link", 5) == b"12345"
    with open_regular_file(tmp_path / "file") as file:
        assert file.read(2) == b"12"


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("pipe", "it is a pipe, not a file"),
        ("socket", "it is a socket, not a file"),
        ("/dev/zero", "it is a device, not a file"),
        ("/dev/tty", "it is a device, not a file"),
        ("/proc/self/environ", "it is a part of the system, not a file"),
        ("/proc/kmsg", "it is a part of the system, not a file"),
        ("/sys/kernel/notes", "it is a part of the system, not a file"),
    ],
)
def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path, kind: str, reason: str, linked: bool) -> None:
    path = Path(kind) if kind.startswith("/") else tmp_path / kind
    if kind == "pipe":
        os.mkfifo(path)
    if kind == "socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(os.path.relpath(path))  # an absolute path may be too long for a socket
    if not path.exists():
        pytest.skip("this system has none")
    if linked:
        (tmp_path / "link").symlink_to(path)
        path = tmp_path / "link"
    with pytest.raises(NotRegular) as refused:
        read_regular_file(path, 100)
    assert refused.value.strerror == reason


@pytest.mark.parametrize(
    ("size", "most", "reason"),
    [
        (6, 5, "it has 6 bytes, and may have 5 bytes"),
        (20 << 20, 1 << 20, "it has 20 MB, and may have 1 MB"),
        ((1 << 20) + 1, 1 << 20, "it has more than 1 MB, and may have 1 MB"),
        (3_000_000, 256 << 10, "it has 2.9 MB, and may have 256 KB"),
        (10 << 30, 256 << 10, "it has 10 GB, and may have 256 KB"),
    ],
)
def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path, size: int, most: int, reason: str) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.truncate(size)
    with pytest.raises(TooLarge) as refused:
        read_regular_file(tmp_path / "file", most)
    assert refused.value.strerror == reason


def test_a_link_may_be_refused_but_not_the_folder_that_is_one(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "linked").symlink_to("folder")
    (tmp_path / "folder" / "file").write_bytes(b"text")
    (tmp_path / "folder" / "link").symlink_to("file")
    assert read_regular_file(tmp_path / "linked" / "file", 4, follow_links=False) == b"text"
    with pytest.raises(NotRegular, match="it is a link, not a file"):
        read_regular_file(tmp_path / "linked" / "link", 4, follow_links=False)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".", "it is a folder, not a file"),
        ("none", "no such file or directory"),
        ("a\0b", "no file can have that name"),
    ],
)
def test_every_other_failure_is_an_oserror_with_a_reason(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(OSError, match=r"No such|folder|name") as refused:
        read_regular_file(tmp_path / name, 4)
    assert in_words(refused.value) == reason
