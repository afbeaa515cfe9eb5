"""A saved conversation as JSON: messages in OpenAI's format with fields of ours, from which it can be imported again.

All is ASCII, so any text survives any file. Only two halves of a character in a row become that character: in JSON
they are written alike.
"""

import json
from collections.abc import Iterator

from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from chatbot_cli.sessions.timestamps import iso_of

FORMAT = "chatbot-cli conversation"
VERSION = 1
PRIVATE = ("base_url",)  # of the setup; may hold a password, and whoever wrote a file could have keys sent there


def as_json(record: SessionRecord) -> str:
    """One object with everything; `id`, `parent` and `head` count its messages from 1, oldest first."""
    numbers = _numbers(record)
    thread = record.thread
    in_thread = {message.id for message in thread}
    elsewhere = (message for message in record.messages if message.id not in in_thread)
    fields = {
        "format": FORMAT,
        "version": VERSION,
        "title": record.title,
        "name": record.name,
        "created": iso_of(record.created),
        "active": iso_of(record.active),
        "persona": record.setup.get("persona", ""),
        "model": record.setup.get("model", ""),
        "setup": {name: value for name, value in record.setup.items() if name not in PRIVATE},
        "trimmed": record.trimmed,
        "draft": record.draft,
        "head": None if record.head is None else numbers[record.head],
        "messages": [*_system(record), *(_message(message, numbers) for message in thread)],
        "other_branches": [_message(message, numbers) for message in elsewhere],
    }
    return json.dumps(fields, indent=2) + "\n"


def as_jsonl(record: SessionRecord) -> str:
    """What has been said up to where it stands, one message a line, the system prompt first."""
    numbers = _numbers(record)
    messages = [*_system(record), *(_message(message, numbers) for message in record.thread)]
    return "".join(json.dumps(message) + "\n" for message in messages)


def _numbers(record: SessionRecord) -> dict[int, int]:
    return {message.id: number for number, message in enumerate(record.messages, 1)}


def _system(record: SessionRecord) -> Iterator[dict[str, object]]:
    if prompt := record.setup.get("system_prompt"):
        yield {"role": "system", "content": prompt}


def _message(message: MessageRecord, numbers: dict[int, int]) -> dict[str, object]:
    fields: dict[str, object] = {
        "role": message.role,
        "content": message.content,
        "id": numbers[message.id],
        "parent": None if message.parent is None else numbers[message.parent],
        "created": iso_of(message.created),
    }
    return fields | _reply(message.reply) if message.reply else fields


def _reply(reply: ReplyRecord) -> dict[str, object]:
    known = {
        "reason": reply.reason or None,
        "model": reply.model or None,
        "persona": reply.persona or None,
        "seconds": reply.seconds,
        "tokens_sent": reply.tokens_sent,
        "tokens_received": reply.tokens_received,
        "cost": reply.cost,
    }
    ending = reply.ending.name.lower() if reply.ending else None
    return {"ending": ending} | {name: value for name, value in known.items() if value is not None}
