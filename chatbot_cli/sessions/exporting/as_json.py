"""Writes a conversation as JSON: messages in OpenAI's format with fields of ours, so that it can be imported again.

It is all printable ASCII, so that any text survives any file and none acts on a terminal. One exception: two surrogate
halves in a row become one character, because JSON writes both alike.
"""

import json
from collections.abc import Iterator, Sequence

from chatbot_cli.chat.passages import Passage
from chatbot_cli.chat.rounds import Round, ToolCall, ToolResult
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.sessions.exporting.attached_files import as_fields, in_parts
from chatbot_cli.sessions.marks_json import marks_as_json
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from chatbot_cli.sessions.timestamps import iso_of

FORMAT = "chatbot-cli conversation"
VERSION = 1
# Of the setup: an address may hold a password, and in a file from elsewhere it could send a key to a stranger, or say
# that the conversation has been at his server.
PRIVATE = ("base_url", "been_at", "learned")


def as_json(record: SessionRecord) -> str:
    """One JSON object with the whole conversation. Messages and exchanges are numbered from 1, oldest first.

    `pinned` and `dropped` hold numbers of exchanges of the current branch, as /history shows them. `summary` is of its
    first `exchanges`; the oldest `trimmed` are not sent.
    """
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
        **marks_as_json(record.marks, first=1),
        "draft": record.draft,
        "head": None if record.head is None else numbers[record.head],
        "messages": [*_system(record), *(_message(message, numbers) for message in thread)],
        "other_branches": [_message(message, numbers) for message in elsewhere],
    }
    return printable(json.dumps(fields, indent=2)) + "\n"


def as_jsonl(record: SessionRecord) -> str:
    """The system prompt and the messages of the current branch, one JSON object a line."""
    numbers = _numbers(record)
    messages = [*_system(record)]
    for message in record.thread:
        fields = _message(message, numbers)
        fields.pop("rounds", None)
        fields.pop("thoughts", None)
        fields |= _as_reasoning(message.reply.thoughts if message.reply else None)
        if message.attached:
            fields |= in_parts(message.content, message.attached)
        messages += [*_openai_messages(message.reply.rounds if message.reply else ()), fields]
    return "".join(printable(json.dumps(message)) + "\n" for message in messages)


def printable(text: str) -> str:
    """The JSON text with DEL escaped, the only control character that JSON permits unescaped."""
    return text.replace("\x7f", "\\u007f")


def _numbers(record: SessionRecord) -> dict[int, int]:
    """The id of each message -> its number in the file."""
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
    if message.attached:
        fields["attachments"] = [*map(as_fields, message.attached)]
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
        "tokens_cached": reply.tokens_cached,
        "tokens_written": reply.tokens_written,
        "tokens_reasoning": reply.tokens_reasoning,
        "saved": reply.saved,
    }
    ending = reply.ending.name.lower() if reply.ending else None
    rounds: dict[str, object] = {"rounds": [_round(one) for one in reply.rounds]} if reply.rounds else {}
    sources: dict[str, object] = {"sources": [_source(one) for one in reply.sources]} if reply.sources else {}
    given = {name: value for name, value in known.items() if value is not None}
    return {"ending": ending, **given, **rounds, **sources, **_as_thoughts(reply.thoughts)}


def _as_thoughts(thoughts: Thoughts | None) -> dict[str, object]:
    """What the model thought; neither the address of its server, nor what is for that server alone."""
    if thoughts is None:
        return {}
    by = {"model": thoughts.by.model} if thoughts.by else {}
    return {"thoughts": {"text": thoughts.text, "seconds": thoughts.seconds, **by}}


def _as_reasoning(thoughts: Thoughts | None) -> dict[str, object]:
    """The same in a message of OpenAI's format."""
    return {"reasoning_content": thoughts.text} if thoughts and thoughts.text else {}


def _source(one: Passage) -> dict[str, object]:
    """A passage that the reply was sent; not its path, which tells of this computer."""
    return {
        "number": one.number,
        "collection": one.collection,
        "name": one.name,
        "unit": one.place.unit.value,
        "first": one.place.first,
        "last": one.place.last,
        "headings": [*one.headings],
        "read": one.read,
        "score": one.score,
        "why": one.why.name.lower(),
        "text": one.text,
    }


def _round(one: Round) -> dict[str, object]:
    answered = zip(one.calls, one.results, strict=True)
    return {
        "text": one.text,
        **_as_thoughts(one.thoughts),
        "calls": [{**call._asdict(), **_result(result), "result": result.text} for call, result in answered],
    }


def _result(result: ToolResult) -> dict[str, object]:
    return {"outcome": result.outcome.name.lower(), "seconds": result.seconds}


def _openai_messages(rounds: Sequence[Round]) -> Iterator[dict[str, object]]:
    """Each round as the assistant's message with its calls, then a tool's message for each of them."""
    for one in rounds:
        calls = [_call(call) for call in one.calls]
        yield {"role": "assistant", "content": one.text or None, "tool_calls": calls, **_as_reasoning(one.thoughts)}
        for call, result in zip(one.calls, one.results, strict=True):
            yield {"role": "tool", "tool_call_id": call.id, "content": result.text, **_result(result)}


def _call(call: ToolCall) -> dict[str, object]:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": function, **({"extra": call.extra} if call.extra else {})}
