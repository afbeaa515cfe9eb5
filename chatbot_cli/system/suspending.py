"""SIGTSTP (Ctrl-Z, `kill -TSTP`): who has changed the terminal gives it back before the process stops.

When the process goes on, it takes the terminal again. Windows has no such signal: nothing happens there.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager, suppress
from contextvars import Context, copy_context
from typing import NamedTuple

STOP: signal.Signals | None = getattr(signal, "SIGTSTP", None)
STOP_IN_BACKGROUND: signal.Signals | None = getattr(signal, "SIGTTOU", None)
MOST_TIMES_IN_BACKGROUND = 1000  # a limit for where that signal is ignored, so that nothing turns endlessly

Release = Callable[[], AbstractAsyncContextManager[None]]


class _Holder(NamedTuple):
    release: Release
    context: Context


_holders: list[_Holder] = []  # who has changed the terminal, the outermost first; signals are the whole process's, too
_stopping: set[asyncio.Task[None]] = set()


@contextmanager
def gives_back(release: Release) -> Iterator[None]:
    """While this lasts, `release()` is entered before the process stops, and left when it goes on.

    Needs a running event loop.
    """
    holder = _Holder(release, copy_context())
    _holders.append(holder)
    if len(_holders) == 1:
        _listen()
    try:
        yield
    finally:
        _holders.remove(holder)
        if not _holders:
            _stop_listening()


@contextmanager
def left_to_the_system() -> Iterator[None]:
    """While this lasts, another program has the terminal, such as an editor: the signal stops the process as usual."""
    _stop_listening()
    try:
        yield
    finally:
        if _holders:
            _listen()


def suspend() -> None:
    """Do what the key Ctrl-Z does where the terminal reads it: stop all processes of the job."""
    if STOP is not None:
        os.kill(0, STOP)


def _listen() -> None:
    if STOP is None or signal.getsignal(STOP) is signal.SIG_IGN:  # whoever started us wants no stop
        return
    with suppress(NotImplementedError, RuntimeError):  # an event loop outside the main thread
        asyncio.get_running_loop().add_signal_handler(STOP, _begin)


def _stop_listening() -> None:
    if STOP is not None:
        with suppress(NotImplementedError, RuntimeError):
            asyncio.get_running_loop().remove_signal_handler(STOP)


def _begin() -> None:
    if _holders and not _stopping:
        task = asyncio.get_running_loop().create_task(_stop(), context=_holders[-1].context.copy())
        _stopping.add(task)
        task.add_done_callback(_stopping.discard)


async def _stop() -> None:
    async with AsyncExitStack() as released:
        for holder in reversed(_holders):
            await released.enter_async_context(holder.release())
        with left_to_the_system():
            _stop_until_in_foreground()


def _stop_until_in_foreground() -> None:
    """Stop here. A job that `bg` continues would draw over what the user does: it stops again, as by the system."""
    if STOP is not None:
        signal.raise_signal(STOP)  # to this thread: the process has stopped, and goes on, before this returns
    for _ in range(MOST_TIMES_IN_BACKGROUND):
        if STOP_IN_BACKGROUND is None or not _in_background():
            return
        signal.raise_signal(STOP_IN_BACKGROUND)


def _in_background() -> bool:
    with suppress(OSError), open("/dev/tty", "rb", buffering=0) as terminal:
        return os.tcgetpgrp(terminal.fileno()) != os.getpgrp()
    return False
