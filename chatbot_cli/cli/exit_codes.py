"""Failures -> one sentence with a hint on stderr, and an exit code."""

import asyncio
import errno
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import typer

from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.errors import ChatError
from chatbot_cli.text.safe import one_line

_log = logging.getLogger(__name__)

CANNOT_WRITE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)  # what a full or broken disk says
TERMINATED = 128 + 15  # as a shell reports SIGTERM


@contextmanager
def failures_become_exit_codes() -> Iterator[None]:
    """Let expected failures end the process as they should. Ctrl-C ends it with 130, which Typer sees to."""
    try:
        yield
        sys.stdout.flush()  # here, where a failure to write can still be told
    except ChatError as error:
        _log.debug("ends with exit code %d", error.exit_code, exc_info=error)
        hint = one_line(error.hint_for(in_a_script))
        _tell(f"chat: {one_line(str(error))}", *([f"      {hint}"] if hint else []))
        raise typer.Exit(error.exit_code) from error
    except BrokenPipeError:
        _write_no_more()  # whoever read our output has seen enough (`| head -1`)
        raise typer.Exit(0) from None
    except OSError as error:
        if error.errno not in CANNOT_WRITE:
            raise
        _write_no_more()
        _tell(f"chat: The answer cannot be written: {os.strerror(error.errno).lower()}.")
        raise typer.Exit(1) from None
    except asyncio.CancelledError:
        raise typer.Exit(TERMINATED) from None


def _tell(*lines: str) -> None:
    """Write to stderr. If that is full, the exit code must tell it all."""
    try:
        print(*lines, sep="\n", file=sys.stderr, flush=True)
    except OSError:
        _write_no_more(sys.stderr)


def _write_no_more(stream: TextIO | None = None) -> None:
    """Let what is still in a buffer, stdout's, go nowhere, so that nothing fails once more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), (stream or sys.stdout).fileno())
