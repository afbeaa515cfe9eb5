"""The calls of ChatGPT's tools: each is a message of the assistant to a tool, and its result the message after it."""

import json
from collections.abc import Mapping
from typing import Any

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import Round, ToolCall, ToolResult
from chatbot_cli.sessions.importing.left_out import LeftOut
from chatbot_cli.sessions.importing.rounds import call_of
from chatbot_cli.sessions.records import ReplyRecord
from chatbot_cli.sessions.stored_values import arguments_in


class ChatgptCalls:
    """Puts each call and its result together. What has no counterpart is left out and counted.

    `node` is the name of a node in the tree, `above` that of its parent.
    """

    def __init__(self, left_out: LeftOut) -> None:
        self._left_out = left_out
        self._made: dict[str, tuple[str, ToolCall]] = {}  # by the node: the tool as ChatGPT calls it, and the call
        self._without_result: dict[str, str] = {}

    def called(self, node: str, tool: str, text: str) -> None:
        """Note a message to a tool. Its text is a JSON object, or what the tool is given, such as a program."""
        is_object = text.lstrip().startswith("{") and arguments_in(text) == text
        arguments = text if is_object else json.dumps({"input": text})
        self._made[node] = tool, call_of(f"call_{len(self._made)}", tool, arguments)
        self._without_result[node] = tool

    def answered(self, above: str | None, author: Mapping[str, Any], text: str) -> ReplyRecord | None:
        """The round that ends with a message of a tool, as the reply it belongs to; None if there was no such call."""
        name = author.get("name")
        tool, call = self._made.get(above or "", ("", None))
        if call is None or (isinstance(name, str) and name and name != tool):
            self._left_out.result(name if isinstance(name, str) else "")
            return None
        self._without_result.pop(above or "", None)
        return ReplyRecord(Ending.STOPPED, rounds=(Round((call,), (ToolResult(text),)),))

    def finish(self) -> None:
        """Count the calls without a result."""
        for tool in self._without_result.values():
            self._left_out.call(tool)
