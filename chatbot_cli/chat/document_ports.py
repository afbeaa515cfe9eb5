"""The port to the user's own documents."""

from collections.abc import Sequence
from typing import Protocol

from chatbot_cli.chat.passages import CollectionReport, Passage, Retrieved, Search, Standing


class Library(Protocol):
    """The user's own documents, in collections that have names, wherever they are kept."""

    async def search(self, names: Sequence[str], search: Search) -> Retrieved:
        """The passages of these collections that fit a question best. Raises DocumentsError only if there is none.

        A collection that cannot be searched is told in the notes. Cancelling it ends the search.
        """
        ...

    def sendable(self, found: Retrieved) -> Retrieved:
        """Those of the passages that may go to the model as it is now; the notes tell of the others.

        What a search finds is so already. What was found before may have been for another model.
        """
        ...

    def collections(self) -> Sequence[CollectionReport]:
        """All collections, by name. Raises DocumentsError."""
        ...

    def known(self) -> Sequence[CollectionReport]:
        """The collections at once, for completions: as they were known last, if to ask would take a server."""
        ...

    def check(self, names: Sequence[str]) -> None:
        """Raise DocumentsError if there is no collection of one of these names."""
        ...

    def standing(self, passages: Sequence[Passage]) -> Sequence[Standing]:
        """What has become of the document of each passage since it was read."""
        ...
