"""The servers of a chat while it runs: started in the background, waited for before a turn, ended with the chat."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from chatbot_cli.app.assembly import ReadyChat
from chatbot_cli.app.screens import open_screen
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.terminal.messages import tell

OF_OTHERS = ".mcp.json"  # where other programs look for servers


def starting_servers(ready: ReadyChat) -> Callable[[], None]:
    """A step for a background thread, which loads the library of the servers and has the loop start them."""
    named = ready.conversation.setup.tools
    loop = asyncio.get_running_loop()

    def start() -> None:
        if any(ready.tools.servers):
            # Imported here: it brings a library that takes a second, and only servers need it.
            from chatbot_cli.tools.mcp.loading import load

            with suppress(ImportError):  # the start says so
                load()
            with suppress(RuntimeError):  # the chat has ended meanwhile
                loop.call_soon_threadsafe(ready.tools.begin, named)

    return start


@asynccontextmanager
async def closing_tools(ready: ReadyChat) -> AsyncIterator[None]:
    """End all servers when the context is left, however it is left."""
    try:
        yield
    finally:
        # A task of its own: a second Ctrl-C must not leave servers that had been told to end.
        await asyncio.shield(asyncio.ensure_future(ready.tools.close()))


async def wait_for_servers(ready: ReadyChat, surroundings: Surroundings) -> None:
    """Start the servers and wait for them; stderr says which, and Ctrl-C goes on without them. Raises ToolsError."""
    if not any(ready.tools.servers):
        return
    # Imported here: one answer seldom has servers.
    from chatbot_cli.terminal.input.interrupts import on_interrupt
    from chatbot_cli.terminal.waiting_for_servers import WaitingForServers

    errors = surroundings.stderr
    live = errors.isatty() and not (ready.settings.plain or surroundings.is_dumb)
    waiting = WaitingForServers(ready.tools.begin, ready.tools.servers, errors if live else None)
    leave_on_signals()
    ready.tools.begin(ready.conversation.setup.tools)
    for name in ready.tools.servers.not_started():
        tell(f"Not started: {name} (its tools would ask; --allow '{name}.*').", errors)
    with on_interrupt(waiting.go_on):
        screen = open_screen(surroundings, plain=ready.settings.plain, interactive=False)
        await waiting.wait(lambda: screen, ready.conversation.setup.tools)


def lying_about(ready: ReadyChat, surroundings: Surroundings) -> tuple[str, ...]:
    """A line about a file of servers in the folder, which starts nothing unless it is named."""
    if any(ready.tools.servers) or not (surroundings.cwd / OF_OTHERS).is_file():
        return ()
    return (f"The servers in {OF_OTHERS} are not used. To use them: chat --mcp {OF_OTHERS}",)


def leave_on_signals() -> None:
    """Let SIGTERM and SIGHUP cancel this task, so that the terminal is restored, and servers end."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    with suppress(NotImplementedError, AttributeError):  # Windows: its loop handles no signals, and knows no SIGHUP
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, lambda: task and task.cancel())
