"""The child: reads one file after the other, until its parent is gone or has asked nothing for a while."""

import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

from chatbot_cli.readers.child.limits import IDLE, MEMORY, OUT_OF_MEMORY, SECONDS
from chatbot_cli.readers.child.wire import LENGTH, framed, parse_request, reply
from chatbot_cli.readers.document import Unreadable
from chatbot_cli.readers.formats import read_as

try:
    import resource
except ImportError:  # on Windows
    resource = None  # type: ignore[assignment]  # a module, where there is one

_GRACE = 5  # seconds after which the child ends itself, should no parent do it
_WATCHING = 0.1  # seconds between two looks at the memory


def main() -> None:
    """Answer each request. What a library prints goes nowhere: the pipes are kept for the parent."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    _limit_memory()
    asked: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_ending, args=(_listen, requests, asked.put), daemon=True).start()
    _ending(_work, asked, replies)


def _ending(do: Callable[..., None], *of: object) -> None:
    """Do something; when it ends, the child does, in the midst of whatever else it does."""
    try:
        do(*of)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # what is left of the memory would be of no use for the next file
    os._exit(0)


def _work(asked: "queue.SimpleQueue[bytes]", replies: BinaryIO) -> None:
    while True:
        try:
            payload = asked.get(timeout=IDLE)
        except queue.Empty:
            return
        _alarm(SECONDS + _GRACE)  # nobody handles it, so the system ends the process, whatever hangs
        try:
            answer = reply(read_as(*parse_request(payload)))
        except Unreadable as unreadable:
            answer = reply(unreadable)
        _alarm(0)
        replies.write(framed(answer))
        replies.flush()


def _alarm(seconds: int) -> None:
    if hasattr(signal, "alarm"):  # not on Windows
        signal.alarm(seconds)


def _listen(requests: BinaryIO, ask: Callable[[bytes], None]) -> None:
    """Pass on what the parent asks, until it is gone, however it went."""
    while (length := requests.read(LENGTH)) and len(length) == LENGTH:
        wanted = int.from_bytes(length, "big")
        payload = requests.read(wanted)
        if len(payload) < wanted:
            return
        ask(payload)


def _limit_memory() -> None:
    if resource is None:
        return
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    if sys.platform == "darwin":  # it takes the limit, and does not heed it
        threading.Thread(target=_watch_memory, daemon=True).start()


def _watch_memory() -> None:
    while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MEMORY:  # bytes, on macOS
        time.sleep(_WATCHING)
    os._exit(OUT_OF_MEMORY)


if __name__ == "__main__":
    main()
