"""The draft of a conversation on its way into the database: only the newest one is worth writing."""

from collections.abc import Callable

from chatbot_cli.chat.setup import Setup
from chatbot_cli.sessions.outbox import Operation, Outbox
from chatbot_cli.sessions.store import Store


class DraftToSave:
    """Knows the `text` that was put last. `save` writes one."""

    def __init__(self, outbox: Outbox, save: Callable[[Store, str, Setup], object]) -> None:
        self._outbox, self._save, self.text = outbox, save, ""
        self._waiting: Operation | None = None

    def put(self, text: str, setup: Setup) -> None:
        """Save this one, in place of the one before if that still waits."""
        self.text = text
        if self._waiting is not None:
            self._outbox.take_back(self._waiting)
        self._waiting = lambda store: self._save(store, text, setup)
        self._outbox.put(self._waiting)
