"""Values as rows, and back, for all engines (pure)."""

import json
from typing import Any

from chatbot_cli.chat.passages import Passage, Place, Unit
from chatbot_cli.retrieval.collection import FileRecord, Piece, Root, State

_STATES = {state.value: state for state in State}
MOST, LEAST = 2**63 - 1, -(2**63)


def as_bytes(path: str) -> bytes:
    """A path or name, which may hold half a character, as it is stored."""
    return path.encode("utf-8", "surrogatepass")


def as_path(stored: bytes) -> str:
    """The path or name that was stored."""
    return stored.decode("utf-8", "surrogatepass")


def storable(text: str) -> str:
    """A text as SQLite can take it and index it: without NULs and halves of characters."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def row_of_file(file: FileRecord) -> tuple[object, ...]:
    """The values of a row of documents, but for its number."""
    return (
        as_bytes(file.path),
        as_bytes(file.name),
        storable(file.name),
        file.size,
        min(max(file.modified, LEAST), MOST),
        file.digest,
        file.state.value,
        storable(file.reason),
        storable(file.kind),
        file.encoding,
        file.read_at,
        int(file.racy),
        file.cut_by,
    )


def file_of_row(row: tuple[Any, ...]) -> FileRecord:
    """The file of a row of documents."""
    _, path, name, _, size, modified, digest, state, reason, kind, encoding, read_at, racy, cut_by = row
    return FileRecord(
        as_path(path),
        as_path(name),
        size,
        modified,
        digest,
        _STATES[state],
        reason,
        kind,
        encoding,
        read_at,
        bool(racy),
        cut_by,
    )


def headings_as_stored(piece: Piece) -> str:
    """The headings of a piece, each on a line."""
    return "\n".join(storable(" ".join(heading.split())) for heading in piece.headings)


def passage_of_row(collection: str, row: tuple[Any, ...], score: float = 0.0) -> Passage:
    """The passage of a row of the view `placed`."""
    _, _, _, path, name, digest, first, last, unit, headings, text = row
    place = Place(first, last, Unit(unit))
    trail = tuple(headings.split("\n")) if headings else ()
    return Passage(collection, as_path(path), as_path(name), place, text, trail, digest, score=score)


def root_as_json(root: Root) -> str:
    return json.dumps(
        {
            "path": root.path,
            "include": root.include,
            "exclude": root.exclude,
            "heeds_ignore": root.heeds_ignore,
            "hidden": root.hidden,
        }
    )


def root_of_json(text: str) -> Root:
    kept = json.loads(text)
    return Root(kept["path"], tuple(kept["include"]), tuple(kept["exclude"]), kept["heeds_ignore"], kept["hidden"])
