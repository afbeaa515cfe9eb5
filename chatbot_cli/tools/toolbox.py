"""All tools of a chat: which are offered, and where a call goes."""

import asyncio
from collections.abc import Callable, Iterator, Sequence

from chatbot_cli.chat.rounds import CallOutcome, ToolResult
from chatbot_cli.chat.tool_ports import Progress
from chatbot_cli.chat.tools import SourceReport, Tool
from chatbot_cli.errors import ToolsError
from chatbot_cli.tools.patterns import names
from chatbot_cli.tools.source import ToolSource


class AllTools:
    """A Toolbox of several sources. `asked_for` are the names and patterns that the user has asked for.

    `only_flags` leaves out what the settings or a persona ask for.
    """

    def __init__(self, sources: Sequence[ToolSource], asked_for: Sequence[str], *, only_flags: bool = False) -> None:
        self._sources = tuple(sources)
        self._asked_for = tuple(asked_for)
        self._only_flags = only_flags
        self._switched: dict[str, bool] = {}  # tools by their name on the wire, as switched in the chat

    def offered(self, named: Sequence[str] = ()) -> Sequence[Tool]:
        patterns = (*self._asked_for, *(() if self._only_flags else named))
        return [
            tool
            for source, tool in self._all()
            if self._switched.get(
                tool.name, source.is_named or any(names(pattern, tool, source.name) for pattern in patterns)
            )
        ]

    async def run(self, tool: Tool, arguments: str, progress: Progress) -> ToolResult:
        source = next((source for source, one in self._all() if one.name == tool.name), None)
        if source is None:
            return ToolResult("(not run) The tool is not there any more.", CallOutcome.NOT_RUN)
        try:
            async with asyncio.timeout(tool.timeout):
                return await source.run(tool, arguments, progress)
        except TimeoutError:
            text = f"(stopped: it took more than {tool.timeout:g} s; it may have had effects)"
            return ToolResult(text, CallOutcome.TIMED_OUT)

    def sources(self) -> Sequence[SourceReport]:
        return [source.report() for source in self._sources]

    def switch(self, name: str, *, on: bool) -> Sequence[Tool]:
        switched = [tool for source, tool in self._all() if names(name, tool, source.name)]
        if not switched:
            raise ToolsError(f"There is no tool {name!r}.", "/tools lists them.")
        self._switched |= dict.fromkeys((tool.name for tool in switched), on)
        return switched

    async def restart(self, source: str) -> None:
        for one in self._sources:
            if one.name == source:
                return await one.restart()
        raise ToolsError(f"There is no server {source!r}.", "/tools lists them.")

    def has(self, name: str) -> bool:
        """Whether a name or pattern is that of a tool, or of a source."""
        return any(names(name, tool, source.name) for source, tool in self._all())

    def all_tools(self) -> Sequence[Tool]:
        """Every tool, offered or not."""
        return [tool for _, tool in self._all()]

    def source_of(self, tool: Tool) -> str:
        """The name of the source of a tool; empty if it is gone."""
        return next((source.name for source, one in self._all() if one.name == tool.name), "")

    def origin_of(self, tool: Tool) -> str:
        """Where the source of a tool comes from, such as a path or a command line; empty if it is gone."""
        return next((source.report().origin for source, one in self._all() if one.name == tool.name), "")

    def begin(self, wanted: Callable[[str], bool] = lambda _: True) -> None:
        """Start the sources whose names are `wanted`, in the background. Needs a running event loop."""
        for source in self._sources:
            if wanted(source.name):
                source.begin()

    async def ready(self) -> None:
        """Wait until every source has started or failed."""
        await asyncio.gather(*(source.ready() for source in self._sources))

    async def close(self) -> None:
        """End everything that was started, all at once."""
        await asyncio.gather(*(source.close() for source in self._sources))

    def _all(self) -> Iterator[tuple[ToolSource, Tool]]:
        """Every tool with its source. Of two that have the same name, that of the first source counts."""
        names_so_far = set[str]()
        for source in self._sources:
            for tool in source.tools():
                if tool.name not in names_so_far:
                    names_so_far.add(tool.name)
                    yield source, tool
