"""Which tools a request tells a model of, and how many tokens they take."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from chatbot_cli.chat.context import Context
from chatbot_cli.chat.messages import Message
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.tools import Tool, ToolDefinition

GONE = "(Not available now.)"  # before the description of a tool that is not there any more


def definitions(offered: Sequence[Tool], used: Iterable[ToolDefinition]) -> tuple[ToolDefinition, ...]:
    """The tools that are offered, then those that were used and are not there any more, marked as such.

    Servers refuse a history that holds calls of tools that they are not told of.
    """
    names = {tool.name for tool in offered}
    gone = (replace(one, description=f"{GONE} {one.description}".rstrip()) for one in used if one.name not in names)
    return (*(tool.definition for tool in offered), *gone)


def tokens_of(tools: Sequence[ToolDefinition], setup: Setup) -> int:
    """The tokens of definitions, as far as they can be known."""
    return sum(setup.count(Message("system", one.text)) for one in tools)


def telling_of(
    context: Context, offered: Sequence[Tool], setup: Setup, called: Sequence[ToolDefinition] = ()
) -> Context:
    """The context with the tools, and with room for them. `called` are those of the turn so far.

    A server that refuses tools is told in words of the calls that were made.
    """
    if not setup.takes_tools:
        # Imported here: few servers refuse tools.
        from chatbot_cli.chat.told_in_words import in_words

        return in_words(context)
    is_new = not context.exchanges and len(context.new) <= 1
    used = {one.name: one for one in (*(() if is_new else setup.used_tools), *called)}
    if not (tools := definitions(offered, used.values())):
        return context
    return replace(context, tools=tools, beside=context.beside + tokens_of(tools, setup))
