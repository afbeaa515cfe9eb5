"""The documents of a chat, put together from flags, settings and personas. Without any, nothing of them is loaded."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING

from chatbot_cli.chat.documents import Documents
from chatbot_cli.chat.passages import CollectionReport, Passage, Retrieved, Search, Standing
from chatbot_cli.frozen import frozen
from chatbot_cli.secrets.finding import find_secrets
from chatbot_cli.settings.precedence import Settings

if TYPE_CHECKING:
    from chatbot_cli.app.secrets_in_passages import SecretsInPassages
    from chatbot_cli.chat.document_ports import Library
    from chatbot_cli.retrieval.library import Collections

NOTHING_SET: Mapping[str, str] = MappingProxyType({})


@frozen
class WantedDocuments:
    """What a start says of documents: the `names` of collections; or that there are to be `none`, whatever else asks.

    `files` are the paths of those that go with the first message. With `sources`, what an answer cites follows it.
    """

    names: tuple[str, ...] = ()
    none: bool = False
    files: tuple[str, ...] = ()
    sources: bool = False

    def in_place_of(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The names in force where a persona, or a saved conversation, has others."""
        return () if self.none else self.names or names


NO_DOCUMENTS = WantedDocuments()


class DocumentsInUse:
    """The Library of a chat, which loads the collections when one is asked for. `wanted` is what its start says."""

    def __init__(
        self,
        settings: Settings,
        data: Path,
        wanted: WantedDocuments = NO_DOCUMENTS,
        *,
        environ: Mapping[str, str] = NOTHING_SET,
    ) -> None:
        self._settings, self._data, self._environ, self.wanted = settings, data, environ, wanted
        self._secrets: SecretsInPassages | None = None
        self._address: Callable[[], str] = str
        self._made: Collections | None = None
        self._making = Lock()

    def for_chat(self) -> Documents:
        """The documents as a conversation has them."""
        return Documents(self._at_a_prompt(), self._settings.docs_tokens, self._settings.docs_passages)

    def _at_a_prompt(self) -> "Library":
        if self._settings.docs_url is None:
            return self
        # Imported here: few have an engine.
        from chatbot_cli.app.engine_in_time import EngineInTime

        return EngineInTime(self)

    def send_to(self, address: Callable[[], str]) -> None:
        """Note how to tell the address of the server that the passages will go to; empty for this process."""
        self._address = address

    async def search(self, names: Sequence[str], search: Search) -> Retrieved:
        return self.sendable(await self._loaded.search(names, search))

    def sendable(self, found: Retrieved) -> Retrieved:
        if self._secrets is None:
            # Imported here: most chats have no documents.
            from chatbot_cli.app.secrets_in_passages import SecretsInPassages

            find = partial(find_secrets, own=self._settings.keys)
            self._secrets = SecretsInPassages(find, self._settings.secrets)
        return self._secrets.left_out(found, self._address())

    def collections(self) -> Sequence[CollectionReport]:
        return self._loaded.collections()

    def known(self) -> Sequence[CollectionReport]:
        return self.collections()

    def check(self, names: Sequence[str]) -> None:
        """Raise NoSuchCollection if there is none of one of these names; the nearest is its hint."""
        if names:
            self._loaded.check(names)

    def standing(self, passages: Sequence[Passage]) -> Sequence[Standing]:
        return self._loaded.standing(passages)

    @property
    def _loaded(self) -> "Collections":
        with self._making:  # a thread may ask as well
            if self._made is None:
                self._made = self._opened()
            return self._made

    def _opened(self) -> "Collections":
        # Imported here, as all that they bring: most chats have no documents.
        from chatbot_cli.app.embedding import embedder_for_questions
        from chatbot_cli.app.shelf_in_use import shelf_of
        from chatbot_cli.retrieval.library import Collections

        embedder = embedder_for_questions(self._settings, self._environ)
        return Collections(shelf_of(self._settings, self._data), embedder)
