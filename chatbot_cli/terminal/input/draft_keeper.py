"""Tells the journal what is typed and not sent, so that it is not lost with the terminal; but no secrets."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prompt_toolkit.buffer import Buffer

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.secrets.finding import Find, find_secrets

PAUSE = 0.5  # seconds from a key to keeping what is typed by then


class DraftKeeper:
    """Watches the text of a prompt while one types in it."""

    def __init__(self, chat: Conversation, buffer: Buffer, secrets: Find = find_secrets) -> None:
        self._secrets = secrets
        self._chat = chat
        self._buffer = buffer
        self._timer: asyncio.TimerHandle | None = None
        buffer.on_text_changed += lambda _: self._wait()

    @contextmanager
    def kept(self, draft: str) -> Iterator[None]:
        """Watch while a line is read that begins as `draft`. What is not sent is kept, also when the chat is ended."""
        self._keep(draft)
        try:
            yield
        except EOFError:  # leaving, with nothing typed
            self._keep("")
            raise
        except asyncio.CancelledError:
            self._keep(self._buffer.text)
            raise
        finally:
            self._stop()

    @contextmanager
    def watching(self, typed: Callable[[], str]) -> Iterator[None]:
        """Look now and then at what is `typed` while nobody reads a line; needs a running event loop."""
        known = ""
        timer: asyncio.TimerHandle | None = None

        def look() -> None:
            nonlocal known, timer
            if (text := typed()) != known:
                known = text
                self._keep(text)
            timer = asyncio.get_running_loop().call_later(PAUSE, look)

        look()
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()
            if typed() != known:
                self._keep(typed())

    def _keep(self, text: str) -> None:
        self._stop()
        if not self._secrets(text):  # else what was kept before stays
            self._chat.journal.draft("" if text.startswith("/") else text, self._chat.setup)

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PAUSE, lambda: self._keep(self._buffer.text))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
