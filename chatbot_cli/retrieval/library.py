"""The library: all collections of a user. It implements the port of the core."""

from collections.abc import Sequence
from pathlib import Path

from chatbot_cli.chat.passages import CollectionReport, Passage, Retrieved, Search, Standing
from chatbot_cli.errors import NoSuchCollection


class Collections:
    """The Library whose collections are in files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def search(self, names: Sequence[str], search: Search) -> Retrieved:
        self.check(names)
        return Retrieved()

    def collections(self) -> Sequence[CollectionReport]:
        return ()

    def check(self, names: Sequence[str]) -> None:
        for name in names:
            raise NoSuchCollection(f"There is no collection {name!r}.", f"chat docs add FOLDER --name {name} makes it.")

    def standing(self, passages: Sequence[Passage]) -> Sequence[Standing]:
        return [Standing.UNKNOWN] * len(passages)
