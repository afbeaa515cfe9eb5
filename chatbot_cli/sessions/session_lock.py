"""A lock for each open conversation, so that no two chats write one. The system frees it when a process ends."""

import errno
import os
import sys
from pathlib import Path

from chatbot_cli.system.private_files import open_file

LOCK_FILE = "sessions.lock"

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, session: int) -> None:
        os.lseek(descriptor, session, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _unlock(descriptor: int, session: int) -> None:
        os.lseek(descriptor, session, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int, session: int) -> None:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, session)

    def _unlock(descriptor: int, session: int) -> None:
        fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, session)


class _LockFile:
    """A file with one byte for each session; `taken` are the sessions that this process has locked."""

    def __init__(self, path: Path) -> None:
        self.descriptor = open_file(path)
        self.taken: set[int] = set()

    def is_at(self, path: Path) -> bool:
        """Whether the path still leads to this file."""
        try:
            return os.path.samestat(os.fstat(self.descriptor), path.stat())
        except OSError:
            return False


# One descriptor of each file for the whole process, never closed. POSIX drops all locks of a process on a file when the
# process closes any descriptor of it, and grants a process every lock that it already has.
_lock_files: dict[Path, _LockFile] = {}


class SessionLocks:
    """The locks of the sessions in a folder. Whoever shares this object shares its locks."""

    def __init__(self, folder: Path) -> None:
        self._path = folder.absolute() / LOCK_FILE
        self._mine: set[int] = set()

    def take(self, session: int) -> bool:
        """Lock the session, and return whether that succeeded. It fails if it is locked already, here or elsewhere.

        On a file system without locks it always succeeds.
        """
        file = self._opened()
        if file is None:
            return True
        if session in file.taken:
            return False
        try:
            _lock(file.descriptor, session)
        except OSError as error:
            return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
        file.taken.add(session)
        self._mine.add(session)
        return True

    def release(self, session: int) -> None:
        """Unlock the session, if this object has locked it."""
        file = self._opened()
        if file is None or session not in self._mine:
            return
        _unlock(file.descriptor, session)
        self._mine.discard(session)
        file.taken.discard(session)

    def close(self) -> None:
        """Unlock all sessions that this object has locked."""
        for session in tuple(self._mine):
            self.release(session)

    def _opened(self) -> _LockFile | None:
        """The lock file; None if it cannot be opened. If it was removed, another one is made, as by a new chat."""
        if self._path not in _lock_files or not _lock_files[self._path].is_at(self._path):
            try:
                _lock_files[self._path] = _LockFile(self._path)
            except OSError:
                return None
        return _lock_files[self._path]
