"""The flags for tools, of `chat` and of `chat tools`; "it" in their help is the model."""

from collections.abc import Sequence
from typing import Annotated

import typer

from chatbot_cli.app.tools_in_use import WantedTools

Tool = Annotated[
    list[str] | None,
    typer.Option("--tool", metavar="NAME", help="A tool for the model: time, calculate, folder."),
]
ToolFile = Annotated[
    list[str] | None, typer.Option("--tools", metavar="FILE.py", help="Functions of a Python file that it may call.")
]
Mcp = Annotated[
    list[str] | None, typer.Option("--mcp", metavar="FILE.json", help="MCP servers whose tools it may call.")
]
Allow = Annotated[list[str] | None, typer.Option("--allow", metavar="PATTERN", help="Tools whose calls run unasked.")]


def wanted_tools(
    names: Sequence[str] | None, files: Sequence[str] | None, servers: Sequence[str] | None, allow: Sequence[str] | None
) -> WantedTools:
    """What the flags say of tools."""
    return WantedTools(tuple(names or ()), tuple(files or ()), tuple(servers or ()), tuple(allow or ()))
