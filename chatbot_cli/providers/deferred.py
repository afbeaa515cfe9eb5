"""Loading in the background what takes longer to load than the prompt takes to appear."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress

from chatbot_cli.chat.events import ModelEvent
from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.model import ChatModel


class DeferredChat:
    """A ChatModel that is made by `make` when it is first needed, once, and not in the event loop's thread."""

    def __init__(self, make: Callable[[], ChatModel]) -> None:
        self._make = make
        self._making = threading.Lock()
        self._chat: ChatModel | None = None

    def load(self) -> ChatModel:
        """The real model, made if it has not been. It blocks; any thread may call it. Raises what `make` raises."""
        with self._making:
            if self._chat is None:
                self._chat = self._make()
            return self._chat

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        """Yield what the real model yields."""
        chat = await asyncio.to_thread(self.load) if self._chat is None else self._chat
        async with aclosing(chat.stream(request)) as events:
            async for event in events:
                yield event


class WarmUp:
    """Runs `steps` one after the other in one background thread, once; calling it returns immediately."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self._steps = steps
        self._thread: threading.Thread | None = None

    def __call__(self) -> None:
        """Start, if that has not been done."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="warm-up", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        for step in self._steps:
            # Whatever fails here fails again at its first use, where it can be shown; here it would only be a traceback
            # across the prompt.
            with suppress(Exception):
                step()
