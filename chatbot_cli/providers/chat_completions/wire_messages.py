"""Turns messages into the JSON of Chat Completions. Pure."""

import base64
from collections.abc import Sequence
from typing import Any

from chatbot_cli.chat.messages import Message
from chatbot_cli.chat.rounds import Attachment, CallId, ToolCall
from chatbot_cli.providers.chat_completions.reply_reader import Mender


def wire_messages(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """The messages as JSON. Lone surrogates, which UTF-8 cannot encode, become U+FFFD."""
    return [_wire_message(message) for message in messages]


def _wire_message(message: Message) -> dict[str, Any]:
    wire: dict[str, Any] = {"role": message.role, "content": _mended(message.content)}
    if calls := [_call(part) for part in message.parts if isinstance(part, ToolCall)]:
        wire |= {"content": wire["content"] or None, "tool_calls": calls}
    if attached := [_attachment(part) for part in message.parts if isinstance(part, Attachment)]:
        wire["content"] = [{"type": "text", "text": wire["content"]}, *attached]
    for part in message.parts:
        if isinstance(part, CallId):
            wire["tool_call_id"] = part.id
    return wire


def _call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": _mended(call.arguments)}
    return {"id": call.id, "type": "function", "function": function}


def _attachment(attachment: Attachment) -> dict[str, Any]:
    """A picture or another file, as a `data:` URL."""
    content = base64.b64encode(attachment.content).decode("ascii")
    address = f"data:{attachment.media_type};base64,{content}"
    if attachment.media_type.startswith("image/"):
        return {"type": "image_url", "image_url": {"url": address}}
    return {"type": "file", "file": {"filename": _mended(attachment.name), "file_data": address}}


def _mended(text: str) -> str:
    return Mender().mend(text, last=True)
