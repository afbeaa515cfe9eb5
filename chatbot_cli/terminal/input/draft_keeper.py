"""Saves the text that is typed and not sent, so that it survives the terminal. A text with a secret is not saved."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prompt_toolkit.buffer import Buffer

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.commands.typed_lines import text_sent_by
from chatbot_cli.secrets.finding import Find, find_secrets

SAVE_DELAY = 0.5  # seconds from a key to saving the text; keys in between are saved with it


class DraftKeeper:
    """Gives the journal of `conversation` the draft while the user types. `find` finds the secrets in a text."""

    def __init__(self, conversation: Conversation, buffer: Buffer, find: Find = find_secrets) -> None:
        self._find = find
        self._conversation = conversation
        self._buffer = buffer
        self._timer: asyncio.TimerHandle | None = None
        buffer.on_text_changed += lambda _: self._save_soon()

    @contextmanager
    def while_reading(self, draft: str) -> Iterator[None]:
        """Save the prompt's text while the user edits it, starting from `draft`.

        Unsent text survives leaving the chat.
        """
        self._save(draft)
        try:
            yield
        except EOFError:  # the user leaves from an empty prompt
            self._save("")
            raise
        except asyncio.CancelledError:
            self._save(self._buffer.text)
            raise
        finally:
            self._cancel_timer()

    @contextmanager
    def while_streaming(self, typed: Callable[[], str]) -> Iterator[None]:
        """Save the text that `typed` returns while no prompt reads it, every SAVE_DELAY. Needs a running event loop."""
        saved = ""
        timer: asyncio.TimerHandle | None = None

        def save_change() -> None:
            nonlocal saved, timer
            if (text := typed()) != saved:
                saved = text
                self._save(text)
            timer = asyncio.get_running_loop().call_later(SAVE_DELAY, save_change)

        save_change()
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()
            if typed() != saved:
                self._save(typed())

    def _save(self, text: str) -> None:
        self._cancel_timer()
        if not self._find(text):  # a text with a secret leaves the draft as it was saved before
            self._conversation.journal.draft(text_sent_by(text) or "", self._conversation.setup)

    def _save_soon(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SAVE_DELAY, lambda: self._save(self._buffer.text))

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
