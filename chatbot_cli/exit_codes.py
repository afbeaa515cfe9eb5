"""Failures -> one sentence with a hint on stderr, and an exit code."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from chatbot_cli.errors import ChatError
from chatbot_cli.terminal.safe_text import safe

TERMINATED = 128 + 15  # as a shell reports SIGTERM


@contextmanager
def failures_become_exit_codes() -> Iterator[None]:
    """Let expected failures end the process as they should. Ctrl-C ends it with 130, which Typer sees to."""
    try:
        yield
    except ChatError as error:
        print(f"chat: {safe(str(error))}", file=sys.stderr)
        if error.hint:
            print(f"      {safe(error.hint)}", file=sys.stderr)
        raise typer.Exit(error.exit_code) from error
    except BrokenPipeError:
        # Whoever read our output has seen enough (`| head -1`). What is still in the buffer may go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except asyncio.CancelledError:
        raise typer.Exit(TERMINATED) from None
