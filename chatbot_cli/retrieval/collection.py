"""A collection of documents, wherever it is kept: the port of this room, and its values."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from enum import Enum
from typing import Protocol

from chatbot_cli.chat.passages import CollectionReport, Passage, Place
from chatbot_cli.frozen import frozen


class State(Enum):
    """Whether a file could be read."""

    READ = "read"
    SKIPPED = "skipped"
    FAILED = "failed"


@frozen
class Root:
    """A folder, or a single file, that a collection is made of, and which of its files count.

    `include` and `exclude` are patterns as in a .gitignore. Without `heeds_ignore`, ignored files count as well; with
    `hidden`, hidden ones do.
    """

    path: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    heeds_ignore: bool = True
    hidden: bool = False


@frozen
class FileRecord:
    """What is known of a file: `path` is absolute, `name` is as people call it, "notes/setup.md".

    `size` is in bytes, `modified` in nanoseconds since 1970, `read_at` in seconds. `digest` is the SHA-256 of its
    bytes. `reason` is why it was not read, in a clause. `racy` tells that it was changed just before it was read: then
    its times prove nothing. `cut_by` is the version of the readers and of the cutter that made its passages.
    """

    path: str
    name: str
    size: int
    modified: int
    digest: str
    state: State = State.READ
    reason: str = ""
    kind: str = ""
    encoding: str = ""
    read_at: float = 0.0
    racy: bool = False
    cut_by: int = 0


@frozen
class Piece:
    """A part of a document that is searched, and sent, as one: cut at headings, functions, paragraphs."""

    text: str
    place: Place
    headings: tuple[str, ...] = ()


BEFORE = 0.3  # what a word of the question before counts, compared with one of the question


@frozen
class Query:
    """What is looked for by words: the words of the question, and of the one before it, without stop words."""

    words: tuple[str, ...]
    before: tuple[str, ...] = ()


class Collection(Protocol):
    """One collection, in a file or in an engine. Each method that writes is one transaction; all raise DocumentsError.

    A Passage that it returns has no number, and a score that is higher for a better one.
    """

    name: str

    def report(self) -> CollectionReport: ...

    def documents(self) -> int:
        """How many documents are searched. It is asked with each question, so it has to be quick."""
        ...

    def roots(self) -> Sequence[Root]: ...

    def set_roots(self, roots: Sequence[Root]) -> None: ...

    def together(self) -> AbstractContextManager[None]:
        """All that is written inside is kept at once, or nothing of it. An engine may have no such thing."""
        ...

    def updated(self, at: float) -> None:
        """Keep when the last update ended, in seconds since 1970."""
        ...

    def files(self) -> Mapping[str, FileRecord]:
        """All files that are known, by path, also those that were not read."""
        ...

    def put(self, file: FileRecord, pieces: Sequence[Piece]) -> None:
        """Keep a file with its pieces, in place of what there was of its path."""
        ...

    def update(self, file: FileRecord, moved_from: str = "") -> None:
        """Keep what is known of a file whose content is the same; it may have been moved."""
        ...

    def forget(self, paths: Sequence[str], *, keep_out: bool = False) -> None:
        """Drop files with all they have. Those that are kept out are not read again by an update."""
        ...

    def kept_out(self) -> frozenset[str]: ...

    def take_in(self, paths: Sequence[str]) -> None:
        """Let files be read again that were kept out."""
        ...

    def pieces_of(self, path: str) -> Sequence[Passage]:
        """The passages of a file, in its order."""
        ...

    def whole(self, most: int) -> Sequence[Passage] | None:
        """All passages in the order of names, if their texts have at most so many characters; else None."""
        ...

    def by_words(self, query: Query, limit: int) -> Sequence[Passage]:
        """The passages that fit the words best. Never raises for what a user typed."""
        ...

    def by_meaning(self, vector: Sequence[float], limit: int) -> Sequence[Passage]:
        """The passages whose vectors are nearest."""
        ...

    def fingerprint(self) -> str:
        """What tells the model of the vectors, with its prefixes and dimensions; empty for none."""
        ...

    def set_fingerprint(self, fingerprint: str) -> None:
        """Vectors of another model are dropped."""
        ...

    def without_vector(self) -> Iterator[tuple[str, str]]:
        """The digest and the text, with its headings, of each text that has no vector, each once."""
        ...

    def lacks_vectors(self) -> int:
        """About how many texts have no vector yet. It is asked with each question, so it has to be quick."""
        ...

    def length_of_vectors(self) -> int:
        """How many numbers each vector has; 0 if there is none."""
        ...

    def put_vectors(self, vectors: Mapping[str, Sequence[float]]) -> None:
        """Keep vectors by the digest of their text. An empty one is that of a text which the model refuses."""
        ...

    def compact(self) -> None:
        """Rewrite what is kept, so that nothing is left of what was dropped."""
        ...

    def interrupt(self) -> None:
        """End a search that runs in another thread."""
        ...

    def close(self) -> None: ...
