"""Reads a file of MCP servers in the form that other programs have, too: {"mcpServers": {NAME: {…}}}."""

import json
from pathlib import Path

from chatbot_cli.errors import ToolsError
from chatbot_cli.tools.mcp.config import ServerTable

KEY = "mcpServers"
MOST_BYTES = 1 << 20


def read_json_file(path: Path, typed: str) -> ServerTable:
    """The servers of a file, whose path was `typed`. Raises ToolsError."""
    example = f'It looks like this: {{"{KEY}": {{"files": {{"command": "npx", "args": ["…"]}}}}}}'
    try:
        if not path.is_file():
            reason = "it is no file" if path.exists() else "there is none"
            raise ToolsError(f"The servers in {typed} cannot be read: {reason}.", "--mcp takes the path of a file.")
        if path.stat().st_size > MOST_BYTES:
            raise ToolsError(f"{typed} is too large to be a file of servers.", example)
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise ToolsError(f"{typed} cannot be read: {(error.strerror or 'no reason is known').lower()}.") from error
    except json.JSONDecodeError as error:
        raise ToolsError(f"{typed} is no JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from error
    except (ValueError, RecursionError) as error:  # bytes that are no UTF-8, or an abyss of brackets
        raise ToolsError(f"{typed} is no JSON.", example) from error
    servers = document.get(KEY) if isinstance(document, dict) else None
    if not isinstance(servers, dict):
        raise ToolsError(f'{typed} has no table "{KEY}".', example)
    return ServerTable(path.name if path.name.endswith(".json") else f"{path.name} (.json)", KEY, servers)
