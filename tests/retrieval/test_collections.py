"""The same promises are kept by a file of SQLite, by Qdrant and by PostgreSQL."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from chatbot_cli.errors import DocumentsBusy, DocumentsError, NoSuchCollection
from chatbot_cli.retrieval.collection import Collection, Root
from chatbot_cli.retrieval.postgres.shelf import PostgresShelf
from chatbot_cli.retrieval.qdrant.shelf import QdrantShelf
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from chatbot_cli.retrieval.updating import update
from tests.retrieval.collection_contract import ABOUT_PLANTS, PLANTS, CollectionContract
from tests.retrieval.postgres_server import postgres
from tests.retrieval.test_killed import KILLS, kill_updates, write_notes


class TestInAFile(CollectionContract):
    @pytest.fixture
    def collection(self, tmp_path: Path) -> Iterator[Collection]:
        made = FileShelf(tmp_path / "docs").make("notes")
        yield made
        made.close()


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
class TestInQdrant(CollectionContract):
    """In the engine that its client has of its own, or in the one that CHAT_TEST_QDRANT names: qdrant+http://…"""

    @pytest.fixture
    def collection(self) -> Iterator[Collection]:
        url = os.environ.get("CHAT_TEST_QDRANT", "")
        shelf = QdrantShelf(url) if url else QdrantShelf("qdrant+http://localhost", QdrantClient(":memory:"))
        if "notes" in shelf.names():
            shelf.remove("notes")
        made = shelf.make("notes")
        yield made
        made.close()
        shelf.close()


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
def test_one_at_a_time_writes_into_a_collection_in_qdrant() -> None:
    client = QdrantClient(":memory:")
    mine, theirs = (QdrantShelf("qdrant+http://localhost", client) for _ in range(2))
    mine.make("notes").put(PLANTS, ABOUT_PLANTS)
    with mine.writing("notes"):
        with pytest.raises(DocumentsBusy), theirs.writing("notes"):
            pass
        assert len(theirs.open("notes").pieces_of(PLANTS.path)) == 2
    with theirs.writing("notes"):
        assert theirs.names() == ["notes"]
    theirs.remove("notes")
    with pytest.raises(NoSuchCollection):
        mine.open("notes")


def test_a_qdrant_that_does_not_answer_is_a_sentence_without_the_key() -> None:
    with pytest.raises(DocumentsError, match="cannot be reached: nothing answers") as caught:
        QdrantShelf("qdrant+http://hunter2@127.0.0.1:1").names()
    assert "hunter2" not in f"{caught.value}{caught.value.hint}"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with postgres() as address:
        yield address


@pytest.fixture
def shelf(url: str) -> Iterator[PostgresShelf]:
    made = PostgresShelf(url)
    for name in made.names():
        made.remove(name)
    yield made
    made.close()


class TestInPostgres(CollectionContract):
    @pytest.fixture
    def collection(self, shelf: PostgresShelf) -> Iterator[Collection]:
        made = shelf.make("notes")
        yield made
        made.close()

    @pytest.fixture(autouse=True)
    def _with_pgvector(self, request: pytest.FixtureRequest, shelf: PostgresShelf) -> None:
        shelf.names()
        if not shelf._database.has_vectors and ("vector" in request.node.name or "model" in request.node.name):
            pytest.skip("this PostgreSQL has no pgvector")


def test_all_who_share_a_database_see_the_same(shelf: PostgresShelf, url: str) -> None:
    mine, theirs = shelf.make("notes"), PostgresShelf(url)
    mine.put(PLANTS, ABOUT_PLANTS)
    assert theirs.names() == ["notes"]
    others = theirs.open("notes")
    assert len(others.pieces_of(PLANTS.path)) == 2
    with shelf.writing("notes"):
        with pytest.raises(DocumentsBusy), theirs.writing("notes"):
            pass
        assert len(others.pieces_of(PLANTS.path)) == 2
    with theirs.writing("notes"):
        pass
    theirs.remove("notes")
    with pytest.raises(NoSuchCollection):
        shelf.open("notes")
    for one in (mine, others, theirs):
        one.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and alarms")
def test_a_killed_update_is_gone_on_with_in_postgres(shelf: PostgresShelf, url: str, tmp_path: Path) -> None:
    folder = write_notes(tmp_path / "notes", 60)

    def rows(*, kills: bool) -> Sequence[object]:
        """All that is kept but for numbers and times, after an update that was or was not disturbed."""
        notes = shelf.make("notes")
        notes.set_roots([Root(str(folder))])
        if kills:
            assert kill_updates(url, 0.03, KILLS // 2) > 0
        update(notes)
        documents = "SELECT path, name, documents.words, size, modified, digest, state, reason, kind, encoding"
        passages = "n, first, last, unit, headings, meant, text, passages.words::text, numbers, weights"
        found = notes._rows(
            f"{documents}, {passages} FROM passages JOIN documents ON documents.id = document ORDER BY path, n"
        )
        notes.close()
        shelf.remove("notes")
        return found

    assert rows(kills=True) == rows(kills=False) != []


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql://ada:hunter2@127.0.0.1:1/notes", "Nothing answers: PostgreSQL at 127"),
        ("postgresql://ada:hun%zter2@localhost/notes", "docs_url is no address of PostgreSQL"),
        ("postgresql://ada:hunter2@/notes?host=/nowhere", "Nothing answers"),
    ],
)
def test_a_database_that_cannot_be_used_is_a_sentence_without_the_password(address: str, says: str) -> None:
    with pytest.raises(DocumentsError, match=says) as caught:
        PostgresShelf(address).names()
    assert "hun" not in f"{caught.value}{caught.value.hint}"


def test_a_database_that_is_not_there_is_named(url: str) -> None:
    with pytest.raises(DocumentsError, match="There is no database “nowhere”"):
        PostgresShelf(url.replace("/postgres?", "/nowhere?")).names()
