"""The library: all collections of a user. It implements the port of the core."""

import threading
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from chatbot_cli.chat.embedding import Embedder
from chatbot_cli.chat.passages import CollectionReport, Passage, Retrieved, Search, Standing
from chatbot_cli.errors import DocumentsError, NoSuchCollection
from chatbot_cli.hints import unmarked
from chatbot_cli.retrieval.question import Question
from chatbot_cli.retrieval.running import RunningSearch
from chatbot_cli.retrieval.shelf_port import Shelf
from chatbot_cli.retrieval.standing import Digests
from chatbot_cli.text.safe import one_line

MOST_SECONDS = 2.0  # that a question waits for what its words find


class Collections:
    """The Library whose collections stand on a shelf.

    With an embedder, those that have vectors of its model are searched by meaning as well.
    """

    def __init__(self, shelf: Shelf, embedder: Embedder | None = None, seconds: float = MOST_SECONDS) -> None:
        self._shelf, self._embedder, self._seconds = shelf, embedder, seconds
        self._digests = Digests()

    async def search(self, names: Sequence[str], search: Search) -> Retrieved:
        running = RunningSearch(self._shelf)
        try:
            return await Question(running, search, self._embedder, self._seconds).retrieved(names)
        finally:
            # In a thread: where a search does not end at once, closing waits for it.
            threading.Thread(target=running.close, name="close search", daemon=True).start()

    def collections(self) -> Sequence[CollectionReport]:
        return [self._report(name) for name in self._shelf.names()]

    def check(self, names: Sequence[str]) -> None:
        there = self._shelf.names() if names else ()
        for name in names:
            if name not in there:
                raise NoSuchCollection(f"There is no collection “{one_line(name)}”.", _hint_at(name, there))

    def standing(self, passages: Sequence[Passage]) -> Sequence[Standing]:
        kept = {name: self._kept_in(name, passages) for name in {one.collection for one in passages}}
        return [self._standing_of(one, kept[one.collection]) for one in passages]

    def _standing_of(self, passage: Passage, kept: Mapping[str, str] | None) -> Standing:
        is_kept = kept is None or passage.path in kept
        try:
            digest = self._digests.of(passage.path)
        except FileNotFoundError:
            if not self._shelf.is_shared or not is_kept:
                return Standing.GONE
            digest = passage.read if kept is None else kept[passage.path]  # the file is on another machine
        if digest != passage.read:
            return Standing.CHANGED if digest else Standing.UNKNOWN
        return Standing.SAME if is_kept else Standing.UNKNOWN

    def _kept_in(self, name: str, passages: Sequence[Passage]) -> Mapping[str, str] | None:
        """Which of the paths of the passages a collection has, with the digests that it has read; None if it fails."""
        try:
            collection = self._shelf.open(name)
        except NoSuchCollection:
            return {}
        except DocumentsError:
            return None
        try:
            pieces = [collection.pieces_of(path) for path in {one.path for one in passages if one.collection == name}]
            return {of_one[0].path: of_one[0].read for of_one in pieces if of_one}
        except DocumentsError:
            return None
        finally:
            collection.close()

    def _report(self, name: str) -> CollectionReport:
        try:
            collection = self._shelf.open(name)
            try:
                return collection.report()
            finally:
                collection.close()
        except DocumentsError as error:
            return CollectionReport(name, problem=str(error))


def _hint_at(name: str, there: Sequence[str]) -> str:
    """What somebody may have meant who names a collection that is not there."""
    if nearest := get_close_matches(name, there, 1):
        return f"Did you mean {unmarked(one_line(nearest[0]))}?"
    return (
        "chat docs list names them." if there else f"chat docs add FOLDER --name {unmarked(one_line(name))} makes it."
    )
