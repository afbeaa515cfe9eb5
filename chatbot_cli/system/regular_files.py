"""Reads files that anybody may have put there: only regular ones, only up to a size, and never waiting for one.

A pipe would be waited for, a device or a file of the kernel's has no end, and a huge file fills the memory.
"""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

KERNELS_OWN = ("/proc", "/sys")  # what looks like files there is made up by the kernel, and may be secret or endless
KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISLNK, "a link"),
)
HOW_TO_OPEN = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"))


class NotRegular(OSError):
    """There is something else than a regular file; `strerror` says what, as in `it is a pipe, not a file`."""


class TooLarge(OSError):
    """A file has more bytes than are read; `strerror` says so with both numbers."""


def read_regular_file(path: Path, most_bytes: int, *, follow_links: bool = True) -> bytes:
    """All bytes of a regular file. Raises NotRegular, TooLarge, IsADirectoryError, or another OSError; never waits."""
    with open_regular_file(path, most_bytes, follow_links=follow_links) as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:  # it grows
        raise _too_large(len(data), most_bytes, path)
    return data


def open_regular_file(path: Path, most_bytes: int | None = None, *, follow_links: bool = True) -> BinaryIO:
    """A regular file, open for reading. Raises as `read_regular_file` does.

    With `follow_links` off, a path that is itself a symbolic link is refused; the folders above it may be links.
    """
    try:
        # Before it is opened, since that alone can act on a device; and after, since it may have been exchanged.
        _judge(path.stat() if follow_links else path.lstat(), most_bytes, path)
        descriptor = os.open(path, HOW_TO_OPEN | (0 if follow_links else getattr(os, "O_NOFOLLOW", 0)))
    except ValueError as error:  # a NUL in the path
        raise OSError(errno.EINVAL, "no file can have that name", str(path)) from error
    try:
        _judge(os.fstat(descriptor), most_bytes, path)
        return os.fdopen(descriptor, "rb")
    except OSError:
        os.close(descriptor)
        raise


def in_words(error: OSError) -> str:
    """Why a file cannot be read, as a clause: `permission denied`, `it is a pipe, not a file`."""
    if isinstance(error, NotRegular | TooLarge):
        return str(error.strerror)
    return "it is a folder, not a file" if isinstance(error, IsADirectoryError) else (error.strerror or "").lower()


def refuse_link(path: Path) -> None:
    """Raise NotRegular, or another OSError, if there is anything at a path but a regular file, such as a link.

    For files of our own: a link would lead us elsewhere. The folders above it may be links, as to another disk.
    """
    with suppress(FileNotFoundError, NotADirectoryError):
        _judge(path.lstat(), None, path)


def _judge(found: os.stat_result, most_bytes: int | None, path: Path) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder, not a file", str(path))
    if not stat.S_ISREG(found.st_mode):
        kind = next((words for is_kind, words in KINDS if is_kind(found.st_mode)), "something else")
        raise NotRegular(errno.EINVAL, f"it is {kind}, not a file", str(path))
    if found.st_dev in _kernels_own_devices():
        raise NotRegular(errno.EINVAL, "it is a part of the system, not a file", str(path))
    if most_bytes is not None and found.st_size > most_bytes:
        raise _too_large(found.st_size, most_bytes, path)


def _kernels_own_devices() -> set[int]:
    """The numbers of the file systems that the kernel makes up; none on systems that have no such thing."""
    devices = set()
    for folder in KERNELS_OWN:
        if os.path.ismount(folder):
            devices.add(os.stat(folder).st_dev)
    return devices


def _too_large(has: int, most_bytes: int, path: Path) -> TooLarge:
    size, most = _size_in_words(has), _size_in_words(most_bytes)
    size = f"more than {size}" if size == most else size
    return TooLarge(errno.EFBIG, f"it has {size}, and may have {most}", str(path))


def _size_in_words(size: int) -> str:
    """A number of bytes: `700 bytes`, `256 KB`, `20.5 MB`."""
    for unit, name in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
        if size >= unit:
            return f"{f'{size / unit:.1f}'.removesuffix('.0')} {name}"
    return f"{size} bytes"
