"""SIGINT from another process while a reply streams."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def on_interrupt(stop: Callable[[], object]) -> Iterator[None]:
    """Call `stop` on SIGINT from another process (`kill -INT`). The key Ctrl-C sends no signal: it is read as a key."""
    previous_handler = signal.getsignal(signal.SIGINT)
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(signal.SIGINT, stop)
    except NotImplementedError:  # Windows has no such handlers: only the key stops the reply there
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, previous_handler)


def is_leaving() -> bool:
    """Whether the whole chat is being stopped, not only one reply."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
