"""What config.toml says of tools: which are offered and allowed, and the MCP servers. Only the user's own file does."""

from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from chatbot_cli.errors import SettingsError
from chatbot_cli.frozen import frozen
from chatbot_cli.text.short import as_written

TOOL_TABLES = ("tools", "mcp")  # the names of the tables
LISTS = ("use", "allow", "deny")
NUMBERS = {"max_rounds": (1, 1000), "timeout": (0.1, 86_400.0)}  # timeout in seconds
KEYS = (*LISTS, *NUMBERS)
MCP_KEYS = ("servers", "config")

_EXAMPLE = 'For example: [tools] and below it use = ["time", "folder"].'


@frozen
class ToolSettings:
    """The tables `tools` and `mcp` of config.toml.

    `use`, `allow` and `deny` are names or patterns of tools. A turn may have `max_rounds` of calls, and a call may
    take `timeout` seconds; None if the file does not say. `servers` are MCP servers by name, as the file has them, and
    `mcp_config` is the path of a JSON file that names more; empty for none.
    """

    use: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    max_rounds: int | None = None
    timeout: float | None = None
    servers: Mapping[str, Any] = field(default_factory=dict)
    mcp_config: str = ""

    def with_table(self, name: str, table: object, path: Path) -> "ToolSettings":
        """The same with one of the tables of the file at `path`. Raises SettingsError."""
        if not isinstance(table, dict):
            raise SettingsError(f"config.toml: {name} is no table.", f"{_EXAMPLE} It is {path}")
        known = MCP_KEYS if name == "mcp" else KEYS
        for key in table:
            if key not in known:
                raise _unknown(name, key, known, path)
        return self._with_mcp(table, path) if name == "mcp" else self._with_tools(table, path)

    def _with_mcp(self, table: dict[str, Any], path: Path) -> "ToolSettings":
        servers, config = table.get("servers", {}), table.get("config", "")
        if not isinstance(servers, dict) or not all(isinstance(one, dict) for one in servers.values()):
            hint = f'Write [mcp.servers.files], and below it command = "…". It is {path}'
            raise SettingsError("config.toml: a server in mcp.servers is no table.", hint)
        if not isinstance(config, str):
            raise SettingsError("config.toml: mcp.config is no path.", f"Correct it in {path}.")
        return replace(self, servers=servers, mcp_config=config)

    def _with_tools(self, table: dict[str, Any], path: Path) -> "ToolSettings":
        use, allow, deny = (_names(key, table.get(key, []), path) for key in LISTS)
        most, timeout = (_number(key, table.get(key), path) for key in NUMBERS)
        if most is not None and int(most) != most:
            raise SettingsError("config.toml: tools.max_rounds is no whole number.", f"Correct it in {path}.")
        rounds = None if most is None else int(most)
        return replace(self, use=use, allow=allow, deny=deny, max_rounds=rounds, timeout=timeout)


def _names(key: str, value: object, path: Path) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(name, str) and name.strip() for name in value):
        return tuple(value)
    raise SettingsError(
        f"config.toml: tools.{key} is no list of names.", f'Write {key} = ["time", "files.*"]. It is {path}'
    )


def _number(key: str, value: object, path: Path) -> float | None:
    low, high = NUMBERS[key]
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
        return value
    raise SettingsError(f"config.toml: tools.{key} is no number from {low:g} to {high:,g}.", f"Correct it in {path}.")


def _unknown(table: str, key: str, known: tuple[str, ...], path: Path) -> SettingsError:
    from difflib import get_close_matches  # here because only this error needs it

    close = get_close_matches(key.lower().replace("-", "_"), known, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(known)}. It is {path}"
    return SettingsError(f'config.toml: there is no "{as_written(key)}" in {table}.', hint)
