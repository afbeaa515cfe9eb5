"""Sentences and tables about the tools of a chat. Pure."""

from chatbot_cli.chat.tool_events import ToolsIgnored, ToolsLeftOut
from chatbot_cli.errors import ENDS


def what_became_of_the_tools(event: ToolsLeftOut | ToolsIgnored) -> str:
    """A sentence about tools that the model does not get."""
    if isinstance(event, ToolsLeftOut):
        return f"{str(event.error).rstrip(ENDS)}. It is asked without tools, now and from now on."
    read, counted = f"{event.read:,}", f"{event.counted:,}"
    return f"The server took the tools and did not show them to the model: it read {read} of {counted} tokens."
