"""A file is written whole: it holds the new content or the old, keeps what it was, and leaves nothing beside it."""

import errno
import os
import resource
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chatbot_cli.errors import UsageError
from chatbot_cli.system.whole_files import write_whole

NEW, OLD = b"new\n" * 5000, b"old\n" * 500
not_root = pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")


def write(target: Path, content: bytes = NEW, *, overwrite: bool = True) -> None:
    write_whole(str(target), target, content, overwrite=overwrite)


def refusal(target: Path, content: bytes = NEW, *, overwrite: bool = True) -> str:
    with pytest.raises(UsageError) as refused:
        write(target, content, overwrite=overwrite)
    return str(refused.value)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    usual = os.umask(mask)
    yield
    os.umask(usual)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file can become larger than this, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(("mask", "made"), [(0, 0o600), (0o022, 0o600), (0o077, 0o600), (0o277, 0o400)])
def test_a_new_file_is_its_owners_alone(tmp_path: Path, mask: int, made: int) -> None:
    with umask(mask):
        write(tmp_path / "file", overwrite=False)
    assert mode(tmp_path / "file") == made
    assert (tmp_path / "file").read_bytes() == NEW
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("kept", [0o600, 0o644, 0o664, 0o755, 0o200, 0o4711])
def test_a_file_that_is_overwritten_keeps_its_mode(tmp_path: Path, kept: int) -> None:
    file = tmp_path / "file"
    file.write_bytes(OLD)
    file.chmod(kept)
    with umask(0o077):
        write(file)
    assert mode(file) == kept
    file.chmod(0o600)
    assert file.read_bytes() == NEW
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("old", [b"", OLD, NEW * 2])
@pytest.mark.parametrize("content", [b"", b"x", NEW])
def test_any_length_takes_the_place_of_any_other(tmp_path: Path, old: bytes, content: bytes) -> None:
    for name in ("file", "linked"):
        (tmp_path / name).write_bytes(old)
    os.link(tmp_path / "linked", tmp_path / "second name")
    for name in ("file", "linked"):
        write(tmp_path / name, content)
        assert (tmp_path / name).read_bytes() == content
    assert (tmp_path / "second name").read_bytes() == content


def test_a_file_that_is_there_is_overwritten_only_on_request(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(OLD)
    (tmp_path / "nowhere").symlink_to("gone")
    for name in ("file", "nowhere"):
        with pytest.raises(FileExistsError):
            write(tmp_path / name, overwrite=False)
    assert (tmp_path / "file").read_bytes() == OLD
    assert sorted(os.listdir(tmp_path)) == ["file", "nowhere"]


def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file").write_bytes(OLD)
    (folder / "file").chmod(0o640)
    (tmp_path / "link").symlink_to(folder / "file")
    (tmp_path / "to link").symlink_to("link")
    (tmp_path / "nowhere").symlink_to("folder/fresh")
    write(tmp_path / "to link")
    write(tmp_path / "nowhere")
    assert all((tmp_path / name).is_symlink() for name in ("link", "to link", "nowhere"))
    assert (folder / "file").read_bytes() == (folder / "fresh").read_bytes() == NEW
    assert (mode(folder / "file"), mode(folder / "fresh")) == (0o640, 0o600)
    assert sorted(os.listdir(folder)) == ["file", "fresh"]


def test_links_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "lost").symlink_to("no/folder")
    assert "cannot be written: too many levels of symbolic links." in refusal(tmp_path / "circle")
    assert "cannot be written: no such file or directory." in refusal(tmp_path / "lost")
    assert refusal(tmp_path / "a\0b").endswith("cannot be written: no such path.")


@pytest.mark.parametrize("second_name", [False, True], ids=["one name", "two names"])
def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, second_name: bool) -> None:
    file = tmp_path / "file"
    file.write_bytes(OLD)
    if second_name:
        os.link(file, tmp_path / "other")
    names = sorted(os.listdir(tmp_path))
    with room_for(len(OLD) + 100):
        sentence = refusal(file)
    assert sentence == f"{file} cannot be written: it would be larger than a file may be here."
    assert file.read_bytes() == OLD
    assert sorted(os.listdir(tmp_path)) == names
    with room_for(100):
        refusal(tmp_path / "fresh", overwrite=False)
    assert sorted(os.listdir(tmp_path)) == names


@pytest.mark.skipif(sys.platform != "linux", reason="a device of Linux")
def test_a_device_that_is_full_is_called_a_full_disk() -> None:
    assert refusal(Path("/dev/full"), overwrite=False) == "/dev/full cannot be written: the disk is full."


def test_a_device_is_written_to_without_a_question(tmp_path: Path) -> None:
    write(Path(os.devnull), overwrite=False)
    write(Path(os.devnull))
    (tmp_path / "link").symlink_to(os.devnull)
    write(tmp_path / "link", overwrite=False)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)
    assert os.listdir(tmp_path) == ["link"]


def test_a_named_pipe_is_written_to_if_something_reads_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert refusal(pipe, overwrite=False) == f"{pipe} cannot be written: nothing reads from it."
    opened = threading.Event()
    read: list[bytes] = []

    def reader() -> None:
        with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as file:
            os.set_blocking(file.fileno(), True)
            opened.set()
            while len(b"".join(read)) < len(NEW * 10):
                read.append(file.read(65_536))

    thread = threading.Thread(target=reader)
    thread.start()
    opened.wait()
    write(pipe, NEW * 10, overwrite=False)  # more than a pipe holds
    thread.join()
    assert b"".join(read) == NEW * 10
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@not_root
def test_a_file_in_a_closed_folder_is_written_in_place(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file").write_bytes(OLD)
    folder.chmod(0o500)
    try:
        before = (folder / "file").stat().st_ino
        write(folder / "file")
        assert (folder / "file").read_bytes() == NEW
        assert (folder / "file").stat().st_ino == before
        assert refusal(folder / "fresh") == f"{folder / 'fresh'} cannot be written: permission denied."
    finally:
        folder.chmod(0o700)


@not_root
def test_a_file_that_is_protected_from_writing_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(OLD)
    (tmp_path / "file").chmod(0o400)
    assert refusal(tmp_path / "file") == f"{tmp_path / 'file'} cannot be written: permission denied."
    assert (tmp_path / "file").read_bytes() == OLD
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EPERM, errno.EACCES])
def test_a_folder_that_lets_nothing_take_a_place_is_written_into(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    (tmp_path / "file").write_bytes(OLD)
    monkeypatch.setattr("os.replace", refuse)  # as for a file that is mounted by itself
    write(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == NEW
    assert os.listdir(tmp_path) == ["file"]


def test_ctrl_c_in_the_middle_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "file").write_bytes(OLD)
    monkeypatch.setattr("os.fsync", interrupt)
    for name in ("file", "fresh"):
        with pytest.raises(KeyboardInterrupt):
            write(tmp_path / name)
    assert os.listdir(tmp_path) == ["file"]
    assert (tmp_path / "file").read_bytes() == OLD
