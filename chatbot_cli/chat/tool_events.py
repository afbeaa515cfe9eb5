"""The events of the tools that a model calls in a turn."""

from chatbot_cli.chat.rounds import ToolCall, ToolResult
from chatbot_cli.chat.tools import Tool
from chatbot_cli.errors import ChatError
from chatbot_cli.frozen import frozen


@frozen
class ToolBegan:
    """A call runs from now on."""

    call: ToolCall
    tool: Tool


@frozen
class ToolProgress:
    """What a running call says of its progress: one line. `share` is how much of it is done, from 0 to 1, if known."""

    call: ToolCall
    tool: Tool
    text: str
    share: float | None = None


@frozen
class ToolEnded:
    """A call has a result, also if it was not allowed or never ran; `tool` is None if there is none of its name."""

    call: ToolCall
    result: ToolResult
    tool: Tool | None = None


@frozen
class SecretsFound:
    """What a call returned, whose end has been told, holds secrets. The user may be asked whether they are sent."""

    call: ToolCall
    tool: Tool


@frozen
class ToolsLeftOut:
    """The server refuses, with `error`, to be sent tools. It is asked without them, now and from now on."""

    error: ChatError


@frozen
class ToolsIgnored:
    """The server took the tools, and did not show them to the model: it read `read` of `counted` tokens."""

    read: int
    counted: int


@frozen
class CallInText:
    """The model has written a call into its text, as one that was not told of tools in its own way. Nothing runs."""


ToolEvent = ToolBegan | ToolProgress | ToolEnded | SecretsFound | ToolsLeftOut | ToolsIgnored | CallInText
