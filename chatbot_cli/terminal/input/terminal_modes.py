"""The modes of a terminal, as the shell has left them, for the time that the process is stopped."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from prompt_toolkit.input import Input

from chatbot_cli.system.suspending import Release

if sys.platform != "win32":
    import termios


def as_found(keyboard: Input) -> Release:
    """Note the modes that a keyboard's terminal has now. What is returned sets them, and takes them back at its end."""

    @asynccontextmanager
    async def unchanged() -> AsyncIterator[None]:
        yield

    if sys.platform == "win32":
        return unchanged
    try:
        found = termios.tcgetattr(keyboard.fileno())
    except termios.error:  # no terminal
        return unchanged

    @asynccontextmanager
    async def as_they_were() -> AsyncIterator[None]:
        ours = termios.tcgetattr(keyboard.fileno())
        termios.tcsetattr(keyboard.fileno(), termios.TCSANOW, found)
        try:
            yield
        finally:
            with suppress(termios.error):  # the terminal went away meanwhile
                termios.tcsetattr(keyboard.fileno(), termios.TCSANOW, ours)

    return as_they_were
