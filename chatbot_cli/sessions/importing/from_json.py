"""Reads a conversation from our own JSON."""

import heapq
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chatbot_cli.frozen import frozen
from chatbot_cli.sessions.exporting.as_json import VERSION
from chatbot_cli.sessions.field_checks import whole_number
from chatbot_cli.sessions.importing.alternation import Unreadable
from chatbot_cli.sessions.importing.attached_files import attachments_of
from chatbot_cli.sessions.importing.fields import reply_of, setup_from, text_of
from chatbot_cli.sessions.marks_json import marks_from_json
from chatbot_cli.sessions.records import MessageRecord, SessionRecord
from chatbot_cli.sessions.timestamps import seconds_of


@frozen
class _Entry:
    """A message of the file; `label` names it in a sentence."""

    label: str
    fields: dict[str, Any]
    id: int
    parent: int | None


def from_json(exported: Mapping[str, Any], at: float) -> SessionRecord:
    """The conversation, its messages numbered from 1. `at` replaces a time that is missing. Raises Unreadable."""
    _check_version(exported.get("version"))
    listed, elsewhere = _list(exported, "messages"), _list(exported, "other_branches")
    prompt = ""
    if listed and isinstance(listed[0], dict) and listed[0].get("role") == "system":
        prompt, listed = text_of(listed[0].get("content")), [None, *listed[1:]]  # None keeps the numbers of the others
    entries = [_entry(entry, f"message {n}") for n, entry in enumerate(listed, 1) if n > 1 or entry is not None]
    last = entries[-1].id if entries else None
    entries += [_entry(entry, f"message {n} of the other branches") for n, entry in enumerate(elsewhere, 1)]
    created = seconds_of(exported.get("created"), at)
    messages, numbers = _tree(entries, created)
    head, draft = exported.get("head", last), text_of(exported.get("draft"))
    if head is not None and (whole_number(head) is None or head not in numbers):
        raise Unreadable("it does not say where it stands")
    number = None if head is None else numbers[head]
    if number is not None and not (question := messages[number - 1]).reply:
        number, draft = question.parent, draft or question.content  # a request must not have two questions in a row
    record = SessionRecord(
        title=text_of(exported.get("title")),
        name=text_of(exported.get("name")),
        created=created,
        active=seconds_of(exported.get("active"), created),
        setup=setup_from(exported.get("setup"), prompt, text_of(exported.get("model"))),
        messages=messages,
        head=number,
        draft=draft,
    )
    return _marked(record, exported)


def _check_version(version: object) -> None:
    number = whole_number(version)
    if number is not None and number > VERSION:
        raise Unreadable("it was made by a newer version of chat", "Update chat, then import it again.")
    if number != VERSION:
        raise Unreadable("its version is missing or unknown")


def _list(exported: Mapping[str, Any], name: str) -> list[Any]:
    value = exported.get(name, [])
    if not isinstance(value, list):
        raise Unreadable(f"its {name.replace('_', ' ')} are no list")
    return value


def _entry(value: object, label: str) -> _Entry:
    if not isinstance(value, dict) or value.get("role") not in ("user", "assistant"):
        raise Unreadable(f"{label} is by neither user nor assistant")
    if not isinstance(value.get("content"), str):
        raise Unreadable(f"{label} has no content")
    number, parent = whole_number(value.get("id")), value.get("parent")
    if number is None:
        raise Unreadable(f"{label} has no id")
    if parent is not None and whole_number(parent) is None:
        raise Unreadable(f"{label} has a parent that is no id")
    return _Entry(label, value, number, parent)


def _tree(entries: list[_Entry], created: float) -> tuple[tuple[MessageRecord, ...], dict[int, int]]:
    """The messages in the order of their ids, but each after its parent; and the new number of each id."""
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
        raise Unreadable(f"{lost.label} follows a message that is not there")
    return tuple(messages), numbers


def _message(entry: _Entry, parent: MessageRecord | None, number: int, created: float) -> MessageRecord:
    fields = entry.fields
    reply = reply_of(fields, None) if fields["role"] == "assistant" else None
    if reply and (parent is None or parent.reply):
        raise Unreadable(f"{entry.label} is a reply to no question")
    if not reply and parent and not parent.reply:
        raise Unreadable(f"{entry.label} is a question that follows a question")
    at = seconds_of(fields.get("created"), created)
    attached = () if reply else attachments_of(fields.get("attachments"))
    return MessageRecord(number, parent.id if parent else None, fields["content"], at, reply, attached)


def _marked(record: SessionRecord, exported: Mapping[str, Any]) -> SessionRecord:
    """The conversation, with at most as many exchanges trimmed as there are, and marks on those that there are."""
    exchanges = len(record.thread) // 2
    trimmed = min(max(0, whole_number(exported.get("trimmed")) or 0), exchanges)
    return replace(record, trimmed=trimmed, marks=marks_from_json(exported, exchanges, first=1))
