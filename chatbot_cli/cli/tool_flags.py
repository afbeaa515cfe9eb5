"""The flags of `chat` for tools."""

from collections.abc import Sequence
from typing import Annotated

import typer

from chatbot_cli.app.tools_in_use import WantedTools

Tool = Annotated[
    list[str] | None, typer.Option("--tool", metavar="NAME", help="Let the model use a tool: time, calculate, folder.")
]
ToolFile = Annotated[
    list[str] | None, typer.Option("--tools", metavar="FILE.py", help="Let it call the functions of a Python file.")
]
Mcp = Annotated[list[str] | None, typer.Option("--mcp", metavar="FILE.json", help="Let it use these MCP servers.")]
Allow = Annotated[
    list[str] | None, typer.Option("--allow", metavar="PATTERN", help="Let calls of these tools run unasked.")
]


def wanted_tools(
    names: Sequence[str] | None, files: Sequence[str] | None, servers: Sequence[str] | None, allow: Sequence[str] | None
) -> WantedTools:
    """What the flags say of tools."""
    return WantedTools(tuple(names or ()), tuple(files or ()), tuple(servers or ()), tuple(allow or ()))
