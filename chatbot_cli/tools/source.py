"""What all places where tools come from have in common."""

from collections.abc import Sequence
from typing import Protocol

from chatbot_cli.chat.rounds import ToolResult
from chatbot_cli.chat.tool_ports import Progress
from chatbot_cli.chat.tools import SourceReport, Tool


class ToolSource(Protocol):
    """A place where tools come from: what is built in, a Python file, an MCP server."""

    @property
    def name(self) -> str:
        """What the user calls it: "folder", "shop.py", "files". A pattern that is this name means all its tools."""
        ...

    @property
    def is_named(self) -> bool:
        """Whether the user has named it, so that all its tools are offered; else each is asked for by name."""
        ...

    def tools(self) -> Sequence[Tool]:
        """Its tools, in an order that does not change; none while it is starting, or if it failed."""
        ...

    def report(self) -> SourceReport:
        """Its state, for people."""
        ...

    def begin(self) -> None:
        """Start what has to be started, in the background. May be called again. Needs a running event loop."""
        ...

    async def ready(self) -> None:
        """Wait until it has started or failed."""
        ...

    async def run(self, tool: Tool, arguments: str, progress: Progress) -> ToolResult:
        """Run one of its tools with arguments, a JSON object. Every failure is a result."""
        ...

    async def restart(self) -> None:
        """Start again. Raises ToolsError."""
        ...

    async def close(self) -> None:
        """End what was started. Returns when nothing of it is left."""
        ...
