"""Where the user's collections are."""

from pathlib import Path

from chatbot_cli.errors import SettingsError
from chatbot_cli.retrieval.shelf_port import Shelf
from chatbot_cli.settings.precedence import Settings
from chatbot_cli.system.extras import install_command

FOLDER = "docs"  # below the user's data


def shelf_of(settings: Settings, data: Path) -> Shelf:
    """The shelf that the settings name: files below the user's data, or an engine. Raises SettingsError."""
    url = settings.docs_url
    if url is None:
        from chatbot_cli.retrieval.sqlite.shelf import FileShelf  # imported here: an engine does without the database

        return FileShelf(data / FOLDER)
    is_qdrant = url.startswith("qdrant+")
    try:
        return _qdrant(url) if is_qdrant else _postgres(url)
    except ImportError as error:
        client, extra = ("qdrant-client", "qdrant") if is_qdrant else ("psycopg", "postgres")
        raise SettingsError(f"docs_url takes {client}.", install_command(extra)) from error


def _qdrant(url: str) -> Shelf:
    # Imported here: its client takes long to import, and few have a server of it.
    from chatbot_cli.retrieval.qdrant.shelf import QdrantShelf

    return QdrantShelf(url)


def _postgres(url: str) -> Shelf:
    # Imported here: few have its client.
    from chatbot_cli.retrieval.postgres.shelf import PostgresShelf

    return PostgresShelf(url)
