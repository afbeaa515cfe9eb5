"""Walks through a folder: which of its files are documents, and how many others there are."""

import os
import stat
from collections.abc import Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from chatbot_cli.frozen import frozen
from chatbot_cli.readers.ignoring import Level, Levels, Patterns, is_ignored, levels_above, levels_in
from chatbot_cli.system.regular_files import KERNELS_OWN, in_words

NOT_WRITTEN = ("node_modules/", "__pycache__/")  # by programs alone; another pattern may take them in again
MADE_BY_PROGRAMS = ("CACHEDIR.TAG", "pyvenv.cfg")  # what marks a folder as a cache, or as an environment of Python
HISTORIES = frozenset((".git", ".hg", ".svn", ".jj"))  # they hold all files once more, packed


@frozen
class Wanted:
    """Which files of a folder are wanted. `include` and `exclude` are patterns as in a .gitignore."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    heeds_ignore: bool = True
    hidden: bool = False


class FoundFile(NamedTuple):  # there are many, and a tuple is made fast
    """A regular file, by its path, and by the path from the root on with "/"; `modified` is in nanoseconds."""

    path: str
    below: str
    size: int
    modified: int


class Walk:
    """One walk from a root, which is a folder or a file.

    A link is not followed, but for the root itself: what it leads to has a place of its own, or lies elsewhere.
    `ignored`, `hidden` and `special` count what is left out, each folder as one: special are links, pipes, sockets and
    devices. `problems` are the folders, and what in them, could not be looked at, with a clause why. `is_empty` tells
    that the root can be read and there is nothing in it at all. `never` are folders of ours.
    """

    def __init__(self, root: str, wanted: Wanted, never: Sequence[Path] = ()) -> None:
        self.ignored = self.hidden = self.special = 0
        self.problems: list[tuple[str, str]] = []
        self.is_empty = False
        self._root, self._wanted = root, wanted
        self._never = {place for folder in never if (place := _place_of(folder))}
        self._include, self._exclude = Patterns(wanted.include), Patterns(wanted.exclude)

    def files(self) -> Iterator[FoundFile]:
        """All files that are wanted, in an order that is the same each time."""
        try:
            status = os.stat(self._root)
        except OSError as error:
            self.problems.append((self._root, in_words(error)))
            return
        if not stat.S_ISDIR(status.st_mode):
            yield FoundFile(self._root, os.path.basename(self._root), status.st_size, status.st_mtime_ns)
            return
        waiting: list[tuple[str, Levels]] = [("", self._first_levels())]
        while waiting:
            below, levels = waiting.pop()
            entries = self._entries(below)
            names = [entry.name for entry in entries]
            if below and self._wanted.heeds_ignore and any(mark in names for mark in MADE_BY_PROGRAMS):
                self.ignored += 1
                continue
            if self._wanted.heeds_ignore:
                levels += levels_in(Path(self._root, below), below, names)
            folders = []
            for entry in entries:
                path = below + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if self._enters(entry, path, levels):
                        folders.append((f"{path}/", levels))
                elif found := self._file(entry, path, levels):
                    yield found
            waiting += reversed(folders)

    def _first_levels(self) -> Levels:
        if not self._wanted.heeds_ignore:
            return ()
        return (Level("", Patterns(NOT_WRITTEN)), *levels_above(Path(self._root)))

    def _entries(self, below: str) -> list["os.DirEntry[str]"]:
        folder = os.path.join(self._root, below) if below else self._root
        if folder.rstrip("/") in KERNELS_OWN:
            self.special += 1
            return []
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=attrgetter("name"))
        except OSError as error:
            self.problems.append((folder.rstrip("/") or folder, f"a folder, {in_words(error)}"))
            return []
        self.is_empty = self.is_empty or not (below or found)
        return found

    def _enters(self, entry: "os.DirEntry[str]", path: str, levels: Levels) -> bool:
        if entry.name in HISTORIES or (entry.name.startswith(".") and not self._wanted.hidden):
            self.hidden += 1
            return False
        if self._exclude.judge(path, is_folder=True) or is_ignored(levels, path, is_folder=True):
            self.ignored += 1
            return False
        if self._never and _place_of(entry) in self._never:
            self.hidden += 1
            return False
        return True

    def _file(self, entry: "os.DirEntry[str]", path: str, levels: Levels) -> FoundFile | None:
        if not entry.is_file(follow_symlinks=False):
            self.special += 1
            return None
        if entry.name.startswith(".") and not self._wanted.hidden:
            self.hidden += 1
            return None
        if self._is_left_out(path, levels):
            self.ignored += 1
            return None
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            self.problems.append((entry.path, in_words(error)))
            return None
        return FoundFile(entry.path, path, status.st_size, status.st_mtime_ns)

    def _is_left_out(self, path: str, levels: Levels) -> bool:
        if self._exclude.judge(path, is_folder=False) or is_ignored(levels, path, is_folder=False):
            return True
        return bool(self._include) and not self._include.choose(path)


def _place_of(folder: "Path | os.DirEntry[str]") -> tuple[int, int] | None:
    """What tells a folder, whatever its path; None if there is none."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino)
