"""Which tools a request tells a model of, and how many tokens they take."""

from collections.abc import Sequence
from dataclasses import replace

from chatbot_cli.chat.context import Context
from chatbot_cli.chat.messages import Message
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.tools import Tool, ToolDefinition


def definitions(offered: Sequence[Tool], setup: Setup) -> tuple[ToolDefinition, ...]:
    """The tools that are offered, then those that were called before and are not there any more.

    Servers refuse a history that holds calls of tools that they are not told of.
    """
    if not setup.takes_tools:
        return ()
    names = {tool.name for tool in offered}
    gone = (one for one in setup.used_tools if one.name not in names)
    return (*(tool.definition for tool in offered), *gone)


def tokens_of(tools: Sequence[ToolDefinition], setup: Setup) -> int:
    """The tokens of definitions, as far as they can be known: each provider writes them in its own way."""
    texts = (f"{one.name}\n{one.description}\n{one.parameters}" for one in tools)
    return sum(setup.count(Message("system", text)) for text in texts)


def telling_of(context: Context, offered: Sequence[Tool], setup: Setup) -> Context:
    """The context with the tools, and with room for them."""
    if not (tools := definitions(offered, setup)):
        return context
    return replace(context, tools=tools, beside=context.beside + tokens_of(tools, setup))
