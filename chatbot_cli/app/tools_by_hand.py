"""The tools without a chat and without a model: for `chat tools`."""

from collections.abc import Sequence

from chatbot_cli.app.assembly import tools_of
from chatbot_cli.app.program_approval import AskingProgram
from chatbot_cli.app.tools_in_use import WantedTools
from chatbot_cli.chat.ports import Progress
from chatbot_cli.chat.rounds import ToolResult
from chatbot_cli.chat.tools import Policy, SourceReport, Tool
from chatbot_cli.errors import ToolsError
from chatbot_cli.providers.table import KEYS
from chatbot_cli.settings.precedence import Sources
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.short import as_written


class ToolsByHand:
    """All tools that the settings and flags know, offered to a model or not. Who calls one by hand allows it."""

    def __init__(self, wanted: WantedTools, surroundings: Surroundings) -> None:
        """Read the settings. Raises SettingsError."""
        folders = Folders.of(surroundings.environ, surroundings.home)
        sources = Sources.read(surroundings.environ, surroundings.cwd, folders, KEYS)
        settings = sources.settle({}).settings
        self.surroundings, self.plain = surroundings, settings.plain
        self._tools = tools_of(settings, wanted, surroundings)
        self._tools.ask_with(AskingProgram("allow"))

    async def start(self) -> Sequence[str]:
        """Load the files, start the servers, and wait for them. Returns what is to be said of it. Raises ToolsError."""
        self.all()
        await self._tools.ready()
        return ()

    def all(self) -> Sequence[Tool]:
        return self._tools.toolbox.all_tools()

    def named(self, name: str) -> Tool:
        """The tool of a name, as people or as models call it. Raises ToolsError."""
        for tool in self.all():
            if name in (tool.label, tool.name):
                return tool
        raise ToolsError(f"There is no tool {as_written(name)}.", "chat tools list shows them.")

    def policy(self, tool: Tool) -> Policy:
        return self._tools.policy(tool)

    def sources(self) -> Sequence[SourceReport]:
        return self._tools.sources()

    async def run(self, tool: Tool, arguments: str, progress: Progress) -> ToolResult:
        return await self._tools.run(tool, arguments, progress)

    async def aclose(self) -> None:
        await self._tools.close()
