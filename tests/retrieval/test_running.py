"""A search ends when it is told to: after its time, and when its turn is cancelled."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterable, Sequence
from pathlib import Path

import pytest

from chatbot_cli.chat.embedding import Embedded
from chatbot_cli.chat.passages import Passage, Place, Search
from chatbot_cli.errors import DocumentsError, ProviderError
from chatbot_cli.retrieval.collection import FileRecord, Piece, Query
from chatbot_cli.retrieval.library import Collections
from chatbot_cli.retrieval.sqlite.collection import FileCollection
from chatbot_cli.retrieval.sqlite.shelf import FileShelf


class SlowCollection(FileCollection):
    """One that searches until it is interrupted."""

    def __init__(self, path: Path, begun: threading.Event) -> None:
        super().__init__(path)
        self.begun, self.interrupted = begun, threading.Event()

    def by_words(self, query: Query, limit: int) -> Sequence[Passage]:
        self.begun.set()
        assert self.interrupted.wait(10)
        raise DocumentsError("It was interrupted.")

    def interrupt(self) -> None:
        self.interrupted.set()


class SlowShelf(FileShelf):
    """A shelf that has one of these."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        self.begun = threading.Event()
        self.slow: SlowCollection | None = None

    def open(self, name: str) -> FileCollection:
        if name != "slow":
            return super().open(name)
        self.slow = SlowCollection(self.folder / "slow.db", self.begun)
        return self.slow


@pytest.fixture
def shelf(tmp_path: Path) -> SlowShelf:
    shelf = SlowShelf(tmp_path)
    for name in ("notes", "slow"):
        collection = shelf.make(name)
        collection.put(FileRecord("/a.md", f"{name}/a.md", 1, 1, "d"), [Piece(f"Words of {name}.", Place(1, 1))])
        collection.close()
    return shelf


def test_what_was_found_in_time_is_sent_and_the_rest_is_told(shelf: SlowShelf) -> None:
    found = asyncio.run(Collections(shelf, seconds=0.05).search(("notes", "slow"), Search("words")))
    assert [one.text for one in found.passages] == ["Words of notes."]
    assert found.notes == ("The search took longer than 0.05 s, and was ended.",)
    assert shelf.slow
    assert shelf.slow.interrupted.is_set()


def test_a_search_that_is_cancelled_ends_at_once(shelf: SlowShelf) -> None:
    async def cancelled() -> None:
        search = asyncio.create_task(Collections(shelf, seconds=60).search(("slow",), Search("words")))
        assert await asyncio.to_thread(shelf.begun.wait, 10)
        search.cancel()
        with pytest.raises(asyncio.CancelledError):
            await search

    asyncio.run(cancelled())
    assert shelf.slow
    assert shelf.slow.interrupted.is_set()


class BrokenEmbedder:
    """An embedder whose server fails."""

    address = ""

    def __init__(self, fingerprint: str) -> None:
        self.fingerprint = fingerprint

    async def load(self) -> None:
        pass

    async def of_question(self, text: str) -> Sequence[float]:
        raise ProviderError("The server has no room.")

    def of_texts(self, texts: Iterable[tuple[str, str]]) -> AsyncGenerator[Embedded, None]:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("model", "note"),
    [
        ("small", "Words alone were searched, not meaning: The server has no room."),
        ("large", "The vectors of notes were made by small, not by large: words alone were searched"),
    ],
)
def test_words_answer_where_vectors_cannot(shelf: SlowShelf, model: str, note: str) -> None:
    shelf.open("notes").set_fingerprint("small")
    found = asyncio.run(Collections(shelf, BrokenEmbedder(model)).search(("notes",), Search("words")))
    assert [one.text for one in found.passages] == ["Words of notes."]
    assert [one.startswith(note) for one in found.notes] == [True]
