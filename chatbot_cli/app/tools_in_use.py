"""The tools of a chat, put together from flags, settings and personas. Without any, nothing of them is loaded."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot_cli.app.secrets_in_results import SecretsInResults
from chatbot_cli.app.servers_in_use import ServersInUse
from chatbot_cli.chat.rounds import ToolCall, ToolResult
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.tools import MAX_ROUNDS, Answer, CallToDecide, Policy, SourceReport, Tool
from chatbot_cli.errors import ToolsError
from chatbot_cli.frozen import frozen
from chatbot_cli.secrets.finding import Find
from chatbot_cli.secrets.finding import Policy as SecretsPolicy
from chatbot_cli.settings.tool_settings import ToolSettings
from chatbot_cli.system.surroundings import Surroundings

if TYPE_CHECKING:
    from chatbot_cli.chat.tool_ports import Progress
    from chatbot_cli.tools.approval import Asking, RulingApprover
    from chatbot_cli.tools.toolbox import AllTools

NONE = "none"  # in place of a name: nothing but what the flags ask for


@frozen
class WantedTools:
    """What a start says of tools: `names` of those that are offered, `files` of Python functions and of `servers`.

    Calls of tools that match `allowed` run unasked. `functions` are those that a program hands over: who does that
    means them, so they run unasked as well.
    """

    names: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    functions: tuple[Callable[..., Any], ...] = ()


NO_TOOLS = WantedTools()
_log = logging.getLogger(__name__)


class ToolsInUse:
    """The Toolbox and the Approver of a chat, which load the tools when one is asked for.

    While `asking` is None nobody can be asked: then only tools that are allowed are offered, and a server of which
    nothing is allowed is not started. `place` is where files of servers are. `folder` is the one that may be read, and
    of what `find_secrets` finds in its files only the kind is told, unless `secrets` is "warn"; of what it finds in
    the results of other tools, `secrets` says what becomes. What the user allows always is kept in the folder `state`,
    if there is one.
    """

    def __init__(
        self,
        settings: ToolSettings,
        wanted: WantedTools = NO_TOOLS,
        *,
        folder: Path = Path(),
        find_secrets: Find | None = None,
        secrets: SecretsPolicy = "ask",
        state: Path | None = None,
        place: Surroundings | None = None,
    ) -> None:
        self._state = state
        self._tell: Callable[[str], None] = _log.warning
        self._settings, self._wanted = settings, wanted
        self._folder = folder
        self._find_of_readers = None if secrets == "warn" else find_secrets
        self._secrets = SecretsInResults(find_secrets, secrets)
        self._only_flags = NONE in wanted.names
        self.servers = ServersInUse(settings, wanted.servers, wanted.allowed, place)
        if self._only_flags:
            self.servers.only = tuple(name for name in wanted.names if name != NONE)
        self._asking: Asking | None = None
        self._made: tuple[AllTools, RulingApprover] | None = None

    def for_chat(self) -> Tools:
        """The tools as a conversation has them."""
        return Tools(self, self, self._settings.max_rounds or MAX_ROUNDS)

    def ask_with(self, asking: "Asking") -> None:
        """From now on there is somebody to ask."""
        self._asking, self.servers.can_ask = asking, True
        if self._made:
            self._made[1].asking = asking

    def tell_with(self, tell: Callable[[str], None]) -> None:
        """From now on a sentence is told so, not by logging."""
        self._tell = tell
        if self._made:
            self._made[1].tell = tell

    def is_wanted(self, named: Sequence[str] = ()) -> bool:
        """Whether there may be tools: then they are loaded."""
        wanted = self._wanted
        of_flags = {*wanted.names} - {NONE} or wanted.files or wanted.servers or wanted.functions
        of_settings = self._settings.use or self._settings.servers or self._settings.mcp_config or named
        return bool(of_flags or (of_settings and not self._only_flags) or self._made)

    def check(self) -> None:
        """Load what a start asks for by name. Raises ToolsError: a file that fails, a name that no tool has."""
        names = [name for name in self._wanted.names if name != NONE]
        if not (names or self._wanted.files or self._wanted.functions):
            return
        toolbox = self._loaded[0]
        from chatbot_cli.app.tool_notices import names_of_none, what_there_is  # imported here: most chats have no tools

        for name in names_of_none(names, toolbox.has, self._servers):
            raise ToolsError(f"There is no tool {name!r}.", what_there_is(name, toolbox.all_tools()))

    def notices(self, named: Sequence[str] = ()) -> Sequence[str]:
        """A sentence about each thing that was asked for and is not there. `named` are a persona's names."""
        wanted, allowed = self.is_wanted(named), self._wanted.allowed
        if not (wanted or allowed):
            return ()
        from chatbot_cli.app.tool_notices import IN_VAIN, not_there  # imported here: most chats have no tools

        if not wanted:
            return (IN_VAIN,)
        use, named = ((), ()) if self._only_flags else (self._settings.use, named)
        asked_for = (("config.toml asks for", use), ("The persona asks for", named), ("--allow names", allowed))
        return tuple(not_there(self._made[0] if self._made else None, self._servers, asked_for))

    def offered(self, named: Sequence[str] = ()) -> Sequence[Tool]:
        if not self.is_wanted(named):
            return ()
        toolbox, approver = self._loaded
        policies = (Policy.ALLOW, Policy.ASK) if self._asking else (Policy.ALLOW,)
        return [tool for tool in toolbox.offered(named) if approver.policy(tool) in policies]

    def not_offered(self, named: Sequence[str] = ()) -> Sequence[Tool]:
        """The tools that would be asked about, and are not offered since nobody can be asked."""
        if self._asking or not self.is_wanted(named):
            return ()
        toolbox, approver = self._loaded
        return [tool for tool in toolbox.offered(named) if approver.policy(tool) is Policy.ASK]

    async def run(self, tool: Tool, arguments: str, progress: "Progress") -> ToolResult:
        return await self._loaded[0].run(tool, arguments, progress)

    def sources(self) -> Sequence[SourceReport]:
        return self._loaded[0].sources()

    def switch(self, name: str, *, on: bool) -> Sequence[Tool]:
        return self._loaded[0].switch(name, on=on)

    async def restart(self, source: str) -> None:
        await self._loaded[0].restart(source)

    def policy(self, tool: Tool) -> Policy:
        return self._loaded[1].policy(tool)

    async def decide(self, question: CallToDecide) -> Answer:
        return await self._loaded[1].decide(question)

    async def go_on(self, rounds: int) -> bool:
        return await self._loaded[1].go_on(rounds)

    def struck(self, call: ToolCall, text: str) -> str:
        return self._secrets.struck(text, call.arguments)

    async def may_send(self, call: ToolCall, tool: Tool, text: str) -> bool:
        return await self._secrets.may_send(text, call.arguments, tool.label, self._asking, self._tell)

    def rule(self, pattern: str, policy: Policy) -> None:
        self._loaded[1].rule(pattern, policy)

    def begin(self, named: Sequence[str] = ()) -> None:
        """Start the servers in the background, if there may be tools. Needs a running event loop."""
        if self.is_wanted(named):
            self._loaded[0].begin(self.servers.may_run)

    async def ready(self, named: Sequence[str] = ()) -> None:
        """Wait until every server has started or failed."""
        if self.is_wanted(named):
            self.begin(named)
            await self._loaded[0].ready()

    async def close(self) -> None:
        """End every server."""
        if self._made:
            await self._made[0].close()

    @property
    def _servers(self) -> Sequence[str]:
        """The names of the servers that there are."""
        return [server.name for server in self.servers]

    @property
    def toolbox(self) -> "AllTools":
        """All tools, offered or not. Raises ToolsError."""
        return self._loaded[0]

    @property
    def _loaded(self) -> "tuple[AllTools, RulingApprover]":
        if self._made is None:
            # Imported here: most chats have no tools.
            from chatbot_cli.app.tool_functions import functions_of
            from chatbot_cli.tools.allowances import FILE, Allowances
            from chatbot_cli.tools.approval import RulingApprover
            from chatbot_cli.tools.toolbox import AllTools

            asked_for = () if self._only_flags else self._settings.use
            names = [name for name in self._wanted.names if name != NONE]
            functions = functions_of(self._wanted, self._folder, self._find_of_readers, self._settings.timeout)
            self.servers.read_config()
            toolbox = AllTools((*functions, *self.servers), (*asked_for, *names), only_flags=self._only_flags)
            file = self._state / FILE if self._state else None
            allowances = Allowances(file, toolbox.source_of, toolbox.origin_of)
            self.servers.always = allowances.has_some_of
            approver = RulingApprover(
                (*self._settings.allow, *self._wanted.allowed),
                self._settings.deny,
                self._asking,
                is_safe=lambda tool: any(source.vouches_for(tool) for source in functions),
                source_of=toolbox.source_of,
                asks_once=lambda tool: any(source.asks_once_about(tool) for source in functions),
                allowances=allowances,
            )
            approver.tell = self._tell
            self._made = toolbox, approver
        return self._made
