"""The documents of an engine as a prompt asks for them: a server that is slow, or not there, does not hold it up."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import TypeVar

from chatbot_cli.chat.document_ports import Library
from chatbot_cli.chat.passages import CollectionReport, Passage, Retrieved, Search, Standing
from chatbot_cli.errors import ChatError, DocumentsError

T = TypeVar("T")

MOST_SECONDS = 3.0  # that a command waits
AT_ONCE = 0.1  # seconds that the first completion waits
FRESH = 5.0  # seconds for which completions offer what is known without asking again


class EngineInTime:
    """A Library over another one, whose answers take a server. Those that would block are asked for in threads."""

    def __init__(self, library: Library, seconds: float = MOST_SECONDS) -> None:
        self._library, self._seconds = library, seconds
        self._known: Sequence[CollectionReport] = ()
        self._refreshing: Future[Sequence[CollectionReport]] | None = None
        self._asked = 0.0

    async def search(self, names: Sequence[str], search: Search) -> Retrieved:
        return await self._library.search(names, search)

    def sendable(self, found: Retrieved) -> Retrieved:
        return self._library.sendable(found)

    def collections(self) -> Sequence[CollectionReport]:
        return self._in_time(self._listed)

    def known(self) -> Sequence[CollectionReport]:
        now = time.monotonic()
        if self._refreshing is None or (self._refreshing.done() and now - self._asked > FRESH):
            self._asked, self._refreshing = now, _begun(self._listed)
            with suppress(TimeoutError, ChatError):  # the commands say why
                self._refreshing.result(0 if self._known else AT_ONCE)
        return self._known

    def check(self, names: Sequence[str]) -> None:
        if names:
            self._in_time(lambda: self._library.check(names))

    def standing(self, passages: Sequence[Passage]) -> Sequence[Standing]:
        return self._in_time(lambda: self._library.standing(passages))

    def _listed(self) -> Sequence[CollectionReport]:
        self._known = self._library.collections()
        return self._known

    def _in_time(self, ask: Callable[[], T]) -> T:
        try:
            return _begun(ask).result(self._seconds)
        except TimeoutError:
            raise DocumentsError(
                f"The server of the documents has not answered within {self._seconds:g} seconds.",
                "chat doctor, in a shell, waits longer and tells what is wrong.",
            ) from None


def _begun(ask: Callable[[], T]) -> Future[T]:
    """What a function will have come to in a thread that does not keep the program from ending."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(ask())
        except BaseException as error:  # noqa: BLE001  whatever it is, it is raised for who waits
            future.set_exception(error)

    threading.Thread(target=run, name="documents", daemon=True).start()
    return future
