"""Tells whether a conversation is open elsewhere: a lock for each, which the system frees when a process ends."""

import errno
import os
import sys
from pathlib import Path

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
    """One byte for each session, and who of this process has it."""

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self.taken: set[int] = set()


# One descriptor of a file for the whole process, never closed: POSIX drops all locks that a process has on a file when
# any descriptor of it is closed, and never refuses it a lock that it has itself.
_lock_files: dict[Path, _LockFile] = {}


class SessionLocks:
    """The locks of the sessions that are kept in a folder, for whoever of this process shares this object."""

    def __init__(self, folder: Path) -> None:
        self._path = folder.absolute() / LOCK_FILE
        self._mine: set[int] = set()

    def take(self, session: int) -> bool:
        """Whether the session is ours now; False if it is open elsewhere, also elsewhere in this process.

        Where there can be no locks it is always ours.
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
        """Let others have it. One that is not ours stays as it is."""
        file = self._opened()
        if file is None or session not in self._mine:
            return
        _unlock(file.descriptor, session)
        self._mine.discard(session)
        file.taken.discard(session)

    def close(self) -> None:
        """Release all."""
        for session in tuple(self._mine):
            self.release(session)

    def _opened(self) -> _LockFile | None:
        if self._path not in _lock_files:
            try:
                _lock_files[self._path] = _LockFile(self._path)
            except OSError:
                return None
        return _lock_files[self._path]
