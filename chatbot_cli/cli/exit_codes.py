"""Turns failures into one sentence with a hint on stderr, and an exit code."""

import asyncio
import errno
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import typer

from chatbot_cli.app.messages import tell
from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.errors import ChatError
from chatbot_cli.hints import spelled
from chatbot_cli.text.safe import one_line

_log = logging.getLogger(__name__)

CANNOT_WRITE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)  # the errors of a full or broken disk
TERMINATED = 128 + 15  # as a shell reports SIGTERM


@contextmanager
def failures_become_exit_codes() -> Iterator[None]:
    """End the process with a sentence and an exit code if it fails as expected. On Ctrl-C Typer ends it with 130."""
    try:
        yield
        sys.stdout.flush()  # here, where a failure to write can still be reported
    except ChatError as error:
        _log.debug("ends with exit code %d", error.exit_code, exc_info=error)
        hint = one_line(error.hint_for(in_a_script))
        notices = (one_line(spelled(notice, in_a_script)) for notice in error.notices)
        _tell(*notices, f"chat: {one_line(str(error))}" + (f"\n      {hint}" if hint else ""))
        raise typer.Exit(error.exit_code) from error
    except OSError as error:
        raise typer.Exit(_code_of_unwritten(error)) from None
    except asyncio.CancelledError:
        raise typer.Exit(TERMINATED) from None


@contextmanager
def help_ends_as_answers_do() -> Iterator[None]:
    """The same for what Typer writes by itself: the help. It reports a reader who has left as exit code 1."""
    try:
        yield
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):
            raise SystemExit(_code_of_unwritten(ended.__context__)) from None
        raise
    except OSError as error:
        raise SystemExit(_code_of_unwritten(error)) from None


def _code_of_unwritten(error: OSError) -> int:
    """The exit code when stdout takes no more, after a sentence if that is a fault. Raises any other error again."""
    if isinstance(error, BrokenPipeError):
        _write_no_more()  # whoever read our output has seen enough (`| head -1`)
        return 0
    if error.errno not in CANNOT_WRITE:
        raise error
    _write_no_more()
    _tell(f"chat: The answer cannot be written: {os.strerror(error.errno).lower()}.")
    return 1


def _tell(*messages: str) -> None:
    """Write to stderr. If that is full, only the exit code is left to tell."""
    try:
        for message in messages:
            tell(message, sys.stderr)
    except OSError:
        _write_no_more(sys.stderr)


def _write_no_more(stream: TextIO | None = None) -> None:
    """Discard what is still buffered for a stream, stdout by default, so that it does not fail again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), (stream or sys.stdout).fileno())
