"""Turns messages into the JSON of Messages: the system prompt apart, then user and assistant by turns. Pure."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.messages import Message
from chatbot_cli.chat.rounds import CallId, Reasoning, ToolCall, sendable_name
from chatbot_cli.providers.messages_api.thoughts import Block, sealed_in, text_block, with_thoughts
from chatbot_cli.providers.wire.call_marks import WireIds
from chatbot_cli.providers.wire.mending import mended

Content = str | list[Block]  # a text, or blocks


def system_of(messages: Sequence[Message]) -> str:
    """The system prompt; empty if there is none."""
    return "\n\n".join(mended(one.content) for one in messages if one.role == "system" and one.content.strip())


def wire_messages(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """The messages as JSON, without the system prompt. Lone surrogates, which UTF-8 cannot encode, become U+FFFD.

    A message right after one of the same role is joined to it; one without a word is left out. Thoughts go back
    before the calls for which they were thought.
    """
    wire: list[dict[str, Any]] = []
    ids = WireIds()
    for message in messages:
        role = "assistant" if message.role == "assistant" else "user"
        content = None if message.role == "system" else _content(message, ids)
        if not content:
            continue
        if wire and wire[-1]["role"] == role:
            wire[-1] = {"role": role, "content": _joined(wire[-1]["content"], content)}
        else:
            wire.append({"role": role, "content": content})
    return wire


def _content(message: Message, ids: WireIds) -> Content:
    text = mended(message.content)
    if answered := next((part for part in message.parts if isinstance(part, CallId)), None):
        return [_result(answered, text, ids)]
    if calls := [part for part in message.parts if isinstance(part, ToolCall)]:
        seals = (part.seal for part in message.parts if isinstance(part, Reasoning))
        thoughts = [block for seal in seals for block in sealed_in(seal)]
        # With thoughts, which are signed, the calls stay as they were.
        used = [_call(call, ids.of_call(call.id, keep=bool(thoughts))) for call in calls]
        return [*with_thoughts(text, thoughts), *used]
    if attached := [_attachment(part) for part in message.parts if isinstance(part, Attachment)]:
        return [*attached, *text_block(text)]  # Claude reads a question after its images better than before them
    return text if text.strip() else ""


def _result(answered: CallId, text: str, ids: WireIds) -> Block:
    result = {"type": "tool_result", "tool_use_id": ids.of_result(answered.id), "content": text}
    return {**result, "is_error": True} if answered.failed else result


def _call(call: ToolCall, sent_id: str) -> Block:
    return {
        "type": "tool_use",
        "id": sent_id,
        "name": sendable_name(call.name),
        "input": json.loads(mended(call.arguments)),
    }


def _attachment(attachment: Attachment) -> Block:
    """A picture or another file, in Base64."""
    data = base64.b64encode(attachment.content).decode("ascii")
    source = {"type": "base64", "media_type": attachment.media_type, "data": data}
    if attachment.is_image:
        return {"type": "image", "source": source}
    return {"type": "document", "source": source, "title": mended(attachment.name)}


def _joined(before: Content, content: Content) -> Content:
    """Two contents in one: texts with a blank line between them, or all blocks in their order."""
    if isinstance(before, str) and isinstance(content, str):
        return f"{before}\n\n{content}"
    return [*_blocks(before), *_blocks(content)]


def _blocks(content: Content) -> list[Block]:
    return [*text_block(content)] if isinstance(content, str) else content
