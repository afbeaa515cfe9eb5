"""What a journal wants to write, in order. What cannot be written now waits, and is tried again."""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from chatbot_cli.errors import ChatError, SessionDamaged, SessionError
from chatbot_cli.sessions.database.failures import is_damage, is_gone, is_locked
from chatbot_cli.sessions.store import Store

Failure = sqlite3.Error | OSError
Operation = Callable[[Store], object]
T = TypeVar("T")

PATIENCE = 5.0  # seconds that a lock may last before it is a problem
INTERVAL = 0.05  # seconds between two tries of somebody who waits
LATER = 0.5  # seconds until what waits for a lock is tried again


class Outbox:
    """Operations on the database. Each is one transaction, so that an operation which fails can be repeated.

    `open_store` opens the database, or returns the open one; `explain` makes our error of a failure. `problem` is why
    something waits; a lock is one only after `patience` seconds, because most are short. `notices` are sentences about
    what has become of the file.
    """

    def __init__(
        self, open_store: Callable[[], Store], explain: Callable[[Failure], ChatError], patience: float = PATIENCE
    ) -> None:
        self._open_store = open_store
        self._explain = explain
        self._patience = patience
        self._waiting: deque[Operation] = deque()
        self._last: Failure | SessionError | None = None
        self._locked_since: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.problem: ChatError | None = None
        self.notices: list[str] = []

    def __bool__(self) -> bool:
        """Whether something waits."""
        return bool(self._waiting)

    def put(self, operation: Operation) -> None:
        """Do the operation after all that waits."""
        self._waiting.append(operation)
        self.empty()

    def put_alone(self, operation: Operation) -> None:
        """Do the operation in place of all that waits."""
        self.clear()
        self.put(operation)

    def take_back(self, operation: Operation) -> None:
        """Forget an operation that still waits."""
        self._waiting = deque(waiting for waiting in self._waiting if waiting is not operation)

    def clear(self) -> None:
        """Forget all that waits."""
        self._waiting.clear()

    def empty(self) -> None:
        """Do all that waits, in order, until something fails. Waits for nobody."""
        error = self._fails()
        if error is not None and is_damage(error):
            damage = self._explained(error)  # which moves the file aside: there is room for a new one
            error = self._fails()
            if error is None:
                self.notices.append(f"{damage} {damage.hint}")
        if error is not None:
            self._failed(error)

    def _fails(self) -> Failure | SessionError | None:
        """Do all that waits, in order. Returns why the first operation that fails does so."""
        try:
            store = self._open_store()
            while self._waiting:
                self._waiting[0](store)
                self._waiting.popleft()
        except (sqlite3.Error, OSError, SessionError) as error:
            return error
        self.problem = self._locked_since = self._last = None
        self.stop()
        return None

    def read(self, read: Callable[[Store], T]) -> T:
        """What `read` reads from the database, after all that waits is done. Raises SessionError."""
        results: list[T] = []
        damage: list[SessionDamaged] = []

        def operation(store: Store) -> None:
            try:
                results.append(read(store))
            except SessionDamaged as found:  # what is damaged does not hinder writing
                damage.append(found)

        self.put(operation)
        if damage:
            raise damage[0]
        if not results:
            self.take_back(operation)
            raise self.failure
        return results[0]

    async def wait(self) -> None:
        """Empty the box. While another program keeps the database locked, wait, but not for longer than `patience`."""
        while self._is_locked_for_now:
            await asyncio.sleep(INTERVAL)
            self.empty()

    def wait_at_the_end(self) -> None:
        """As `wait`, at the end of a chat, where nothing else happens any more."""
        while self._is_locked_for_now:
            time.sleep(INTERVAL)
            self.empty()

    def stop(self) -> None:
        """Do not try again by itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def _is_locked_for_now(self) -> bool:
        return bool(self._waiting) and self._locked_since is not None and self.problem is None

    @property
    def is_stuck(self) -> bool:
        """Whether what waits can never be written, because a part of the conversation has been removed."""
        return self._last is not None and is_gone(self._last)

    @property
    def failure(self) -> ChatError:
        """Why something waits, however short it has waited."""
        if self.problem is not None or self._last is None:
            return self.problem or SessionError("Nothing waits to be saved.")
        return self._explained(self._last)

    def _explained(self, error: Failure | SessionError) -> ChatError:
        return error if isinstance(error, SessionError) else self._explain(error)

    def _failed(self, error: Failure | SessionError) -> None:
        self._last = error
        if is_locked(error):
            now = time.monotonic()
            self._locked_since = now if self._locked_since is None else self._locked_since
            self._try_again_later()
            if now - self._locked_since < self._patience:
                return
        self.problem = self._explained(error)

    def _try_again_later(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # without a loop, the next operation tries again
            return
        self.stop()
        self._timer = loop.call_later(LATER, self.empty)
