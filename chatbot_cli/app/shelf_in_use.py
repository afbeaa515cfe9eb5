"""Where the user's collections are."""

from pathlib import Path

from chatbot_cli.app.documents_in_use import FOLDER
from chatbot_cli.retrieval.shelf_port import Shelf
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from chatbot_cli.settings.precedence import Settings


def shelf_of(settings: Settings, data: Path) -> Shelf:
    """The shelf that the settings name: files below the user's data."""
    return FileShelf(data / FOLDER)
