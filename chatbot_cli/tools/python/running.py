"""Runs functions where they cannot hold the chat up: in threads that the end of the program does not wait for.

`asyncio.to_thread` will not do: the program ends only when its threads have.
"""

import asyncio
import contextvars
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cache

Ended = str | BaseException
"""What work came to: its text, or what it raised. It is not raised here: sys.exit() in a task would end the loop."""


async def in_daemon_thread(work: Callable[[], str]) -> Ended:
    """What a function comes to in a thread of its own.

    When this is cancelled, the thread goes on by itself: no thread can be stopped.
    """
    loop, context = asyncio.get_running_loop(), contextvars.copy_context()
    ended: asyncio.Future[Ended] = loop.create_future()

    def run() -> None:
        outcome: Ended
        try:
            outcome = context.run(work)
        except BaseException as error:  # noqa: BLE001  whatever it is, it is told in the loop; a thread would print it
            outcome = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, ended, outcome)

    threading.Thread(target=run, name="tool", daemon=True).start()
    return await ended


async def in_this_loop(make: Callable[[], Awaitable[str]]) -> Ended:
    """What a coroutine comes to. Raises CancelledError if this is cancelled."""
    try:
        return await make()
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task and task.cancelling():
            raise
        return error  # it was the coroutine's own
    except BaseException as error:  # noqa: BLE001  it is told to whoever waits for it
        return error


async def in_loop_of_tools(make: Callable[[], Awaitable[str]]) -> Ended:
    """What a coroutine comes to in the loop that the functions of files share.

    A function that blocks its loop, or does not listen when it is cancelled, holds only others of its kind up.
    """
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(in_this_loop(make), _loop_of_tools()))


@cache
def _loop_of_tools() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="tools", daemon=True).start()
    return loop


def _settle(ended: "asyncio.Future[Ended]", outcome: Ended) -> None:
    if not ended.done():
        ended.set_result(outcome)
