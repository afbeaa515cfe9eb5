"""Opens the model of a spec such as `ollama/nomic-embed-text`, for vectors. Cheap to import."""

import asyncio
import re
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from chatbot_cli.chat.embedding import Embedded, fingerprint_of
from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.errors import MissingKey, SettingsError
from chatbot_cli.providers.embeddings.ways import way_of
from chatbot_cli.providers.entries.provider import fetching
from chatbot_cli.providers.prices import prices_at
from chatbot_cli.providers.route.endpoint import Access
from chatbot_cli.providers.route.spec import Route, route_to

if TYPE_CHECKING:
    from chatbot_cli.providers.embeddings.server import ServerEmbedder

_ADDRESS_AND_NAME = re.compile(r"(https?://\S+?/v\d+\w*|https?://\S+)/(\S+)")


class ServerModel:
    """An Embedder: a model as its `route` says, loaded at its first use, outside of the event loop's thread."""

    def __init__(self, route: Route, access: Access) -> None:
        self._route, self._access = route, access
        self._loading = Lock()
        self._loaded: ServerEmbedder | None = None
        model = route.endpoint.model
        name = model if access.base_url else f"{route.provider.name}/{model}"
        self.fingerprint = fingerprint_of(name, self.address, *way_of(model).details)

    @property
    def address(self) -> str:
        """Where texts are sent, as it may be shown; empty if they stay on this machine."""
        endpoint = self._route.endpoint
        return "" if endpoint.is_local and not endpoint.dialect.passes_on else endpoint.address

    def price(self, tokens: int) -> float | None:
        """US dollars for so many tokens; None if that is not known."""
        cost = prices_at(self._route, self._access).cost(TokensUsed(tokens, 0))
        return cost.dollars if cost else None

    async def load(self) -> None:
        """Load what a question takes. Raises SettingsError."""
        await asyncio.to_thread(self._load)

    async def of_question(self, text: str) -> Sequence[float]:
        """The vector of a question. Raises ProviderError or SettingsError."""
        server = await asyncio.to_thread(self._load)
        return await server.of_question(text)

    async def of_texts(self, texts: Iterable[tuple[str, str]]) -> AsyncGenerator[Embedded, None]:
        """The vectors of texts as they come. Raises ProviderError or SettingsError."""
        server = await asyncio.to_thread(self._load)
        async with aclosing(server.of_texts(texts)) as made:
            async for some in made:
                yield some

    def _load(self) -> "ServerEmbedder":
        # Here, because importing the SDK takes 0.3 s, and most chats have no vectors.
        from chatbot_cli.providers.embeddings.server import ServerEmbedder
        from chatbot_cli.providers.route.key_command import with_key

        with self._loading:
            if self._loaded is None:
                provider, endpoint = self._route.provider, self._route.endpoint
                command = fetching(provider.fetch_command, endpoint.model)
                self._loaded = ServerEmbedder(with_key(endpoint), mend=command)
            return self._loaded


def open_embedder(spec: str, access: Access) -> ServerModel:
    """Open `PROVIDER/NAME`, `NAME` of OpenAI's, or http://HOST:PORT/v1/NAME. Nothing is sent, or loaded, yet.

    The base URL of the chat's model is not heeded: it is another model's. Raises SettingsError, and MissingKey if the
    provider wants a key that is not in `access`.
    """
    spec = spec.strip()
    own = _ADDRESS_AND_NAME.fullmatch(spec)
    address, name = own.groups() if own else (None, spec)
    access = replace(access, base_url=address)
    try:
        route = route_to(name, access)
    except MissingKey as error:
        raise MissingKey(error.variable, error.model, "take a model on this machine, such as ollama/…") from None
    if route is None:
        raise SettingsError("The demo model makes no vectors.", "Another does, such as ollama/nomic-embed-text.")
    return ServerModel(route, access)
