"""Where collections are: a folder, or the engine that docs_url names, whose client must be there."""

import builtins
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.app.embedding import embedder_for_questions, embedder_of
from chatbot_cli.app.shelf_in_use import shelf_of
from chatbot_cli.errors import MissingKey, SettingsError
from chatbot_cli.retrieval.postgres.shelf import PostgresShelf
from chatbot_cli.retrieval.qdrant.shelf import QdrantShelf
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from chatbot_cli.settings.precedence import Settings
from tests.settings.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def settings(home: Home, **environ: str) -> Settings:
    return home.settle(environ)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("", FileShelf),
        ("postgresql://ada@localhost/notes", PostgresShelf),
        ("qdrant+http://localhost:6333", QdrantShelf),
    ],
)
def test_docs_url_names_the_engine(home: Home, url: str, kind: type) -> None:
    environ = {"CHAT_DOCS_URL": url} if url else {}
    shelf = shelf_of(settings(home, **environ), home.folders.data)
    assert isinstance(shelf, kind)
    shelf.close()


@pytest.mark.parametrize(("url", "client"), [("postgres://h/d", "psycopg"), ("qdrant+http://h", "qdrant-client")])
def test_an_engine_without_its_client_is_a_sentence_with_the_command(
    home: Home, url: str, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without_shelves(name: str, *rest: Any, **named: Any) -> Any:
        if name.endswith((".postgres.shelf", ".qdrant.shelf")):
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without_shelves)
    with pytest.raises(SettingsError, match=f"docs_url takes {client}") as caught:
        shelf_of(settings(home, CHAT_DOCS_URL=url), home.folders.data)
    assert "pip install 'chatbot-cli[" in caught.value.hint


async def test_a_chat_without_the_key_of_its_embedding_model_searches_words(home: Home) -> None:
    ours = settings(home, CHAT_EMBEDDING_MODEL="openai/text-embedding-3-small")
    with pytest.raises(MissingKey):
        embedder_of(ours, {})
    embedder = embedder_for_questions(ours, {})
    assert embedder is not None
    assert embedder.fingerprint == "openai/text-embedding-3-small · https://api.openai.com/v1 · 512 numbers"
    with pytest.raises(MissingKey):
        await embedder.of_question("Where?")
    assert embedder_for_questions(settings(home), {}) is None
