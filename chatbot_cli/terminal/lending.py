"""Lends the terminal to another program, such as an editor, between two prompts."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from chatbot_cli.system.suspending import left_to_the_system
from chatbot_cli.terminal.input.interrupts import on_interrupt

if sys.platform != "win32":
    import termios

    from prompt_toolkit.input.vt100 import cooked_mode


async def run_on_terminal(words: Sequence[str]) -> int:
    """Run a program on the terminal, and return its exit code. Ctrl-C is for the program. Raises OSError."""
    with _lent(), left_to_the_system(), on_interrupt(lambda: None):
        program = await asyncio.create_subprocess_exec(*words)
        try:
            return await program.wait()
        except asyncio.CancelledError:
            with suppress(ProcessLookupError):
                program.terminate()
            raise


@contextmanager
def _lent() -> Iterator[None]:
    """While this lasts, keys are echoed and become signals, as a shell's programs expect it."""
    try:
        found = termios.tcgetattr(sys.stdin.fileno()) if sys.platform != "win32" else None
    except (termios.error, OSError, ValueError):  # no terminal
        found = None
    if found is None:
        yield
        return
    with cooked_mode(sys.stdin.fileno()):
        yield
    with suppress(termios.error):  # the terminal went away meanwhile
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, found)
