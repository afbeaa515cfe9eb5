"""A file of weights as a ChatModel: loads it at the first request, says so, and asks its server."""

import asyncio
import weakref
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from chatbot_cli.chat.events import ModelEvent
from chatbot_cli.chat.loading_events import LoadingWeights
from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.model import ChatModel
from chatbot_cli.errors import ProviderError
from chatbot_cli.providers.gguf.child import Served, Unloaded
from chatbot_cli.providers.gguf.failures import cannot_start, died, not_loaded
from chatbot_cli.providers.gguf.memory import free_memory, needed, not_enough
from chatbot_cli.providers.gguf.running import Running, Servers, Wanted

LOOK = 0.02  # seconds between two looks at what is being loaded
SHOWN_AFTER = 0.3  # seconds; what is loaded sooner is not mentioned
DYING = 0.5  # seconds that a process may take to be gone, after its connections are

Connect = Callable[[Served], ChatModel]


class WeightsChat:
    """The model of a file. `connect` makes the adapter to its server, which may be slow.

    It is a holder of the model: when the last is closed, or forgotten, the model's process ends. `free` tells the bytes
    of memory that can be had.
    """

    def __init__(
        self, wanted: Wanted, servers: Servers, connect: Connect, free: Callable[[], int | None] = free_memory
    ) -> None:
        self._wanted, self._servers, self._connect, self._free = wanted, servers, connect, free
        self._connected: tuple[Running, ChatModel] | None = None
        servers.hold(wanted)
        self._let_go = weakref.finalize(self, servers.let_go, wanted)
        self._let_go.atexit = False  # all end then

    def close(self) -> None:
        """End the model's process, if no other conversation may ask for it. May be called again."""
        self._let_go()

    def begin(self, *, uses: bool = False) -> Running:
        """Begin to load the model, if it is not loaded. Returns at once. Raises ProviderError.

        It is to be released by whoever `uses` it.
        """
        self._servers.make_room(self._wanted)
        weights, window, free = self._wanted.weights, self._wanted.window, self._free()
        if free is not None and not self._servers.has(self._wanted) and needed(weights, window) > free:
            raise not_enough(weights, window, free)
        try:
            return self._servers.begin(self._wanted, uses=uses)
        except OSError as error:
            raise cannot_start(weights, error) from error

    def load(self) -> None:
        """Load the model and what is needed to ask it. Blocks; for a thread in the background. Raises ChatError."""
        self._connection(self.begin())

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        """Yield `LoadingWeights` if that takes a while, then the model's events. Raises ChatError."""
        running = self.begin(uses=True)
        try:
            async with aclosing(self._asked(running, request)) as events:
                async for event in events:
                    yield event
        finally:
            self._servers.release(running)

    async def _asked(self, running: Running, request: Request) -> AsyncGenerator[ModelEvent, None]:
        try:
            if not await _settles(running, SHOWN_AFTER):
                yield LoadingWeights(self._wanted.weights.name, self._wanted.weights.size_in_words)
                while not await _settles(running, SHOWN_AFTER):
                    pass
        finally:
            if not running.is_settled:  # stopped with Ctrl-C
                self._servers.give_up(running)
        chat = await asyncio.to_thread(self._connection, running)
        try:
            async with aclosing(chat.stream(request)) as events:
                async for event in events:
                    yield event
        except ProviderError as error:
            if not await _dies(running):
                raise
            raise died(self._wanted.weights, running.why_it_died()) from error

    def _connection(self, running: Running) -> ChatModel:
        """The adapter to a model's server. Blocks until it serves. Raises ChatError."""
        try:
            served = running.served()
        except Unloaded as unloaded:
            self._servers.give_up(running)
            raise not_loaded(self._wanted.weights, unloaded) from unloaded
        if self._connected is None or self._connected[0] is not running:
            self._connected = running, self._connect(served)
        return self._connected[1]


async def _settles(running: Running, within: float) -> bool:
    """Whether a model is loaded, or has failed, in so many seconds."""
    waited = 0.0
    while not running.is_settled and waited < within:
        await asyncio.sleep(LOOK)
        waited += LOOK
    return running.is_settled


async def _dies(running: Running) -> bool:
    """Whether a model's process has ended, or is about to."""
    waited = 0.0
    while not running.has_died and waited < DYING:
        await asyncio.sleep(LOOK)
        waited += LOOK
    return running.has_died
