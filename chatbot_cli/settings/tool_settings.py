"""What config.toml says of tools: which are offered and allowed, and the MCP servers. Only the user's own file does."""

from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from chatbot_cli.errors import SettingsError
from chatbot_cli.frozen import frozen

TOOL_TABLES = ("tools", "mcp")  # the names of the tables


@frozen
class ToolSettings:
    """The tables `tools` and `mcp` of config.toml.

    `use`, `allow` and `deny` are names or patterns of tools. A turn may have `max_rounds` of calls, and a call may
    take `timeout` seconds; None if the file does not say. `servers` are MCP servers by name, as the file has them.
    """

    use: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    max_rounds: int | None = None
    timeout: float | None = None
    servers: Mapping[str, Any] = field(default_factory=dict)

    def with_table(self, name: str, table: object, path: Path) -> "ToolSettings":
        """The same with one of the tables of the file at `path`. Raises SettingsError."""
        if not isinstance(table, dict):
            raise SettingsError(f"config.toml: {name} is no table.", f"Correct it in {path}.")
        if name == "mcp":
            return replace(self, servers=table.get("servers", {}))
        use, allow, deny = (tuple(table.get(key, ())) for key in ("use", "allow", "deny"))
        most, timeout = table.get("max_rounds"), table.get("timeout")
        return replace(self, use=use, allow=allow, deny=deny, max_rounds=most, timeout=timeout)
