"""An MCP server as a source of tools. One task enters, uses and leaves it, for the library allows nothing else."""

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from chatbot_cli.chat.messages import cut
from chatbot_cli.chat.rounds import CallOutcome, ToolResult
from chatbot_cli.chat.tool_ports import Progress
from chatbot_cli.chat.tools import ANY_ARGUMENTS, SourceReport, Tool, ToolDefinition
from chatbot_cli.errors import ToolsError, ended
from chatbot_cli.tools.mcp.config import ServerConfig
from chatbot_cli.tools.mcp.failures import is_closed, last_line, leaf_of, why
from chatbot_cli.tools.mcp.installed import how_to_install, is_installed
from chatbot_cli.tools.mcp.loading import loaded
from chatbot_cli.tools.mcp.wire_names import wire_name
from chatbot_cli.tools.result_text import ToolFailed, bounded, failure_in_words

if TYPE_CHECKING:
    import mcp_types
    from mcp import Client

_log = logging.getLogger(__name__)

STARTING, READY, FAILED, ENDED, OFF = "starting", "ready", "failed", "ended", "off"
MOST_TOOLS = 512  # of a server; models take fewer
LONGEST_DESCRIPTION, LONGEST_SCHEMA = 16_000, 100_000  # characters; a longer one would fill the window
BETWEEN_LISTS = 1.0  # seconds; a server may have its tools listed no more often
BETWEEN_LOOKS = 5.0  # seconds between two looks at the size of its log
LAST_WORDS = 0.1  # seconds after the end of a connection in which the server's last words reach its log


class McpServer:
    """A ToolSource. Its stderr goes to a file in the folder `logs`."""

    def __init__(self, config: ServerConfig, logs: Path, *, is_named: bool = True) -> None:
        self.config, self._is_named = config, is_named
        self.seconds = 0.0  # how long its last start took
        self._log_file = logs / f"{wire_name(config.name, 'log')}.txt"
        self._log_file_begins = 0
        self._state, self._problem = OFF, config.problem
        self._tools: dict[str, tuple[Tool, str]] = {}  # by the name on the wire, each with the server's own name
        self._connection: ModuleType | None = None
        self._client: Client | None = None
        self._task: asyncio.Task[None] | None = None
        self._settled, self._wake = asyncio.Event(), asyncio.Event()
        self._leaving = self._list_changed = self._is_listing = False

    @property
    def name(self) -> str:
        return self.config.name

    @property
    def is_named(self) -> bool:
        return self._is_named

    @property
    def is_starting(self) -> bool:
        """Whether it may be ready soon."""
        return self._state == STARTING

    @property
    def problem(self) -> str:
        """Why it has no tools, in a sentence; empty if it has, or is not asked to."""
        return self._problem

    def tools(self) -> Sequence[Tool]:
        return [tool for tool, _ in self._tools.values()]

    def report(self) -> SourceReport:
        return SourceReport(self.name, self.config.origin, self._state, self._problem, tuple(self.tools()))

    def begin(self) -> None:
        if self._state != OFF or not self.config.enabled or self.config.problem:
            return
        if not is_installed():
            self._state, self._problem = FAILED, f"MCP servers need the library mcp: {how_to_install()}"
            return
        self._settled, self._wake = asyncio.Event(), asyncio.Event()
        self._leaving = self._is_listing = False
        self._state, self._problem = STARTING, ""
        self._task = asyncio.create_task(self._own(), name=f"MCP server {self.name}")

    async def ready(self) -> None:
        if self._task is not None:
            await self._settled.wait()

    async def run(self, tool: Tool, arguments: str, progress: Progress) -> ToolResult:
        if self._client is None or self._connection is None or tool.name not in self._tools:
            reason = self._problem or f"It is {self._state}."
            return ToolResult(f"(not run) The server {self.name} is not there. {reason}", CallOutcome.NOT_RUN)
        try:
            own_name = self._tools[tool.name][1]
            result: ToolResult = await self._connection.called(self._client, own_name, json.loads(arguments), progress)
        except Exception as error:  # noqa: BLE001  every failure of a call is told to the model, whatever raised it
            return ToolResult(await self._failed(error), CallOutcome.FAILED)
        return result

    async def restart(self) -> None:
        if self.config.problem:
            raise ToolsError(f"{self.name} is off: {self.config.problem}", f"It is in {self.config.stated}.")
        if not self.config.enabled:
            raise ToolsError(f"{self.name} is off.", f"It says enabled = false in {self.config.stated}.")
        await self.close()
        self.begin()
        await self.ready()
        if self._problem:
            more = f"Its log has more: {self._log_file}" if last_line(self._log_file, self._log_file_begins) else ""
            raise ToolsError(f"{self.name} is not there. {self._problem}", more)

    async def close(self) -> None:
        if self._task is not None:
            self._leaving = True
            self._wake.set()
            if self._state == STARTING or self._is_listing:  # it may never answer
                self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._task, self._state, self._tools = None, OFF, {}

    async def _own(self) -> None:
        """Be the one task that has to do with the server, from its start to its end."""
        began = time.monotonic()
        self._skip_log()
        timer: asyncio.TimerHandle | None = None
        try:
            self._connection = await loaded()
            timer = asyncio.get_running_loop().call_later(self.config.start_timeout, self._too_slow)
            async with self._connection.connected(self.config, self._log_file, self._on_list_changed) as client:
                self._take(await self._connection.listed(client))
                timer.cancel()
                self.seconds, self._client, self._state = time.monotonic() - began, client, READY
                self._skip_log()  # what it said when it started is no reason for its end
                self._settled.set()
                _log.debug("%s: %d tools after %.2f s", self.name, len(self._tools), self.seconds)
                await self._until_it_is_left(client)
        except asyncio.CancelledError:  # too slow, or left while it started; else the loop ends, and another may begin
            if self._state in (STARTING, READY):
                self._state, self._tools = OFF, {}
        except Exception as error:  # noqa: BLE001  a server may fail in any way, and never takes the chat with it
            if not self._leaving:
                self._give_up(FAILED if self._client is None else ENDED, await self._why(error))
        finally:
            if timer:
                timer.cancel()
            self._client = None
            if self._state in (STARTING, READY):
                self._state = ENDED
            self._settled.set()

    def _skip_log(self) -> None:
        """From here on its last words are what it writes from now on."""
        self._log_file_begins = self._log_file.stat().st_size if self._log_file.exists() else 0

    async def _until_it_is_left(self, client: "Client") -> None:
        while not self._leaving:
            with suppress(TimeoutError):
                async with asyncio.timeout(BETWEEN_LOOKS):
                    await self._wake.wait()
            self._wake.clear()
            if self._connection:
                self._connection.begin_anew_if_large(self._log_file)
            if self._list_changed and not self._leaving and self._connection:
                self._list_changed, self._is_listing = False, True
                try:
                    with suppress(TimeoutError):  # a server that does not answer keeps the tools that it has
                        async with asyncio.timeout(self.config.start_timeout):
                            self._take(await self._connection.listed(client))
                finally:
                    self._is_listing = False
                await self._pause()

    async def _pause(self) -> None:
        """Wait a moment, or until it is left: some servers say after each list that their tools have changed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(BETWEEN_LISTS):
                while not self._leaving:
                    await self._wake.wait()
                    self._wake.clear()
        if self._list_changed:
            self._wake.set()

    def _take(self, tools: "Sequence[mcp_types.Tool]") -> None:
        """Have these tools, as far as the config wants them."""
        wanted = [tool for tool in tools if any(fnmatchcase(tool.name, one) for one in self.config.tools)]
        if len(wanted) > MOST_TOOLS:
            _log.debug("%s: %d tools; the first %d are taken", self.name, len(wanted), MOST_TOOLS)
            wanted = wanted[:MOST_TOOLS]
        made = [(self._tool(tool), tool.name) for tool in wanted]
        self._tools = {tool.name: (tool, own_name) for tool, own_name in made}

    def _tool(self, tool: "mcp_types.Tool") -> Tool:
        says: Any = tool.annotations
        read_only = says is not None and says.read_only_hint is True
        parallel = self.config.parallel
        schema = json.dumps(tool.input_schema)
        return Tool(
            ToolDefinition(
                wire_name(self.name, tool.name),
                cut(bounded(tool.description or tool.title or ""), LONGEST_DESCRIPTION),
                schema if len(schema) <= LONGEST_SCHEMA else ANY_ARGUMENTS,
            ),
            f"{self.name}.{tool.name}",
            self.config.origin,
            read_only=read_only,
            open_world=says is None or says.open_world_hint is not False,
            parallel=read_only if parallel is None else parallel,
            timeout=self.config.timeout,
        )

    def _on_list_changed(self) -> None:
        self._list_changed = True
        self._wake.set()

    def _too_slow(self) -> None:
        if self._state == STARTING and self._task is not None:
            self._give_up(FAILED, why(TimeoutError(), self.config, last_line(self._log_file, self._log_file_begins)))
            self._task.cancel()

    def _give_up(self, state: str, problem: str) -> None:
        self._state, self._problem, self._tools, self._client = state, problem, {}, None
        _log.debug("%s: %s. %s", self.name, state, problem)
        self._settled.set()

    async def _failed(self, error: Exception) -> str:
        """What the model is told of a call that failed. A server whose connection is gone has ended."""
        if not is_closed(error):
            return failure_in_words(ToolFailed(str(leaf_of(error)) or type(error).__name__))
        if self._state == READY:
            last_words = await self._last_words()
            self._give_up(ENDED, ended(f"It ended. Its last words: {last_words}." if last_words else "It ended."))
            self._leaving = True
            self._wake.set()
        return f"The server {self.name} ended while the tool ran; it may have had effects."

    async def _why(self, error: BaseException) -> str:
        return why(error, self.config, await self._last_words())

    async def _last_words(self) -> str:
        await asyncio.sleep(LAST_WORDS)
        return last_line(self._log_file, self._log_file_begins)
