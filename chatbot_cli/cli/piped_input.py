"""The prompt, as it comes through a pipe or as words of the command line: bytes that may have any encoding."""

import os
import re
import threading
from typing import TextIO

from chatbot_cli.app.messages import tell
from chatbot_cli.errors import UsageError

_BYTES = re.compile("[\udc80-\udcff]")  # how Python hands over bytes of an argument that are not text
PATIENCE = 1.0  # seconds of silence before we say what is being waited for


def read_piped(stdin: TextIO, stderr: TextIO, patience: float = PATIENCE) -> str:
    """All of stdin as text, without a byte order mark and the newlines at its end. Raises UsageError if it is no text.

    If it is not UTF-8, stderr says as what it is read. If nothing arrives for `patience` seconds, stderr says what is
    awaited.
    """
    waiting = threading.Timer(patience, lambda: tell("reading stdin…", stderr))
    waiting.daemon = True
    waiting.start()
    try:
        beginning = stdin.buffer.read(1)
        waiting.cancel()
        data = beginning + stdin.buffer.read()
    finally:
        waiting.cancel()
    return _text(data, "stdin", stderr).rstrip("\r\n")


def as_typed(words: str, stderr: TextIO) -> str:
    """The words of a prompt; where they came as bytes of another encoding than the locale's, these are read again."""
    if words.isascii() or not _BYTES.search(words):
        return words
    return _text(os.fsencode(words), "The prompt", stderr)


def _text(data: bytes, source: str, stderr: TextIO) -> str:
    if not data:
        return ""
    # Imported here because most starts pipe nothing in, and its patterns take milliseconds.
    from chatbot_cli.text.decoding import NotText, decode

    try:
        decoded = decode(data)
    except NotText as error:
        if error.separated:
            hint = "If they divide lines: tr '\\0' '\\n' in front of chat makes newlines of them."
            raise UsageError(f"{source} holds NUL bytes, so it is binary data, not text.", hint) from error
        raise UsageError(f"{source} is {error.kind}, not text.", "Only text can be sent.") from error
    if decoded.notice:
        tell(f"{source} is {decoded.notice}.", stderr)
    return decoded.text
