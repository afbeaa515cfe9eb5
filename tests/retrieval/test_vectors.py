"""Vectors as they are kept, and the nearest of them."""

import asyncio
import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.chat.embedding import fingerprint_of, model_in
from chatbot_cli.chat.passages import Place
from chatbot_cli.errors import DocumentsError, TimedOut
from chatbot_cli.retrieval import vectors
from chatbot_cli.retrieval.collection import FileRecord, Piece
from chatbot_cli.retrieval.meaning import meant, note_on, note_on_rest, vector_of
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from chatbot_cli.retrieval.vectors import Nearest, packed, unpacked


def some(count: int, numbers: int = 64) -> list[tuple[str, list[float]]]:
    """Vectors in twenty bundles, as texts about twenty things would have them."""
    chance = random.Random(7)
    things = [[chance.gauss(0, 1) for _ in range(numbers)] for _ in range(20)]
    return [(f"text {row}", [number + chance.gauss(0, 0.7) for number in things[row % 20]]) for row in range(count)]


def test_a_vector_is_kept_in_two_bytes_a_number_with_length_one() -> None:
    kept = packed([3.0, 4.0])
    assert len(kept) == 4
    assert unpacked(kept) == pytest.approx([0.6, 0.8], abs=0.001)


@pytest.mark.parametrize("vector", [[0.0, 0.0], [float("inf"), 1.0], [float("nan"), 1.0]])
def test_a_vector_without_a_direction_is_none(vector: Sequence[float]) -> None:
    with pytest.raises(DocumentsError, match="no direction"):
        packed(vector)


@pytest.mark.parametrize("most_whole", [50_000, 10])
def test_the_nearest_are_found_whole_or_by_their_signs(most_whole: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "MOST_WHOLE", most_whole)
    known = some(600)
    kept = {key: packed(vector) for key, vector in known}
    asked = some(41)[40][1]
    nearest = Nearest(kept.items(), len(kept))
    exact = nearest.exactly(asked, list(kept.items()), 10)
    best = [key for key, _ in exact]
    assert best[0] == "text 40"
    assert exact[0][1] == pytest.approx(1.0, abs=0.001)
    found = nearest.candidates(asked, 10)
    assert nearest.is_exact == (most_whole == 50_000)
    if nearest.is_exact:
        assert [key for key, _ in found] == best
    assert {*best} <= {key for key, _ in found}
    assert nearest.candidates([1.0, 2.0], 10) == []
    assert Nearest([], 0).candidates(asked, 10) == []


def test_a_large_collection_finds_the_same_as_a_small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = FileShelf(tmp_path).make("notes")
    known = dict(some(60))
    pieces = [Piece(key, Place(n, n)) for n, key in enumerate(known, 1)]
    notes.put(FileRecord("/a.md", "a.md", 1, 1, "d"), pieces)
    notes.set_fingerprint("m")
    asked = some(41)[40][1]
    made = {digest: known[text] for digest, text in notes.without_vector()}
    notes.put_vectors(dict(list(made.items())[:20]))
    assert len(notes.by_meaning(asked, 60)) == 20
    notes.put_vectors(made)
    assert len(notes.by_meaning(asked, 60)) == 60
    small = [one.text for one in notes.by_meaning(asked, 5)]
    monkeypatch.setattr(vectors, "MOST_WHOLE", 10)
    notes.put_vectors({})
    assert [one.text for one in notes.by_meaning(asked, 5)] == small
    notes.close()


def test_a_collection_where_no_file_can_be_made_is_searched_by_meaning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = FileShelf(tmp_path).make("notes")
    notes.put(FileRecord("/a.md", "a.md", 1, 1, "d"), [Piece("here", Place(1, 1))])
    notes.set_fingerprint("m")
    notes.put_vectors({digest: (1.0, 2.0) for digest, _ in notes.without_vector()})
    notes.close()
    connect = sqlite3.connect

    def read_only(database: str, **others: Any) -> sqlite3.Connection:  # as root, whom no mode of a folder keeps out
        if "immutable" not in database:
            database = f"{(tmp_path / 'gone' / 'notes.db').as_uri()}?mode=ro"
        opened: sqlite3.Connection = connect(database, **others)
        return opened

    monkeypatch.setattr(sqlite3, "connect", read_only)
    notes = FileShelf(tmp_path).open("notes")
    assert [one.text for one in notes.by_meaning((1.0, 2.0), 1)] == ["here"]
    notes.close()


class Stub:
    """An Embedder that answers, or fails, as it is told."""

    address = ""

    def __init__(self, fingerprint: str, fails: bool = False, loads: float = 0.0) -> None:
        self.fingerprint, self._fails, self._loads = fingerprint, fails, loads

    async def load(self) -> None:
        await asyncio.sleep(self._loads)

    async def of_question(self, text: str) -> Sequence[float]:
        if self._fails:
            raise TimedOut("m is asleep.")
        return [1.0]

    of_texts = None


def test_vectors_of_another_model_are_named() -> None:
    kept = fingerprint_of("ollama/one", "", "'query: '")
    assert model_in(kept) == "ollama/one"
    assert note_on("notes", kept, Stub(kept)) == ""  # type: ignore[arg-type]  # as far as it is asked
    assert note_on("notes", "", Stub(kept)) == ""  # type: ignore[arg-type]  # as far as it is asked
    other = note_on("notes", kept, Stub("openai/two"))  # type: ignore[arg-type]  # as far as it is asked
    assert "made by ollama/one, not by openai/two" in other
    assert "`chat docs embed notes`" in other


def test_texts_that_wait_for_their_vectors_are_counted() -> None:
    assert note_on_rest("notes", 0) == ""
    assert note_on_rest("notes", 1_204).startswith("1,204 texts of notes can be found by words alone")


async def test_a_question_without_a_vector_is_answered_by_words() -> None:
    assert await vector_of(Stub("m"), "Where?") == ([1.0], "")  # type: ignore[arg-type]  # as far as it is asked
    assert await vector_of(Stub("m", loads=0.05), "Where?", patience=0.01) == ([1.0], "")  # type: ignore[arg-type]  # as far as it is asked
    vector, note = await vector_of(Stub("m", fails=True), "Where?")  # type: ignore[arg-type]  # as far as it is asked
    assert (vector, note) == ((), "Words alone were searched, not meaning: m is asleep.")


def test_what_is_embedded_is_the_text_below_its_headings() -> None:
    assert meant(("Install", "macOS"), "Drag it.") == "Install › macOS\nDrag it."
    assert meant((), "Drag it.") == "Drag it."
