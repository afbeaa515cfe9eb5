"""The same promises are kept by a file of SQLite, by Qdrant and by PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot_cli.retrieval.collection import Collection
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from tests.retrieval.collection_contract import CollectionContract


class TestInAFile(CollectionContract):
    @pytest.fixture
    def collection(self, tmp_path: Path) -> Iterator[Collection]:
        made = FileShelf(tmp_path / "docs").make("notes")
        yield made
        made.close()
