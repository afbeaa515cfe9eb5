"""Which files of a folder are ignored: patterns as in a .gitignore, of several files, the deepest first."""

import os
import re
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

from pathspec.patterns.gitignore.base import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from chatbot_cli.frozen import frozen
from chatbot_cli.system.regular_files import read_regular_file

IGNORE_FILES = (".chatignore", ".ignore", ".gitignore")  # the first that says anything counts
LARGEST = 1 << 20  # bytes of a file with patterns
MOST_STARS = 3  # in a part of a pattern, and parts that are "**"; each multiplies the time that a name may take
# Git compares what is before the first sign with a meaning by itself, so "**" within a name crosses folders after all.
STARS_IN_A_NAME = re.compile(r"/?(?P<start>[^*?\[\\]*[^*?\[\\/])\*\*+(?:/(?P<rest>.*))?")


@frozen
class _Pattern:
    """A pattern of one line. `whole` compares it with the path from its folder on, else with the name alone.

    One that `finds_slash` also fits what is below the path that it means. After a `start`, the rest is compared with
    what follows it, and with what follows each slash in that.
    """

    expression: re.Pattern[str]
    ignores: bool
    whole: bool
    only_folders: bool
    finds_slash: bool
    start: str = ""

    def fits(self, path: str, name: str) -> bool:
        if not self.start:
            return self._fits(path if self.whole else name)
        if not path.startswith(self.start):
            return False
        parts = path[len(self.start) :].split("/")
        return any(self._fits("/".join(parts[number:])) for number in range(len(parts)))

    def _fits(self, compared: str) -> bool:
        found = self.expression.search(compared + "/" if self.only_folders else compared)
        if found is None or not self.finds_slash:
            return found is not None
        end = found.end("ps_d")  # the slash after what was found: it must not be above the path itself
        return end == -1 or end > len(compared)


class Patterns:
    """The patterns of one file, or of a command line. Paths are relative to its folder, with "/"."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._of_folders = [pattern for line in lines if (pattern := _compiled(line))]
        self._of_folders.reverse()  # the last that fits counts
        self._of_files = [pattern for pattern in self._of_folders if not pattern.only_folders]

    def __bool__(self) -> bool:
        return bool(self._of_folders)

    def judge(self, path: str, *, is_folder: bool) -> bool | None:
        """Whether they ignore a path, without regard to the folders above it; None if they say nothing of it."""
        patterns = self._of_folders if is_folder else self._of_files
        name = path.rpartition("/")[2] if patterns else ""
        for pattern in patterns:
            if pattern.fits(path, name):
                return pattern.ignores
        return None

    def choose(self, path: str) -> bool:
        """Whether they fit a file, or a folder above it."""
        parts = path.split("/")
        above = ("/".join(parts[:count]) for count in range(len(parts) - 1, 0, -1))
        judged = self.judge(path, is_folder=False)
        return judged is True or (judged is None and any(self.judge(one, is_folder=True) for one in above))


@frozen
class Level:
    """The patterns that hold in a folder and below it. `prefix` is its path from the root of the walk, ended by "/"."""

    prefix: str
    patterns: Patterns


Levels = tuple[Level, ...]


def is_ignored(levels: Levels, path: str, *, is_folder: bool) -> bool:
    """Whether a path is ignored, whose folders are not. The levels are those of its folders, the innermost last."""
    for level in reversed(levels):
        below = path[len(level.prefix) :] if level.prefix else path
        judged = level.patterns.judge(below, is_folder=is_folder)
        if judged is not None:
            return judged
    return False


def levels_in(folder: Path, prefix: str, names: Sequence[str]) -> Levels:
    """The patterns of the files for that in a folder, which holds these names."""
    found = [Patterns(_lines(folder / name)) for name in reversed(IGNORE_FILES) if name in names]
    return tuple(Level(prefix, patterns) for patterns in found if patterns)


def levels_above(root: Path) -> Levels:
    """Those of the folders above, up to the top of the repository that it is a part of; none if it is in none."""
    above = [root, *root.parents]
    top = next((number for number, folder in enumerate(above) if os.path.exists(folder / ".git")), 0)
    levels: Levels = ()
    for number in range(top, 0, -1):
        # A path below the root begins, seen from there, with the names between.
        inner = "/".join(above[0].parts[-number:])
        found = levels_in(above[number], "", IGNORE_FILES)
        levels += tuple(Level("", _Below(inner, level.patterns)) for level in found)
    return levels


class _Below(Patterns):
    """Patterns of a folder above, for paths that are relative to a folder below it."""

    def __init__(self, inner: str, patterns: Patterns) -> None:
        self._inner, self._of_above = inner, patterns

    def judge(self, path: str, *, is_folder: bool) -> bool | None:
        return self._of_above.judge(f"{self._inner}/{path}", is_folder=is_folder)


def _lines(path: Path) -> list[str]:
    try:
        content = read_regular_file(path, LARGEST)
    except OSError:
        return []
    return content.decode("utf-8", "surrogateescape").removeprefix("\ufeff").split("\n")


def _compiled(line: str) -> _Pattern | None:
    """The pattern of a line; None for a comment, for nothing, and for what is no pattern."""
    line = line.removesuffix("\r")
    if line.rstrip(" ").endswith("/**/"):
        line = f"{line.rstrip(' ')}*/"  # the same to Git; the library would take the folder above as well
    body = line.removeprefix("!").rstrip(" ")
    parts = body.split("/")
    if parts.count("**") > MOST_STARS or any(part.count("*") > MOST_STARS for part in parts):
        return None
    whole, only_folders = "/" in body.rstrip("/"), body.endswith("/")
    start = ""
    if whole and (stars := STARS_IN_A_NAME.fullmatch(body.removesuffix("/"))):
        start, rest = stars["start"], stars["rest"] or ""
        if not rest.strip("*"):
            return _Pattern(re.compile(""), not line.startswith("!"), whole, only_folders, False, start)
        line = f"{'!' * line.startswith('!')}/{rest}{'/' * only_folders}"
    try:
        with warnings.catch_warnings(action="ignore"):  # brackets within brackets make `re` wonder, not us
            made = GitIgnoreSpecPattern(line)
    except (GitIgnorePatternError, re.error):
        return None
    if made.include is None or made.regex is None:
        return None
    regex = made.regex
    if start:  # what follows it may begin with a slash, and to Git a star is also nothing
        regex = re.compile(regex.pattern.replace("^[^/]+/", "^[^/]*/", 1))
    return _Pattern(regex, made.include, whole, only_folders, "ps_d" in regex.groupindex, start)
