"""The paths of files that are typed, completed and dragged: only what is there counts."""

import os
from collections.abc import Container, Sequence
from heapq import nsmallest
from pathlib import Path

from chatbot_cli.attachments.mentions import (
    as_mentioned,
    bare,
    is_absolute,
    may_be_dragged,
    mentions_in,
    without_address,
    words_of,
)
from chatbot_cli.errors import UsageError

MOST_NAMED = 200  # places of a text that are looked at
MOST_OFFERED = 100
MOST_DRAGGED = 20


class Paths:
    """Finds files from a `folder` on; `~` is the `home` folder."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder, self._home = folder, home
        self._listed: tuple[object, Sequence[tuple[str, bool]]] = (None, ())  # the folder that was read last

    def resolved(self, path: str) -> Path:
        """Where a path leads that was typed without quotation marks."""
        path = without_address(path)
        if path == "~" or path.startswith(("~/", f"~{os.sep}")):
            return self._home / path[2:]
        return self._folder / path

    def named_in(self, text: str) -> list[str]:
        """The paths that a text names with an @, each once. A folder counts if its name ends with a slash."""
        return list(dict.fromkeys(path for _, path in self._found_in(text)))

    def literal(self, text: str, but: Container[str] = ()) -> str:
        r"""The text with \@ where it would name a file, unless the path is one of those in `but`."""
        for begin, path in reversed(self._found_in(text)):
            if path not in but:
                text = f"{text[:begin]}\\{text[begin:]}"
        return text

    def paths_in(self, argument: str) -> list[str]:
        """The paths that are typed or dragged in a line: all of it if that is there, else its words.

        Raises UsageError for a quotation mark that is never closed.
        """
        if self._is_there(argument):
            return [argument]
        try:
            return words_of(argument)
        except ValueError:
            hint = "Take the quotation mark out, or write one at the end."
            raise UsageError("A quotation mark is never closed.", hint) from None

    def mention_of(self, paste: str) -> str:
        """A paste that is nothing but paths of what is there, as @ paths; else empty."""
        line = paste.strip()
        if not may_be_dragged(paste):
            return ""
        try:
            paths = [line] if self._is_there(line) else words_of(line)
        except ValueError:
            return ""
        if len(paths) > MOST_DRAGGED or not all(is_absolute(one) and self._is_there(one) for one in paths):
            return ""
        typed = [as_mentioned(self.short(self.resolved(one))) for one in paths]
        return " ".join(f"@{one}" for one in typed if one) if all(typed) else ""

    def completions(self, begun: str) -> list[str]:
        """What a path that was begun may become, as it is typed after an @."""
        path, quote = bare(begun), begun[:1] if begun[:1] in ('"', "'") else ""
        parent, name = path[: path.rfind("/") + 1], path[path.rfind("/") + 1 :]
        if path == "~":
            return ["~/"]
        found = self._names_in(self.resolved(parent))
        shown = found if name.startswith(".") else [one for one in found if not one[0].startswith(".")]
        matching = [one for one in shown if one[0].startswith(name)]
        if not matching:
            matching = [one for one in shown if one[0].casefold().startswith(name.casefold())]
        first = nsmallest(MOST_OFFERED, matching, key=lambda one: (one[0].casefold(), one[0]))
        typed = (_as_typed(f"{parent}{name}", quote, is_folder=is_folder) for name, is_folder in first)
        return [one for one in typed if one]

    def _found_in(self, text: str) -> list[tuple[int, str]]:
        """Where a text names what is there, and the path."""
        found = []
        for number, mention in enumerate(mentions_in(text)):
            if number == MOST_NAMED:
                break
            path = next((one for one in mention.paths if self._counts(one)), None)
            if path is not None:
                found.append((mention.begin, path))
        return found

    def _counts(self, path: str) -> bool:
        """Whether a path that follows an @ is a file, or a folder that is meant as one."""
        where = self.resolved(path)
        if path.endswith(("/", os.sep)):
            return where.parent != where and os.path.isdir(where)
        return os.path.isfile(where)

    def _is_there(self, path: str) -> bool:
        """Whether a path is a file, or a folder that is not the whole disk."""
        where = self.resolved(path)
        return os.path.isfile(where) or (where.parent != where and os.path.isdir(where))

    def short(self, where: Path) -> str:
        """A path that is shown: from the folder on, or from the home folder, if it is there. A folder has its slash."""
        slash = "/" if where.is_dir() else ""
        if where.is_relative_to(self._folder) and where != self._folder:
            return f"{where.relative_to(self._folder).as_posix()}{slash}"
        if where.is_relative_to(self._home) and where != self._home:
            return f"~/{where.relative_to(self._home).as_posix()}{slash}"
        return f"{where}{slash}"

    def _names_in(self, folder: Path) -> Sequence[tuple[str, bool]]:
        """The files and folders in a folder, each with whether it is one; those of the last folder are kept."""
        try:
            known = (folder, os.stat(folder).st_mtime_ns)
            if known != self._listed[0]:
                self._listed = known, list(_files_and_folders(folder))
        except (OSError, ValueError):
            return ()
        return self._listed[1]


def _files_and_folders(folder: Path) -> Sequence[tuple[str, bool]]:
    names = []
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                if (is_folder := entry.is_dir()) or entry.is_file():
                    names.append((entry.name, is_folder))
            except OSError:  # a link that leads in a circle
                continue
    return names


def _as_typed(path: str, quote: str, *, is_folder: bool) -> str | None:
    """A path that is offered; a folder's quotation mark stays open, so that one can go on."""
    path = f"{path}/" if is_folder else path
    typed = as_mentioned(path)
    if typed is None or (quote and quote in path):
        return None
    if typed[0] in "\"'" or quote:
        mark = quote or typed[0]
        return f"{mark}{path}" if is_folder else f"{mark}{path}{mark}"
    return typed
