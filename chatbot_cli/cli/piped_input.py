"""The prompt that comes through a pipe."""

import threading
from typing import TextIO

PATIENCE = 1.0  # seconds of silence before we say what is being waited for


def read_piped(stdin: TextIO, stderr: TextIO, patience: float = PATIENCE) -> str:
    """All of stdin as text, without a byte order mark and the newlines at its end.

    Bytes that are not UTF-8 become U+FFFD. If nothing arrives for `patience` seconds, stderr says what is awaited.
    """
    waiting = threading.Timer(patience, lambda: print("reading stdin…", file=stderr, flush=True))
    waiting.daemon = True
    waiting.start()
    try:
        beginning = stdin.buffer.read(1)
        waiting.cancel()
        return (beginning + stdin.buffer.read()).decode("utf-8-sig", "replace").rstrip("\r\n")
    finally:
        waiting.cancel()
