"""Loads slow things in the background, so that the prompt appears at once."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress

from chatbot_cli.chat.events import ModelEvent
from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.model import ChatModel


class DeferredChat:
    """A ChatModel that calls `make` once, at its first use, and outside of the event loop's thread."""

    def __init__(self, make: Callable[[], ChatModel]) -> None:
        self._make = make
        self._making = threading.Lock()
        self._chat: ChatModel | None = None

    def load(self) -> ChatModel:
        """The real model, made if it has not been. Blocks; any thread may call it. Raises the errors of `make`."""
        with self._making:
            if self._chat is None:
                self._chat = self._make()
            return self._chat

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        """Yield the real model's events."""
        chat = await asyncio.to_thread(self.load) if self._chat is None else self._chat
        async with aclosing(chat.stream(request)) as events:
            async for event in events:
                yield event


class WarmUp:
    """Runs `steps` in order in one background thread, once. A call returns immediately."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self._steps = steps
        self._thread: threading.Thread | None = None

    def __call__(self) -> None:
        """Start the thread, if it has not been started."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="warm-up", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        for step in self._steps:
            # A step that fails here fails again at its first use, where the failure can be shown. Here it would be a
            # traceback across the prompt.
            with suppress(Exception):
                step()
