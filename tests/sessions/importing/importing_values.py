"""Values as files to import, and what to look at in a conversation that was imported."""

import json
from typing import Any

from chatbot_cli.chat.messages import Ending
from chatbot_cli.sessions.exporting.formats import export
from chatbot_cli.sessions.importing.reading import read_conversations
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord

AT = 1_795_262_400.5


def read(value: object) -> list[SessionRecord]:
    return read_conversations(json.dumps(value).encode(), at=AT)


def only(value: object) -> SessionRecord:
    (record,) = read(value)
    return record


def branches(record: SessionRecord) -> dict[str, list[str]]:
    """What was said after each message, by its text."""
    texts: dict[int | None, str] = {None: ""} | {message.id: message.content for message in record.messages}
    found: dict[str, list[str]] = {}
    for message in record.messages:
        found.setdefault(texts[message.parent], []).append(message.content)
    return found


def path(record: SessionRecord) -> list[str]:
    return [message.content for message in record.thread]


def alternates(record: SessionRecord) -> bool:
    roles = {None: "assistant"} | {message.id: message.role for message in record.messages}
    return all(roles[message.parent] != message.role for message in record.messages)


def ours(**changes: Any) -> dict[str, Any]:
    """An export of one exchange, with changes."""
    messages = (MessageRecord(1, None, "hi", AT), MessageRecord(2, 1, "ho", AT, ReplyRecord(Ending.COMPLETE)))
    setup = {"persona": "assistant", "system_prompt": "Be brief.", "model": "demo"}
    fields: dict[str, Any] = json.loads(export(SessionRecord("T", AT, AT, setup, messages, 2), "json"))
    return fields | changes
