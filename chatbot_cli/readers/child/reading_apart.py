"""Reads a file in a child process. A child is kept for the next file; two at most work at once."""

import atexit
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chatbot_cli.readers.child.process import ChildProcess
from chatbot_cli.readers.child.wire import parse_reply, request
from chatbot_cli.readers.document import ReadDocument, ReadingStopped, Unreadable
from chatbot_cli.readers.formats import Format

MOST_AT_ONCE = 2


class _Children:
    """The children of this process: those that wait for a file, and those that read one."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._lock = threading.Lock()
        self._waiting: list[ChildProcess] = []
        self._reading: set[ChildProcess] = set()

    @contextmanager
    def one(self) -> Iterator[ChildProcess]:
        """A child for one file; it is kept afterwards if it has done its work."""
        with self._free:
            child = self._take()
            try:
                yield child
            except BaseException:  # also Ctrl-C: what the child would say next is an answer to nobody
                child.kill()
                raise
            finally:
                with self._lock:
                    self._reading.discard(child)
                    if not child.is_gone:
                        self._waiting.append(child)

    def _take(self) -> ChildProcess:
        with self._lock:
            while self._waiting:
                child = self._waiting.pop()
                if child.may_be_used:
                    break
                child.kill()
            else:
                child = ChildProcess()
            self._reading.add(child)
        return child

    def stop(self) -> None:
        """End all children."""
        with self._lock:
            for child in self._reading:
                child.stop()
            while self._waiting:
                self._waiting.pop().kill()


_children = _Children()


def read_apart(format_: Format, content: bytes, is_stopped: Callable[[], bool] = bool) -> ReadDocument:
    """Read a file in a child process. Raises Unreadable and ReadingStopped."""
    with _children.one() as child:
        if is_stopped():  # asked now: from here on, stop_reading() ends this child
            raise ReadingStopped
        payload = child.ask(request(format_, content))
        try:
            outcome = parse_reply(payload)
        except ValueError:
            raise Unreadable("damaged", failed=True) from None
    if isinstance(outcome, Unreadable):
        raise outcome
    return outcome


def stop_reading() -> None:
    """End what is being read in child processes, in whatever thread: there, ReadingStopped is raised."""
    _children.stop()


def _forget_children() -> None:
    """A copy of this process must not talk to the children of the original."""
    global _children
    _children = _Children()


atexit.register(stop_reading)
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forget_children)
