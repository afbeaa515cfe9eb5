"""Turns messages into the JSON of Chat Completions. Pure."""

import base64
from collections.abc import Sequence
from typing import Any

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.messages import Message
from chatbot_cli.chat.rounds import CallId, Reasoning, ToolCall
from chatbot_cli.providers.chat_completions.wire_calls import wire_call
from chatbot_cli.providers.wire.call_marks import WireIds
from chatbot_cli.providers.wire.mending import mended

Content = str | list[dict[str, Any]]  # a text, or parts


def wire_messages(messages: Sequence[Message], *, address: str = "", reasoning_field: str = "") -> list[dict[str, Any]]:
    """The messages as JSON. Lone surrogates, which UTF-8 cannot encode, become U+FFFD.

    A user's message right after another one is joined to it: the templates of many models refuse two in a row.
    What the server at `address` sent with a call goes back to it. A message with calls has the reasoning before them
    in the `reasoning_field`, if the server wants it; and so has any other that comes with reasoning.
    """
    wire: list[dict[str, Any]] = []
    ids = WireIds()
    for message in (_wire_message(one, ids, address, reasoning_field) for one in messages):
        if message["role"] == "user" and wire and wire[-1]["role"] == "user":
            wire[-1] = {**wire[-1], "content": _joined(wire[-1]["content"], message["content"])}
        else:
            wire.append(message)
    return wire


def _joined(before: Content, content: Content) -> Content:
    """Two contents in one: texts with a blank line between them, or all parts in their order."""
    if isinstance(before, str) and isinstance(content, str):
        return f"{before}\n\n{content}"
    return [*_parts(before), *_parts(content)]


def _parts(content: Content) -> list[dict[str, Any]]:
    return [_text(content)] if isinstance(content, str) else content


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _wire_message(message: Message, ids: WireIds, address: str, reasoning_field: str) -> dict[str, Any]:
    wire: dict[str, Any] = {"role": message.role, "content": mended(message.content)}
    if calls := [part for part in message.parts if isinstance(part, ToolCall)]:
        wire["content"] = wire["content"] if message.content.strip() else None  # some servers refuse an empty text
        wire["tool_calls"] = [wire_call(call, ids.of_call(call.id), address) for call in calls]
    thoughts = [part.text for part in message.parts if isinstance(part, Reasoning)]
    if reasoning_field and (calls or thoughts):
        wire[reasoning_field] = mended("".join(thoughts))
    if attached := [_attachment(part) for part in message.parts if isinstance(part, Attachment)]:
        words = [_text(wire["content"])] if message.content.strip() else []  # some servers refuse an empty text
        wire["content"] = [*words, *attached]
    for part in message.parts:
        if isinstance(part, CallId):
            wire["tool_call_id"] = ids.of_result(part.id)
    return wire


def _attachment(attachment: Attachment) -> dict[str, Any]:
    """A picture or another file, as a `data:` URL."""
    content = base64.b64encode(attachment.content).decode("ascii")
    address = f"data:{attachment.media_type};base64,{content}"
    if attachment.media_type.startswith("image/"):
        return {"type": "image_url", "image_url": {"url": address}}
    return {"type": "file", "file": {"filename": mended(attachment.name), "file_data": address}}
