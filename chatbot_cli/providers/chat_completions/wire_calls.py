"""Turns calls into the JSON of Chat Completions. Pure."""

from typing import Any

from chatbot_cli.chat.rounds import ToolCall, sendable_name
from chatbot_cli.providers.wire.call_marks import fields_from
from chatbot_cli.providers.wire.mending import mended


def wire_call(call: ToolCall, sent_id: str, address: str) -> dict[str, Any]:
    """A call as JSON, with what the server at this address sent along with it."""
    function = {"name": sendable_name(call.name), "arguments": mended(call.arguments)}
    return {**fields_from(call.extra, address), "id": sent_id, "type": "function", "function": function}
