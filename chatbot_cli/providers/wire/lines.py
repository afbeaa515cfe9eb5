"""Keeps a client of an SDK for each event loop, until that loop closes."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar


class Closable(Protocol):
    """A client of an SDK."""

    async def close(self) -> None:
        """Close its connections."""
        ...


C = TypeVar("C", bound=Closable)


@dataclass(slots=True)
class Line(Generic[C]):
    """A client in use. After it has `answered`, it may hold connections that the server has closed."""

    client: C
    answered: bool = False


class ClientPerLoop(Generic[C]):
    """A client for each running event loop, because a kept connection belongs to the loop that opened it.

    The first client is built by the constructor, in any thread; each further one when a new loop needs it.
    """

    def __init__(self, build: Callable[[], C]) -> None:
        self._build = build
        self._first: C | None = build()
        self._open: dict[asyncio.AbstractEventLoop, tuple[Line[C], AsyncGenerator[None, None]]] = {}

    async def line(self) -> Line[C]:
        """The client of the running loop."""
        loop = asyncio.get_running_loop()
        if loop not in self._open:
            line, self._first = Line(self._first or self._build()), None
            keeper = self._keep(loop, line.client)
            self._open[loop] = line, keeper
            await anext(keeper)
        return self._open[loop][0]

    async def _keep(self, loop: asyncio.AbstractEventLoop, client: C) -> AsyncGenerator[None, None]:
        # A loop closes its open generators before it ends: this is the last moment to close the connections.
        _IN_USE.add(self)
        try:
            yield
        finally:
            del self._open[loop]
            if not self._open:
                _IN_USE.discard(self)
            await client.close()


_IN_USE: set[ClientPerLoop[Any]] = set()  # a loop refers to its generators only weakly: this keeps them alive
