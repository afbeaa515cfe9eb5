"""The tools that an imported conversation has called: servers refuse calls of tools that they are not told of."""

import re
from collections.abc import Iterator
from dataclasses import asdict, replace

from chatbot_cli.chat.tools import ANY_ARGUMENTS, ToolDefinition
from chatbot_cli.sessions.records import SessionRecord
from chatbot_cli.sessions.stored_values import arguments_in

_NAME = re.compile("[A-Za-z0-9_-]{1,64}")
NOT_THERE = "Not available any more."  # told to the model, so that it does not call it again
MOST_TOOLS = 128  # OpenAI takes no more


def with_used_tools(record: SessionRecord) -> SessionRecord:
    """The conversation, its setup with the definition of each tool that was called.

    What the file says of a tool is kept if it makes sense. Of others the name is known, and they take any arguments.
    """
    listed = record.setup.get("used_tools")
    definitions = {one.name: one for one in (_sound(listed) if isinstance(listed, list) else ())}
    for name in _called(record):
        definitions.setdefault(name, ToolDefinition(name, NOT_THERE))
    used_tools = [asdict(one) for one in definitions.values()][:MOST_TOOLS]
    if used_tools == (listed or []):
        return record
    return replace(record, setup={**record.setup, "used_tools": used_tools})


def _called(record: SessionRecord) -> Iterator[str]:
    for message in record.messages:
        for one in message.reply.rounds if message.reply else ():
            yield from (call.name for call in one.calls)


def _sound(listed: list[object]) -> Iterator[ToolDefinition]:
    """The definitions that a server would take; `listed` are those of a setup that has been judged."""
    for one in listed:
        if isinstance(one, dict) and _NAME.fullmatch(one["name"]):
            parameters = one["parameters"] if arguments_in(one["parameters"]) == one["parameters"] else ANY_ARGUMENTS
            yield ToolDefinition(one["name"], one["description"], parameters)
