"""Writes a file whole: it holds all of the new content or all of the old, whatever happens on the way.

The new content is written beside the old file and takes its place. A symbolic link stays, and what it leads to is
written. A file that must stay the same one (it has a second name, or another owner, or lies in a folder that is closed
to us) is written in place. A device or a named pipe is written to as it is.
"""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from chatbot_cli.errors import UsageError
from chatbot_cli.system.private_files import create_file

_CLOSED_FOLDER = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY)  # busy: it is mounted there
_REASONS = {
    errno.ENOSPC: ("the disk is full", "Make room, or name a file on another disk."),
    errno.EDQUOT: ("your share of the disk is used up", "Make room, or name a file on another disk."),
    errno.EFBIG: ("it would be larger than a file may be here", "Name a file elsewhere."),
    errno.EPIPE: ("its reader is gone", "Name another file."),
    errno.ENXIO: ("nothing reads from it", "Let something read from it first, or name another file."),
}


def write_whole(typed: str, target: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a file that only its owner can read; one that is overwritten keeps its mode and its owner.

    Raises FileExistsError unless `overwrite`, and UsageError, with the path as it was `typed`, if it cannot be written.
    """
    try:
        _write(target, content, overwrite=overwrite)
    except FileExistsError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason, hint = "no such path", "Name another file."
        if isinstance(error, OSError) and error.errno:
            reason, hint = _REASONS.get(error.errno, (os.strerror(error.errno).lower(), hint))
        raise UsageError(f"{typed} cannot be written: {reason}.", hint) from error


def _write(target: Path, content: bytes, *, overwrite: bool) -> None:
    there = _status(target)
    if there is not None and _takes_all_that_comes(there.st_mode, overwrite=overwrite):
        _write_to_device(target, content)
    elif there is None and not (overwrite and target.is_symlink()):
        _create(target, content)
    elif not overwrite:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    elif there is None:
        _create(Path(os.path.realpath(target)), content)  # the link leads to a file that is not there yet
    else:
        _overwrite(target, there, content)


def _status(target: Path) -> os.stat_result | None:
    try:
        return target.stat()
    except FileNotFoundError:
        return None


def _takes_all_that_comes(mode: int, *, overwrite: bool) -> bool:
    """Whether it is a device or a pipe. A disk is one too, but holds something that can be overwritten."""
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return False
    return overwrite or not stat.S_ISBLK(mode)


def _write_to_device(target: Path, content: bytes) -> None:
    # A named pipe that nothing reads from would keep us waiting for ever.
    descriptor = os.open(target, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
    try:
        os.set_blocking(descriptor, True)
        _put(descriptor, content)
    finally:
        os.close(descriptor)


def _create(target: Path, content: bytes) -> None:
    """Write a new file. Raises FileExistsError if another one has got there meanwhile."""
    new = _beside(target, content)
    try:
        try:
            os.link(new, target)  # as a rename that overwrites nothing
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            if os.path.lexists(target):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
            os.rename(new, target)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(new)


def _overwrite(target: Path, there: os.stat_result, content: bytes) -> None:
    path = Path(os.path.realpath(target))
    found = _status(path)
    same = found is not None and os.path.samestat(found, there)  # a link in /proc may lead to a name that is gone
    os.close(os.open(target, os.O_WRONLY))  # what is protected from writing is not replaced either
    if not same or there.st_nlink > 1:
        _write_in_place(target, content)
        return
    try:
        new = _beside(path, content)
    except OSError as error:
        if error.errno not in _CLOSED_FOLDER:
            raise
        _write_in_place(target, content)
        return
    try:
        replaced = _takes_after(new, path, there) and _replaces(new, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(new)
    if not replaced:
        _write_in_place(target, content)


def _beside(target: Path, content: bytes) -> Path:
    """A new file in the same folder, with this content on the disk; none is left if that fails."""
    new = target.with_name(f".chat-{os.urandom(8).hex()}")
    descriptor = create_file(new)
    try:
        try:
            _put(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except BaseException:  # also Ctrl-C: half of a file is litter
        os.unlink(new)
        raise
    return new


def _takes_after(new: Path, old: Path, there: os.stat_result) -> bool:
    """Give the new file the mode and the owner of the old one. Returns whether it could be given the owner."""
    if os.name == "nt":
        return True
    made = new.stat()
    if (made.st_uid, made.st_gid) != (there.st_uid, there.st_gid):
        try:
            os.chown(new, there.st_uid, there.st_gid)
        except OSError:
            return False
    _copy_attributes(old, new)
    new.chmod(stat.S_IMODE(there.st_mode))
    return True


def _copy_attributes(old: Path, new: Path) -> None:
    """Copy what else says who may read the file, where the system keeps such lists in attributes."""
    with suppress(OSError, AttributeError):  # AttributeError: not on this system
        for name in os.listxattr(old):
            with suppress(OSError):
                os.setxattr(new, name, os.getxattr(old, name))


def _replaces(new: Path, old: Path) -> bool:
    """Let the new file take the place of the old one. Returns False if the folder does not permit that."""
    try:
        os.replace(new, old)
    except OSError as error:
        if error.errno not in _CLOSED_FOLDER:
            raise
        return False
    return True


def _write_in_place(target: Path, content: bytes) -> None:
    """Write over a file. First it grows, so that on a full disk nothing has been overwritten; then the rest."""
    descriptor = os.open(target, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        size = os.fstat(descriptor).st_size
        before = _get(descriptor, min(size, len(content)))
        try:
            _put(descriptor, content[size:], size)
            _put(descriptor, content[:size], 0)
            os.ftruncate(descriptor, len(content))
        except BaseException:  # also Ctrl-C: the old content comes back
            try:
                _put(descriptor, before, 0)
            finally:
                os.ftruncate(descriptor, size)
            raise
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _get(descriptor: int, size: int) -> bytes:
    pieces = []
    while size and (piece := os.read(descriptor, size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _put(descriptor: int, content: bytes, at: int | None = None) -> None:
    """Write all of it, from the offset `at` on if there is one."""
    if at is not None:
        os.lseek(descriptor, at, os.SEEK_SET)
    waiting = memoryview(content)
    while waiting:
        waiting = waiting[os.write(descriptor, waiting) :]
