"""A ServerWindow that asks a server over HTTP, softly: a short time, a few times, and nothing is raised."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

from chatbot_cli.errors import SettingsError
from chatbot_cli.providers.entries.provider import BEARER, NO_KEY
from chatbot_cli.providers.route.endpoint import PLACEHOLDER_KEY, Endpoint
from chatbot_cli.providers.route.key_command import with_key
from chatbot_cli.providers.server_windows.reading import window_in

if TYPE_CHECKING:
    from chatbot_cli.providers.discovery.asking import Asked

SECONDS_TO_CONNECT, SECONDS = 0.15, 1.0
MOST_TIMES = 5  # that a server is asked which does not tell: it may not have loaded the model yet


class AskedWindow:
    """The window of one model at a server. It is told once, and asked for until then."""

    def __init__(
        self,
        endpoint: Endpoint,
        probes: tuple[str, ...],
        paths: tuple[str, ...],
        owners: frozenset[str],
        seen: Callable[[], int | None] = lambda: None,
    ) -> None:
        """`probes` are paths of the server, tried in turn; after a space, a field that names the model, for a POST.

        In the answers, `paths` lead to the window. A server whose list has one of the `owners` answers to any name.
        `seen` is what is known without asking.
        """
        self._endpoint, self._probes, self._paths, self._owners = endpoint, probes, paths, owners
        self._seen = seen
        self._told: int | None = None
        self._times = 0

    @property
    def told(self) -> int | None:
        """The tokens that the model holds; None as long as the server has not told."""
        return self._told or self._seen()

    @property
    def may_tell(self) -> bool:
        """Whether to ask may tell more than is known."""
        return self.told is None and self._times < MOST_TIMES

    async def ask(self) -> None:
        """Ask, for a second at most."""
        self._times += 1
        asking = _Asking(self._endpoint, time.monotonic() + SECONDS)
        answered = _in_a_thread(lambda: self._look(asking))
        with suppress(TimeoutError):  # whatever is connected on this machine, is at once
            await asyncio.wait_for(answered.wait(), SECONDS if self._endpoint.is_local else SECONDS_TO_CONNECT)
        if asking.has_connected and not answered.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(answered.wait(), max(0.0, asking.deadline - time.monotonic()))
        if not answered.is_set() or time.monotonic() >= asking.deadline:
            self._times = MOST_TIMES  # it would hold up each of the next requests as long

    def _look(self, asking: "_Asking") -> None:
        try:
            asked = asking.begin()
        except SettingsError:  # the command for the key has failed; the request will say so
            return
        model = self._endpoint.model
        for probe in self._probes:
            path, _, field = probe.partition(" ")
            content = json.dumps({field: model}).encode() if field else b""
            if tokens := window_in(asked.beside(path, content), model, self._paths, self._owners):
                self._told = tokens
                return


class _Asking:
    """One time that a server is asked, until a moment of time.monotonic()."""

    def __init__(self, endpoint: Endpoint, deadline: float) -> None:
        self._endpoint, self.deadline = endpoint, deadline
        self._asked: Asked | None = None

    def begin(self) -> "Asked":
        """What asks, with the key. Blocks as long as a command takes that prints one; raises SettingsError."""
        # Imported here: it brings an HTTP client, and short requests ask for no window.
        from chatbot_cli.providers.discovery.asking import Asked

        endpoint = with_key(self._endpoint)
        self._asked = Asked(endpoint.base_url, headers_of(endpoint), self.deadline)
        return self._asked

    @property
    def has_connected(self) -> bool:
        """Whether the server was reached."""
        return self._asked is not None and bool(self._asked.answers_at)


def _in_a_thread(look: Callable[[], None]) -> asyncio.Event:
    """An event that is set when `look` has returned. Nobody waits at the end for the sockets of its daemon thread."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def run() -> None:
        try:
            look()
        finally:
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(done.set)

    Thread(target=run, name="asking for the window", daemon=True).start()
    return done


def headers_of(endpoint: Endpoint) -> Mapping[str, str]:
    """The headers with the key, if there is one."""
    auth = endpoint.dialect.auth
    if endpoint.api_key == PLACEHOLDER_KEY or auth == NO_KEY:
        return {}
    return (
        {"Authorization": f"Bearer {endpoint.api_key}"}
        if auth == BEARER
        else {auth.partition(":")[2]: endpoint.api_key}
    )
