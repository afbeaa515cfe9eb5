"""The calls of tools that the demo model makes. Pure."""

from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.rounds import ToolCall


def calls_for(request: Request) -> tuple[ToolCall, ...]:
    """The calls that a request is answered with; none if no tool is offered, or it has the results already."""
    last = request.messages[-1]
    if last.role == "user" and "time" in last.content and any(tool.name == "time" for tool in request.tools):
        return (ToolCall("demo00001", "time"),)
    return ()
