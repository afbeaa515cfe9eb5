"""Runs functions where they cannot hold the chat up: in threads that the end of the program does not wait for.

`asyncio.to_thread` will not do: the program ends only when its threads have.
"""

import asyncio
import contextvars
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError as Dropped
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


async def in_daemon_thread(work: Callable[[], T]) -> T:
    """What `work` returns, in a thread of its own; raises what it raises.

    When it is cancelled, the thread goes on by itself: no thread can be stopped.
    """
    loop, context = asyncio.get_running_loop(), contextvars.copy_context()
    ended: asyncio.Future[tuple[T | None, BaseException | None]] = loop.create_future()

    def run() -> None:
        try:
            outcome: tuple[T | None, BaseException | None] = (context.run(work), None)
        except BaseException as error:  # noqa: BLE001  whatever it is, it is told in the loop; a thread would print it
            outcome = (None, error)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, ended, outcome)

    threading.Thread(target=run, name="tool", daemon=True).start()
    value, error = await ended
    if error is not None:
        raise error
    return value  # type: ignore[return-value]  # there is a value if there is no error


async def in_loop_of_tools(make: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What a coroutine returns, in the loop that the functions of files share; raises what it raises.

    A function that blocks its loop, or does not listen when it is cancelled, holds only others of its kind up.
    """
    future = asyncio.run_coroutine_threadsafe(_told(make), _loop_of_tools())
    try:
        value, error = await asyncio.wrap_future(future)
    except Dropped:  # pragma: no cover  the future of a thread is cancelled by nobody but us
        raise asyncio.CancelledError from None
    if error is not None:
        raise error
    return value  # type: ignore[return-value]  # there is a value if there is no error


async def _told(make: Callable[[], Awaitable[T]]) -> tuple[T | None, BaseException | None]:
    """What a coroutine returns or raises, so that sys.exit() in it ends no loop."""
    try:
        return await make(), None
    except asyncio.CancelledError as error:
        if _is_cancelled():
            raise
        return None, error
    except BaseException as error:  # noqa: BLE001  told to whoever waits for it
        return None, error


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


@cache
def _loop_of_tools() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="tools", daemon=True).start()
    return loop


def _settle(ended: "asyncio.Future[T]", outcome: T) -> None:
    if not ended.done():
        ended.set_result(outcome)
