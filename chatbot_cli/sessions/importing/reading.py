"""Reads conversations from a file: our JSON or JSONL, messages in OpenAI's format, or ChatGPT's export."""

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, BinaryIO

from chatbot_cli.errors import SessionError
from chatbot_cli.sessions.exporting.as_json import FORMAT
from chatbot_cli.sessions.importing.alternation import Unreadable
from chatbot_cli.sessions.importing.from_chatgpt import from_chatgpt
from chatbot_cli.sessions.importing.from_json import from_json
from chatbot_cli.sessions.importing.from_openai import from_openai
from chatbot_cli.sessions.importing.json_values import json_values
from chatbot_cli.sessions.importing.left_out import LeftOut
from chatbot_cli.sessions.importing.used_tools import with_used_tools
from chatbot_cli.sessions.records import SessionRecord

_HINT = "It must be JSON: an export of chat, a list of messages in OpenAI's format, or ChatGPT's conversations.json."
_CONVERSATION_FIELDS = frozenset(("mapping", "messages", "format"))
_NO_MESSAGES = "there are no messages"
_NOTHING = object()
MOST_SENSELESS = 1000  # elements that are neither; after them nothing more is looked for


def read_conversations(data: bytes, *, at: float, left_out: LeftOut | None = None) -> list[SessionRecord]:
    """All conversations in the bytes of a file, as `conversations_in`. Raises SessionError."""
    return list(conversations_in(io.BytesIO(data), at=at, left_out=left_out))


def conversations_in(stream: BinaryIO, *, at: float, left_out: LeftOut | None = None) -> Iterator[SessionRecord]:
    """The conversations in a file, at least one; no more than one of them is in memory. Raises SessionError or OSError.

    What is wrong with the last one is found when all others have been given. `at` replaces each time that is missing or
    impossible, in seconds since 1970. Empty conversations are left out. What else is left out is counted in `left_out`.
    """
    any_found = False
    try:
        for record in _conversations(json_values(stream), at, left_out or LeftOut()):
            any_found = True
            yield with_used_tools(record)
        if not any_found:
            raise Unreadable("there is no conversation in it")
    except RecursionError:
        raise SessionError("The file cannot be imported: it is nested too deeply.", _HINT) from None
    except Unreadable as error:
        raise SessionError(f"The file cannot be imported: {error}.", error.hint or _HINT) from error


def _conversations(values: Iterator[object], at: float, left_out: LeftOut) -> Iterator[SessionRecord]:
    """The conversations of a file's values: conversations, or the messages of one."""
    first = next(values, None)
    is_conversation = _is_conversation(first)
    values = chain([first], values)
    del first  # it may be large
    if is_conversation:
        yield from _each(values, at, left_out)
    elif record := _of_messages(values, at, left_out):
        yield record


def _each(values: Iterator[object], at: float, left_out: LeftOut) -> Iterator[SessionRecord]:
    for number, entry in enumerate(values, 1):
        try:
            record = _conversation(entry, at, left_out)
        except Unreadable as error:
            if number == 1 and next(values, _NOTHING) is _NOTHING:
                raise
            raise Unreadable(f"in conversation {number}, {error}", error.hint) from error
        if record:
            yield record
        else:
            left_out.add("empty conversation")


def _of_messages(values: Iterable[object], at: float, left_out: LeftOut) -> SessionRecord | None:
    """The conversation of all messages, None if there are none. After one that makes no sense none is kept."""
    messages: list[object] = []
    any_has_role, senseless = False, 0
    for value in values:
        if _is_conversation(value):
            raise Unreadable(f"in conversation 1, {_NO_MESSAGES}")
        role = value.get("role", _NOTHING) if isinstance(value, dict) else _NOTHING
        any_has_role |= role is not _NOTHING
        if not senseless:
            messages.append(value)
        senseless += not isinstance(role, str)
        if senseless > MOST_SENSELESS:
            break
    return from_openai(messages, at, left_out) if any_has_role else None


def _is_conversation(entry: object) -> bool:
    return isinstance(entry, dict) and "role" not in entry and not _CONVERSATION_FIELDS.isdisjoint(entry)


def _conversation(entry: Any, at: float, left_out: LeftOut) -> SessionRecord | None:
    if not _is_conversation(entry):
        raise Unreadable(_NO_MESSAGES)
    if entry.get("format") == FORMAT:
        return from_json(entry, at)
    if "mapping" in entry:
        return from_chatgpt(entry, at, left_out)
    messages = entry.get("messages")
    if not isinstance(messages, list):
        raise Unreadable("its messages are no list")
    return from_openai(messages, at, left_out, entry)
