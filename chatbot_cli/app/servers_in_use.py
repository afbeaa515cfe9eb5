"""The MCP servers of a chat, as far as it has any: which may start, which are starting, and what is wrong with one."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from chatbot_cli.errors import ServerMissing
from chatbot_cli.settings.tool_settings import ToolSettings
from chatbot_cli.system.surroundings import Surroundings

if TYPE_CHECKING:
    from chatbot_cli.app.tool_servers import ServersOfChat
    from chatbot_cli.tools.mcp.server import McpServer


class ServersInUse:
    """Servers of the `settings`, and of `files` that flags name. `place` is where files are; None for no servers.

    While `can_ask` is false nobody can be asked: a server of which nothing is `allowed` is not started.
    """

    def __init__(
        self, settings: ToolSettings, files: Sequence[str], allowed: Sequence[str], place: Surroundings | None
    ) -> None:
        self._settings, self._files, self._place = settings, files, place
        self._allowed = (*settings.allow, *allowed)
        self._found: ServersOfChat | None = None
        self._told: set[tuple[str, str]] = set()  # servers with the problems that the user knows
        self.only: Sequence[str] | None = None  # if not None: of the settings, those alone that one of these may name
        self.can_ask = False
        self.always: Callable[[str], bool] = lambda source: False  # whether a tool of a source was allowed for good

    def __iter__(self) -> "Iterator[McpServer]":
        return iter(self._found.servers if self._found else ())

    def read_config(self) -> Sequence[str]:
        """Read the config, if there may be servers, and return what to say of it. Raises ToolsError."""
        of_settings = (self._settings.servers or self._settings.mcp_config) and self.only != ()
        if self._found is None and self._place and (self._files or of_settings):
            # Imported here: most chats have no servers.
            from chatbot_cli.app.tool_servers import servers_of

            self._found = servers_of(self._settings, self._files, self._place, only=self.only)
        return self._found.notices if self._found else ()

    def starting(self) -> Sequence[str]:
        """The names of those that are not ready yet."""
        return [server.name for server in self if server.is_starting]

    def take_news(self) -> Sequence[str]:
        """A sentence about each that cannot be used, once for each problem. One that is required fails the turn."""
        optional = (server for server in self if server.config.enabled and not server.config.required)
        news = [(server.name, server.problem) for server in optional if server.problem]
        new = [one for one in news if one not in self._told]
        self._told.update(new)
        return [f"The server {name} is not there. {problem}" for name, problem in new]

    def not_started(self) -> Sequence[str]:
        """The names of those that are not started since nothing of them is allowed, and nobody can be asked."""
        usable = (server.name for server in self if server.config.enabled and not server.problem)
        return [name for name in usable if not self.may_run(name)]

    def check_required(self) -> None:
        """Raise ServerMissing if one that is required is not there."""
        for server in self:
            if server.config.required and server.config.enabled and not (server.tools() or server.is_starting):
                reason = server.problem or "Nothing of it is allowed."
                raise ServerMissing(
                    f"{server.name} is required, and is not there. {reason}", f"See {server.config.stated}."
                )

    def may_run(self, source: str) -> bool:
        """Whether a call of a source may run, as far as that is known before its tools are."""
        if self.can_ask:
            return True
        from chatbot_cli.tools.patterns import may_name  # imported here: most chats have no tools

        return self.always(source) or any(may_name(pattern, source) for pattern in self._allowed)
