"""SIGINT from outside, while a reply streams."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def on_interrupt(stop: Callable[[], object]) -> Iterator[None]:
    """Let SIGINT from outside (`kill -INT`) stop the reply; the key Ctrl-C is read as a key meanwhile."""
    before = signal.getsignal(signal.SIGINT)
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(signal.SIGINT, stop)
    except NotImplementedError:  # Windows has no such handlers; there the key alone stops the reply
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, before)
