"""Our own JSON -> the conversation it was exported from."""

import heapq
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chatbot_cli.frozen import frozen
from chatbot_cli.sessions.exporting.as_json import VERSION
from chatbot_cli.sessions.importing.alternation import Unreadable
from chatbot_cli.sessions.importing.fields import reply_of, setup_from, text_of, whole_number
from chatbot_cli.sessions.importing.rounds import attachments_of
from chatbot_cli.sessions.records import MessageRecord, SessionRecord
from chatbot_cli.sessions.timestamps import seconds_of


@frozen
class _Entry:
    """A message of the file, and what to call it in a sentence."""

    name: str
    found: dict[str, Any]
    id: int
    parent: int | None


def from_json(found: Mapping[str, Any], at: float) -> SessionRecord:
    """The conversation, its messages numbered from 1. Raises Unreadable."""
    _check_version(found.get("version"))
    listed, elsewhere = _list(found, "messages"), _list(found, "other_branches")
    prompt = ""
    if listed and isinstance(listed[0], dict) and listed[0].get("role") == "system":
        prompt, listed = text_of(listed[0].get("content")), [None, *listed[1:]]  # None: so that numbers stay right
    entries = [_entry(entry, f"message {n}") for n, entry in enumerate(listed, 1) if n > 1 or entry is not None]
    path_end = entries[-1].id if entries else None
    entries += [_entry(entry, f"message {n} of the other branches") for n, entry in enumerate(elsewhere, 1)]
    created = seconds_of(found.get("created"), at)
    messages, numbers = _tree(entries, created)
    head, draft = found.get("head", path_end), text_of(found.get("draft"))
    if head is not None and (whole_number(head) is None or head not in numbers):
        raise Unreadable("it does not say where it stands")
    number = None if head is None else numbers[head]
    if number is not None and not (last := messages[number - 1]).reply:
        number, draft = last.parent, draft or last.content  # a request must not have two questions in a row
    record = SessionRecord(
        title=text_of(found.get("title")),
        name=text_of(found.get("name")),
        created=created,
        active=seconds_of(found.get("active"), created),
        setup=setup_from(found.get("setup"), prompt, text_of(found.get("model"))),
        messages=messages,
        head=number,
        draft=draft,
    )
    return _trimmed(record, found.get("trimmed"))


def _check_version(version: object) -> None:
    number = whole_number(version)
    if number is not None and number > VERSION:
        raise Unreadable("it was made by a newer version of chat", "Update chat, then import it again.")
    if number != VERSION:
        raise Unreadable("its version is missing or unknown")


def _list(found: Mapping[str, Any], name: str) -> list[Any]:
    value = found.get(name, [])
    if not isinstance(value, list):
        raise Unreadable(f"its {name.replace('_', ' ')} are no list")
    return value


def _entry(found: object, name: str) -> _Entry:
    if not isinstance(found, dict) or found.get("role") not in ("user", "assistant"):
        raise Unreadable(f"{name} is by neither user nor assistant")
    if not isinstance(found.get("content"), str):
        raise Unreadable(f"{name} has no content")
    number, parent = whole_number(found.get("id")), found.get("parent")
    if number is None:
        raise Unreadable(f"{name} has no id")
    if parent is not None and whole_number(parent) is None:
        raise Unreadable(f"{name} has a parent that is no id")
    return _Entry(name, found, number, parent)


def _tree(entries: list[_Entry], created: float) -> tuple[tuple[MessageRecord, ...], dict[int, int]]:
    """The messages in the order of their ids, but parents first; and the new number of each id."""
    by_id = {entry.id: entry for entry in entries}
    if len(by_id) < len(entries):
        raise Unreadable("two of its messages have the same id")
    children: dict[int | None, list[int]] = {}
    for entry in entries:
        children.setdefault(entry.parent, []).append(entry.id)
    messages: list[MessageRecord] = []
    numbers: dict[int, int] = {}
    ready = children.get(None, [])
    heapq.heapify(ready)
    while ready:
        entry = by_id[heapq.heappop(ready)]
        numbers[entry.id] = len(messages) + 1
        parent = None if entry.parent is None else messages[numbers[entry.parent] - 1]
        messages.append(_message(entry, parent, len(messages) + 1, created))
        for child in children.get(entry.id, ()):
            heapq.heappush(ready, child)
    if len(messages) < len(entries):
        lost = next(entry for entry in entries if entry.id not in numbers)
        raise Unreadable(f"{lost.name} follows a message that is not there")
    return tuple(messages), numbers


def _message(entry: _Entry, parent: MessageRecord | None, number: int, created: float) -> MessageRecord:
    found = entry.found
    reply = reply_of(found, None) if found["role"] == "assistant" else None
    if reply and (parent is None or parent.reply):
        raise Unreadable(f"{entry.name} is a reply to no question")
    if not reply and parent and not parent.reply:
        raise Unreadable(f"{entry.name} is a question that follows a question")
    at = seconds_of(found.get("created"), created)
    attached = () if reply else attachments_of(found.get("attachments"))
    return MessageRecord(number, parent.id if parent else None, found["content"], at, reply, attached)


def _trimmed(record: SessionRecord, trimmed: object) -> SessionRecord:
    """The conversation with no more trimmed than there is."""
    exchanges = len(record.thread) // 2
    return replace(record, trimmed=min(max(0, whole_number(trimmed) or 0), exchanges))
