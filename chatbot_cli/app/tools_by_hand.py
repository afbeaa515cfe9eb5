"""The tools without a chat and without a model: for `chat tools`."""

from collections.abc import Sequence

from chatbot_cli.app.assembly import tools_of
from chatbot_cli.app.program_approval import AskingProgram
from chatbot_cli.app.tools_in_use import WantedTools
from chatbot_cli.chat.rounds import ToolResult
from chatbot_cli.chat.tool_ports import Progress
from chatbot_cli.chat.tools import Policy, SourceReport, Tool
from chatbot_cli.errors import ToolsError
from chatbot_cli.providers.entries.registry import key_variables
from chatbot_cli.settings.precedence import Sources
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.short import as_written


class ToolsByHand:
    """All tools that the settings and flags know, offered to a model or not. Who calls one by hand allows it."""

    def __init__(self, wanted: WantedTools, surroundings: Surroundings) -> None:
        """Read the settings. Raises SettingsError."""
        folders = Folders.of(surroundings.environ, surroundings.home)
        sources = Sources.read(surroundings.environ, surroundings.cwd, folders, key_variables)
        settings = sources.settle({}).settings
        self.surroundings, self.plain = surroundings, settings.plain
        self._tools = tools_of(settings, wanted, surroundings)
        self._tools.ask_with(AskingProgram("allow"))

    async def start(self, name: str | None = None) -> None:
        """Load the files, start the servers, and wait for them: those that may have the tool of a `name`, or all.

        Raises ToolsError.
        """
        toolbox = self._tools.toolbox
        if name is not None and self._find(name):
            return
        servers = [server.name for server in self._tools.servers]
        meant = [server for server in servers if name is not None and name.startswith((f"{server}.", f"{server}__"))]
        toolbox.begin(lambda source: source in (meant or servers))
        await toolbox.ready()

    @property
    def notices(self) -> Sequence[str]:
        """What is to be said of how the servers are configured, in sentences."""
        return self._tools.servers.read_config()

    def all(self) -> Sequence[Tool]:
        return self._tools.toolbox.all_tools()

    def named(self, name: str) -> Tool:
        """The tool of a name, as people or as models call it. Raises ToolsError."""
        if tool := self._find(name):
            return tool
        why = (f"{report.name}: {report.problem}" for report in self.sources() if _explains(report, name))
        raise ToolsError(f"There is no tool {as_written(name)}.", next(why, "chat tools list shows them."))

    def _find(self, name: str) -> Tool | None:
        return next((tool for tool in self.all() if name in (tool.label, tool.name)), None)

    def policy(self, tool: Tool) -> Policy:
        return self._tools.policy(tool)

    def sources(self) -> Sequence[SourceReport]:
        return self._tools.sources()

    async def run(self, tool: Tool, arguments: str, progress: Progress) -> ToolResult:
        return await self._tools.run(tool, arguments, progress)

    async def aclose(self) -> None:
        await self._tools.close()


def _explains(report: SourceReport, name: str) -> bool:
    """Whether the problem of a source is why a tool is not there: it is of that server, or is that function."""
    return bool(report.problem) and (name.startswith(f"{report.name}.") or f" {name} " in report.problem)
