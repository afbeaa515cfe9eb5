"""Reads conversations from the bytes of a file: our JSON or JSONL, messages in OpenAI's format, or ChatGPT's export."""

import json
from typing import Any

from chatbot_cli.errors import SessionError
from chatbot_cli.sessions.exporting.as_json import FORMAT
from chatbot_cli.sessions.importing.alternation import Unreadable
from chatbot_cli.sessions.importing.from_chatgpt import from_chatgpt
from chatbot_cli.sessions.importing.from_json import from_json
from chatbot_cli.sessions.importing.from_openai import from_openai
from chatbot_cli.sessions.importing.left_out import LeftOut
from chatbot_cli.sessions.records import SessionRecord
from chatbot_cli.text.file_kinds import BINARY, PACKED, certain_kind, likely_kind

_HINT = "It must be JSON: an export of chat, a list of messages in OpenAI's format, or ChatGPT's conversations.json."
UNPACK = "Unpack it first, and import what is in it: conversations.json, if it is ChatGPT's export."
_CONVERSATION_FIELDS = frozenset(("mapping", "messages", "format"))


def read_conversations(data: bytes, *, at: float, left_out: LeftOut | None = None) -> list[SessionRecord]:
    """The conversations in a file, at least one. Raises SessionError.

    `at` replaces each time that is missing or impossible, in seconds since 1970. Empty conversations are left out. What
    else is left out is counted in `left_out`.
    """
    try:
        records = _conversations(_parsed(data), at, left_out or LeftOut())
        if not records:
            raise Unreadable("there is no conversation in it")
    except RecursionError:
        raise SessionError("The file cannot be imported: it is nested too deeply.", _HINT) from None
    except Unreadable as error:
        raise SessionError(f"The file cannot be imported: {error}.", error.hint or _HINT) from error
    return records


def _parsed(data: bytes) -> object:
    """The value of a JSON text, or for JSONL a list of the values of its lines. Raises Unreadable."""
    if certain_kind(data):
        raise _not_unicode(data)
    try:
        text = data.decode(json.detect_encoding(data), "surrogatepass")
    except UnicodeDecodeError:
        raise _not_unicode(data) from None
    if not text.strip():
        raise Unreadable("it is empty")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        lines = _lines(text) if error.msg == "Extra data" else None
        if lines is None:
            raise Unreadable(f"line {error.lineno}, column {error.colno} is not JSON") from None
        return lines
    except ValueError:  # a number with thousands of digits
        raise Unreadable("a number in it is too long") from None


def _not_unicode(data: bytes) -> Unreadable:
    """Names what the file is instead: ChatGPT's export arrives as a ZIP archive."""
    kind = likely_kind(data)
    if kind == BINARY:
        return Unreadable("it is not text in UTF-8")
    return Unreadable(f"it is {kind}", UNPACK if kind in PACKED else "")


def _lines(text: str) -> list[object] | None:
    """The values of JSONL; None if its first line is not JSON. Raises Unreadable if a later one is not."""
    values: list[object] = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            if line.strip():
                values.append(json.loads(line))
        except ValueError:
            if not values:
                return None
            raise Unreadable(f"line {number} is not JSON") from None
    return values


def _conversations(value: object, at: float, left_out: LeftOut) -> list[SessionRecord]:
    """The conversations of a file's value: one conversation, a list of them, or a list of messages."""
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        return []
    if not any(_is_conversation(entry) for entry in value):
        are_messages = any(isinstance(entry, dict) and "role" in entry for entry in value)
        record = from_openai(value, at, left_out) if are_messages else None
        return [record] if record else []
    records = []
    for number, entry in enumerate(value, 1):
        try:
            records.append(_conversation(entry, at, left_out))
        except Unreadable as error:
            if len(value) == 1:
                raise
            raise Unreadable(f"in conversation {number}, {error}", error.hint) from error
    left_out.add("empty conversation", records.count(None))
    return [record for record in records if record]


def _is_conversation(entry: object) -> bool:
    return isinstance(entry, dict) and "role" not in entry and not _CONVERSATION_FIELDS.isdisjoint(entry)


def _conversation(entry: Any, at: float, left_out: LeftOut) -> SessionRecord | None:
    if not _is_conversation(entry):
        raise Unreadable("there are no messages")
    if entry.get("format") == FORMAT:
        return from_json(entry, at)
    if "mapping" in entry:
        return from_chatgpt(entry, at, left_out)
    messages = entry.get("messages")
    if not isinstance(messages, list):
        raise Unreadable("its messages are no list")
    return from_openai(messages, at, left_out, entry)
