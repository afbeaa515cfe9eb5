"""The MCP servers of a chat: those of config.toml, of the file that it names, and of the flags. Loads no library."""

import asyncio
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from chatbot_cli.chat.tools import SourceReport
from chatbot_cli.errors import ToolsError
from chatbot_cli.frozen import frozen
from chatbot_cli.settings.tool_settings import ToolSettings
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.tools.mcp.config import ServerTable, literal_secrets, read_servers
from chatbot_cli.tools.mcp.installed import how_to_install, is_installed
from chatbot_cli.tools.mcp.server import McpServer
from chatbot_cli.tools.patterns import may_name


@frozen
class ServersOfChat:
    """Servers by name, in order, and sentences about how their config is written."""

    servers: tuple[McpServer, ...] = ()
    notices: tuple[str, ...] = ()


def servers_of(
    settings: ToolSettings,
    files: Sequence[str],
    place: Surroundings,
    logs: Path | None = None,
    *,
    only: Sequence[str] | None = None,
) -> ServersOfChat:
    """The servers of a chat, not started. `files` are of flags. If there is an `only`, of config.toml's those alone.

    These are names and patterns of tools; then each tool of such a server is asked for by name.
    Of two servers of one name the later counts. Their `logs` are a folder, in that for states by default. Raises
    ToolsError.
    """
    folders = Folders.of(place.environ, place.home)
    if files and not is_installed():
        raise ToolsError("MCP servers need the library mcp, which is not installed.", f"Install it: {how_to_install()}")
    tables = []
    if files or settings.mcp_config:
        from chatbot_cli.tools.mcp.json_file import read_json_file  # imported here: it brings json

    if only != ():
        tables.append(ServerTable("config.toml", "mcp.servers", settings.servers))
        if settings.mcp_config:
            path = _path(settings.mcp_config, place.home, folders.config)
            tables.append(read_json_file(path, settings.mcp_config))
    count = len(tables)
    tables += [read_json_file(_path(file, place.home, place.cwd), file) for file in files]
    configs = [read_servers(table, place.environ, settings.timeout) for table in tables]
    of_settings = {config.name: config for config in chain(*configs[:count]) if is_meant(config.name, only)}
    of_flags = {config.name: config for config in chain(*configs[count:])}
    logs = logs or folders.state / "mcp"
    servers = tuple(
        McpServer(config, logs, is_named=only is None or name in of_flags)
        for name, config in (of_settings | of_flags).items()
    )
    return ServersOfChat(servers, tuple(chain(*map(literal_secrets, tables))))


def is_meant(server: str, only: Sequence[str] | None) -> bool:
    """Whether one of these names and patterns may be of a server's tool. If there are no such names, all are meant."""
    return only is None or any(may_name(pattern, server) for pattern in only)


async def examined(servers: Sequence[McpServer]) -> list[tuple[SourceReport, float]]:
    """Start all servers at once, and end them again: the report of each, and the seconds that its start took."""
    try:
        for server in servers:
            server.begin()
        await asyncio.gather(*(server.ready() for server in servers))
        return [(server.report(), server.seconds) for server in servers]
    finally:
        await asyncio.gather(*(server.close() for server in servers))


def _path(typed: str, home: Path, folder: Path) -> Path:
    return home / typed[2:] if typed.startswith("~/") else folder / typed
