"""Values as points of Qdrant, and back (pure)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID, uuid5

from qdrant_client import models

from chatbot_cli.chat.passages import Passage, Place, Unit
from chatbot_cli.retrieval.collection import FileRecord, Piece, State
from chatbot_cli.retrieval.meaning import digest_of_meant
from chatbot_cli.retrieval.rows import headings_as_stored, storable
from chatbot_cli.retrieval.terms import Terms, number_of, weights_of

WORDS, MEANING = "words", "meaning"  # the names of vectors
_OURS = UUID("6f5a2f6e-6f1c-4d0e-9d6b-0c5d9f1f6a11")

Payload = Mapping[str, Any]


def kept(path: str) -> str:
    """A path or name, which may hold half a character, as JSON writes it."""
    return json.dumps(path)[1:-1]


def unkept(path: str) -> str:
    """The path that was `kept`."""
    return str(json.loads(f'"{path}"'))


def point_of(*what: object) -> str:
    """The id of the point that stands for something."""
    return str(uuid5(_OURS, json.dumps(what)))


def point_of_digest(digest: str) -> str:
    """The id of a text's vector."""
    return str(UUID(digest[:32]))


def payload_of_file(file: FileRecord) -> dict[str, Any]:
    """What is kept of a file."""
    return asdict(file) | {
        "of": "file",
        "path": kept(file.path),
        "name": kept(file.name),
        "reason": storable(file.reason),
        "state": file.state.value,
        "modified": str(file.modified),
    }


def file_of(payload: Payload) -> FileRecord:
    """The file that was kept. One whose passages were not all written looks as if it had changed since."""
    fields = {name: value for name, value in payload.items() if name not in ("of", "pending")}
    fields |= {"path": unkept(fields["path"]), "name": unkept(fields["name"])}
    file = FileRecord(**fields | {"state": State(fields["state"]), "modified": int(fields["modified"])})
    return replace(file, size=-1, digest="") if payload.get("pending") else file


def point_of_piece(file: FileRecord, n: int, piece: Piece, terms: Terms) -> models.PointStruct:
    """A passage, to be found by its words."""
    headings, text = headings_as_stored(piece), storable(piece.text)
    meant = digest_of_meant(headings.split("\n") if headings else [], text)
    payload = {
        "path": kept(file.path),
        "name": kept(file.name),
        "read": file.digest,
        "n": n,
        "first": piece.place.first,
        "last": piece.place.last,
        "unit": piece.place.unit.value,
        "headings": headings,
        "text": text,
        "meant": meant,
    }
    return models.PointStruct(id=point_of("passage", file.path, n), payload=payload, vector={WORDS: _words_of(terms)})


def passage_of(collection: str, payload: Payload, score: float = 0.0) -> Passage:
    """The passage that was kept."""
    place = Place(payload["first"], payload["last"], Unit(payload["unit"]))
    path, name = unkept(payload["path"]), unkept(payload["name"])
    return Passage(collection, path, name, place, payload["text"], headings_of(payload), payload["read"], score=score)


def headings_of(payload: Payload) -> tuple[str, ...]:
    """The headings of a passage that was kept."""
    return tuple(payload["headings"].split("\n")) if payload["headings"] else ()


def asked_words(now: Sequence[str], before: Sequence[str], weight: float) -> models.SparseVector:
    """The terms of a question, and of the one before it, which count less. Qdrant weighs how rare they are."""
    values = {number_of(term): weight for term in before} | {number_of(term): 1.0 for term in now}
    return models.SparseVector(indices=list(values), values=list(values.values()))


def _words_of(terms: Terms) -> models.SparseVector:
    """How much each term counts in a passage, by BM25, but for how rare it is."""
    values = {number_of(term): weight for term, weight in weights_of(terms).items()}
    return models.SparseVector(indices=list(values), values=list(values.values()))
