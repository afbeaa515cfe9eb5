"""A search that runs in threads of its own, so that the screen goes on, and that can be ended at any time."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from chatbot_cli.chat.passages import Passage
from chatbot_cli.errors import DocumentsError
from chatbot_cli.retrieval.collection import Collection
from chatbot_cli.retrieval.shelf_port import Shelf

T = TypeVar("T")
LAST = 0.5  # seconds that a search has to end when it was told to


class Stopped(Exception):
    """A search was ended before it had its result."""


class RunningSearch:
    """The collections that a search has open. All methods but `stop` block, and are called one at a time.

    `notes` are sentences for the user; `failed` are the errors of collections that were left out; `documents` counts
    those of the others.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._open: dict[str, Collection] = {}
        self._stopped = False
        self.notes: list[str] = []
        self.failed: list[DocumentsError] = []
        self.documents = 0

    @property
    def is_open(self) -> bool:
        """Whether there is a collection that can be searched."""
        return bool(self._open)

    def open(self, names: Sequence[str]) -> None:
        """Open these collections. Those that cannot be opened are left out, with a note."""
        for name in dict.fromkeys(names):
            if self._stopped:
                raise Stopped
            try:
                collection = self._shelf.open(name)
            except DocumentsError as error:
                self._leave_out(name, error)
                continue
            with self._lock:
                self._open[name] = collection
        self.documents = sum(self.of_each(lambda collection: collection.documents()))

    def whole(self, most: int) -> list[Passage] | None:
        """All passages of all collections, if they have at most so many characters; else None."""
        passages: list[Passage] = []
        for found in self.of_each(lambda collection: collection.whole(most) if most else None):
            if found is None:
                return None
            passages += found
        return passages if sum(len(one.text) for one in passages) <= most else None

    def of_each(self, work: Callable[[Collection], T]) -> list[T]:
        """What a function makes of each collection. One that fails is left out from then on, with a note."""
        results = []
        for name, collection in list(self._open.items()):
            if self._stopped:
                raise Stopped
            try:
                results.append(work(collection))
            except DocumentsError as error:
                if self._stopped:
                    raise Stopped from None
                self._leave_out(name, error)
                with self._lock:
                    del self._open[name]
                with suppress(DocumentsError):  # it has failed already
                    collection.close()
        return results

    def stop(self) -> None:
        """End what runs in another thread."""
        with self._lock:
            self._stopped = True
            for collection in self._open.values():
                collection.interrupt()

    def close(self) -> None:
        with self._lock:
            for collection in self._open.values():
                with suppress(DocumentsError):  # it was only read
                    collection.close()
            self._open.clear()

    def _leave_out(self, name: str, error: DocumentsError) -> None:
        self.failed.append(error)
        self.notes.append(f"{name} cannot be searched: {error}")


async def in_thread(work: Callable[[], T], stop: Callable[[], None], seconds: float) -> T:
    """What a function comes to in a daemon thread. Raises TimeoutError.

    Then, or if this is cancelled, `stop` is called, and the thread is given a moment to end.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            done = partial(_settle, ended, work())
        except BaseException as error:  # noqa: BLE001  whatever it is, it is raised in the loop
            done = partial(_fail, ended, error)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(done)

    threading.Thread(target=run, name="search", daemon=True).start()
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.shield(ended)
    except (TimeoutError, asyncio.CancelledError):
        stop()
        await asyncio.wait([ended], timeout=LAST)
        if ended.done() and not ended.cancelled():
            ended.exception()  # it is known: nothing is to be said of it
        raise


def _settle(future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[T], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
