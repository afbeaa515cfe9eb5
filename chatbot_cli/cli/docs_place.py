"""What the subcommand `chat docs` works with: the surroundings, and the shelf of the collections."""

from pathlib import Path
from typing import Self

from chatbot_cli.app.shelf_in_use import shelf_of
from chatbot_cli.cli.session_streams import SessionStreams
from chatbot_cli.errors import NoSuchCollection
from chatbot_cli.frozen import frozen
from chatbot_cli.providers.entries.registry import key_variables
from chatbot_cli.retrieval.shelf_port import Shelf
from chatbot_cli.settings.precedence import Settings, Sources
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.safe import one_line, safe

OURS = ("docs_url", "embedding_model")  # settings without whose sense documents would go where nobody wants them


def settings_of(surroundings: Surroundings, folders: Folders) -> Settings:
    """The settings. Raises SettingsError if one makes no sense that says where documents are kept, or go to."""
    settled = Sources.read(surroundings.environ, surroundings.cwd, folders, key_variables).settle({})
    for problem in filter(None, map(settled.problems.get, OURS)):
        raise problem
    return settled.settings


@frozen
class DocsPlace:
    """The surroundings of a run, its settings, and the collections. `ours` are folders that are never read."""

    surroundings: Surroundings
    settings: Settings
    shelf: Shelf
    ours: tuple[Path, ...]

    @classmethod
    def of_process(cls) -> Self:
        surroundings = Surroundings.of_process()
        folders = Folders.of(surroundings.environ, surroundings.home)
        settings = settings_of(surroundings, folders)
        return cls(surroundings, settings, shelf_of(settings, folders.data), (folders.data, folders.state))

    @property
    def columns(self) -> int | None:
        """The width of the terminal in cells; None for a pipe."""
        return SessionStreams(self.surroundings).columns

    def named(self, name: str | None) -> list[str]:
        """The collection with this name, or all. Raises NoSuchCollection."""
        names = list(self.shelf.names())
        if name is None:
            return names
        if name not in names:
            there = f"These are there: {', '.join(names)}." if names else "chat docs add FOLDER makes one."
            raise NoSuchCollection(f"There is no collection “{one_line(name)}”.", there)
        return [name]

    def put(self, lines: list[str]) -> None:
        """Print lines that are safe already."""
        for line in lines:
            print(safe(line), file=self.surroundings.stdout)
