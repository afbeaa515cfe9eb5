"""Loads the library `mcp` while the loop goes on, in a thread that nobody waits for when the program ends."""

import asyncio
import sys
import threading
from contextlib import suppress
from types import ModuleType

CONNECTION = "chatbot_cli.tools.mcp.connection"


def load() -> ModuleType:
    """The module that connects. Blocks for about a second the first time. Raises ImportError."""
    from chatbot_cli.tools.mcp import connection  # imported here: it brings the library, which most chats do not need

    return connection


async def loaded() -> ModuleType:
    """The same, without blocking the loop."""
    if CONNECTION in sys.modules:
        return load()
    loop = asyncio.get_running_loop()
    done: asyncio.Future[ModuleType] = loop.create_future()

    def tell(module: ModuleType | None, error: Exception | None) -> None:
        if done.done():
            return
        if module is not None:
            done.set_result(module)
        elif error is not None:
            done.set_exception(error)

    def work() -> None:
        module, failed = None, None
        try:
            module = load()
        except Exception as error:  # noqa: BLE001  whatever it is, who waits for it is told
            failed = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell, module, failed)

    threading.Thread(target=work, name="mcp", daemon=True).start()
    return await done
