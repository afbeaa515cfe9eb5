"""What a tool returned or raised, as text for a model and for people. Pure."""

import json
import re
from collections.abc import Iterator
from itertools import islice

from chatbot_cli.chat.rounds import NO_RESULT
from chatbot_cli.text.counts import counted

MOST_KEPT = 1_000_000  # characters of a result; no window holds more, and a conversation need not keep it
MOST_ITEMS = 1000  # of what a function yields: it may never end
MOST_OF_A_MESSAGE = 2000  # characters of an exception's message

_HALVES = re.compile("[\ud800-\udfff]")  # halves of characters, which neither JSON nor a database takes


class ToolFailed(Exception):
    """A failure of a tool whose message says all that there is to say."""


def text_of(value: object) -> str:
    """A value as text: a text as it is, what has a form in JSON in that form, anything else as Python writes it.

    What is too long is cut, and says so at its end.
    """
    if value is None:
        return NO_RESULT
    if isinstance(value, bytes | bytearray | memoryview):
        return bounded(_bytes_in_words(bytes(value)))
    return bounded(value if isinstance(value, str) else _as_json(value))


def bounded(text: str) -> str:
    """The text with no half characters, and its beginning only if it is longer than a conversation keeps."""
    if len(text) > MOST_KEPT:
        text = f"{text[:MOST_KEPT]}\n({len(text) - MOST_KEPT:,} more characters were not kept)"
    return _HALVES.sub("\N{REPLACEMENT CHARACTER}", text)


def failure_in_words(error: BaseException) -> str:
    """What a tool raised, on one line: the kind of the error and its message, without where it happened."""
    try:
        message = " ".join(str(error).split())
    except Exception:  # noqa: BLE001  the error is the user's code, and may raise in its turn
        message = "its message cannot be read"
    if len(message) > MOST_OF_A_MESSAGE:
        message = f"{message[:MOST_OF_A_MESSAGE]}…"
    if isinstance(error, SystemExit):
        return bounded(f"The tool wanted to end the program: sys.exit({message})")
    if isinstance(error, ToolFailed):
        return bounded(message)
    return bounded(f"{type(error).__name__}: {message}" if message else type(error).__name__)


def _as_json(value: object) -> str:
    # Imported here, as below: a prompt with servers is drawn without it, and it takes ten milliseconds.
    import pydantic_core

    if isinstance(value, Iterator):
        items = list(islice(value, MOST_ITEMS + 1))
        more = f"\n(only the first {MOST_ITEMS:,} items were taken)" if len(items) > MOST_ITEMS else ""
        return _as_json(items[:MOST_ITEMS]) + more
    try:
        plain = pydantic_core.to_jsonable_python(value, fallback=str, inf_nan_mode="constants", bytes_mode="base64")
    except (ValueError, TypeError, RecursionError):  # a list that holds itself, for example
        return repr(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def _bytes_in_words(data: bytes) -> str:
    # Imported here, for the same reason.
    from chatbot_cli.text.decoding import NotText, decode

    try:
        return decode(data).text
    except NotText as error:
        return f"({counted(len(data), 'byte')}: {error.kind})"
