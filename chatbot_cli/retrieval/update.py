"""What an update of a collection has done, or would do; and who is told meanwhile."""

from collections.abc import Mapping
from dataclasses import field
from typing import Protocol

from chatbot_cli.frozen import frozen
from chatbot_cli.readers.walking import FoundFile
from chatbot_cli.retrieval.collection import FileRecord


@frozen
class Rules:
    """How to update: read those again that could not be read (`retry`), drop those whose root is gone (`prune`)."""

    retry: bool = False
    prune: bool = False


@frozen
class Candidate:
    """A file that is to be read: its `name` for people, what is `known` of it, whether the user named it by itself."""

    found: FoundFile
    name: str
    known: FileRecord | None = None
    is_named: bool = False

    @property
    def is_just_compared(self) -> bool:
        """Whether nothing tells that it has changed, but that its times prove nothing."""
        known = self.known
        return known is not None and known.racy and (known.size, known.modified) == self.found[2:]


@frozen
class Plan:
    """What a collection's folders hold, compared with what is known of them.

    `same` are the files that have not changed, and `renamed` those of them that are called otherwise now. `gone` are
    those to drop; `absent` those that are not where they were, and may have been moved. `problems` are folders that
    cannot be looked at; `missing` are roots of which nothing is there. `ignored`, `hidden` and `special` count others.
    """

    candidates: tuple[Candidate, ...] = ()
    same: tuple[FileRecord, ...] = ()
    renamed: tuple[FileRecord, ...] = ()
    gone: tuple[FileRecord, ...] = ()
    absent: tuple[FileRecord, ...] = ()
    problems: tuple[FileRecord, ...] = ()
    missing: tuple[str, ...] = ()
    ignored: int = 0
    hidden: int = 0
    special: int = 0
    notes: tuple[str, ...] = ()


@frozen
class Updated:
    """What an update has done. `skipped` counts files by the reason; `failed` has names with reasons, clauses.

    read + moved + unchanged + skipped + failed are all files, unless it was `stopped`.
    `kept` is how many documents the collection has now.
    """

    read: int = 0
    moved: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    failed: tuple[tuple[str, str], ...] = ()
    ignored: int = 0
    hidden: int = 0
    special: int = 0
    notes: tuple[str, ...] = ()
    stopped: bool = False
    kept: int = 0


class Progress(Protocol):
    """Who shows how far an update is."""

    def looking(self, files: int) -> None:
        """So many files were found until now."""
        ...

    def begins(self, files: int, size: int) -> None:
        """So many files are read now, with `size` bytes together."""
        ...

    def reading(self, name: str, files: int, size: int) -> None:
        """The file `name` is read next; `files` with `size` bytes were read before."""
        ...


class Silent:
    """A Progress that shows nothing."""

    def looking(self, files: int) -> None: ...

    def begins(self, files: int, size: int) -> None: ...

    def reading(self, name: str, files: int, size: int) -> None: ...
