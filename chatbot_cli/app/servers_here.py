"""The servers of models that run on this machine: looked for when somebody asks, or in the background of a start."""

import time
from collections.abc import Callable, Iterator, Sequence
from threading import Thread
from typing import TYPE_CHECKING

from chatbot_cli.providers.entries.provider import Provider
from chatbot_cli.providers.route.endpoint import Endpoint

if TYPE_CHECKING:
    from chatbot_cli.providers.discovery.finding import LocalServer, Place

Local = Callable[[], Sequence[tuple[Provider, Endpoint]]]
"""The entries of programs that serve models on this machine, each with the way to it."""


class ServersHere:
    """Looks at the addresses of `local`. Those found last are `seen`."""

    def __init__(self, local: Local) -> None:
        self._local = local
        self._looking: Thread | None = None
        self._began = 0.0
        self.seen: Sequence[LocalServer] = ()

    def look(self) -> "Sequence[LocalServer]":
        """The servers that run now, with what they hold."""
        # Imported here: most chats look for no server.
        from chatbot_cli.providers.discovery.finding import SECONDS_TO_LIST, find_servers

        self.seen = find_servers(list(self.places()), self._programs, SECONDS_TO_LIST)
        return self.seen

    def window_of(self, provider: str, address: str, model: str) -> int | None:
        """The tokens that a model of a server that was found holds; None if it was not, or has not said so."""
        server = next((one for one in self.seen if (one.provider, one.base_url) == (provider, address)), None)
        served = next((one for one in server.models if one.name == model), None) if server else None
        if server is None or served is None:
            return None
        # Imported here: only a server that was found has windows.
        from chatbot_cli.providers.server_windows.reading import window_in

        owners = frozenset(filter(None, (row.dialect.any_name_owner for row in self._programs)))
        return served.context_tokens or window_in(server.about, model, server.program.window, owners)

    def begin_to_look(self) -> None:
        """Look in the background, for a short time: whoever reads `model_seen` waits for no more than that."""
        if self._looking is None:
            self._began = time.monotonic()
            self._looking = Thread(target=self._look_shortly, name="looking for servers", daemon=True)
            self._looking.start()

    def model_seen(self) -> str:
        """The spec of a model that a server here has; empty if nobody has begun to look, or none was found in time."""
        if self._looking is None:
            return ""
        # Imported here: only a chat without a key has begun to look.
        from chatbot_cli.providers.discovery.finding import SECONDS_TO_FIND
        from chatbot_cli.providers.newest import ListedModel, newest

        self._looking.join(max(0.0, self._began + SECONDS_TO_FIND - time.monotonic()))
        found = [[ListedModel(server.provider, one.name) for one in server.models] for server in self.seen]
        return next((model.spec for models in found if (model := newest("", models))), "")

    def _look_shortly(self) -> None:
        # Imported here: only a chat without a key looks for servers before somebody asks.
        from chatbot_cli.providers.discovery.finding import find_servers

        self.seen = find_servers(list(self.places()), self._programs)

    def places(self) -> "Iterator[Place]":
        """Where servers may be, each address once."""
        # Imported here: most chats look for no server.
        from chatbot_cli.providers.discovery.finding import Place
        from chatbot_cli.providers.server_windows.asking import headers_of

        addresses: set[str] = set()
        for row, way in self._local():
            if way.base_url not in addresses:
                addresses.add(way.base_url)
                yield Place(row, way.base_url, headers_of(way))

    @property
    def _programs(self) -> Sequence[Provider]:
        return [row for row, _ in self._local()]
