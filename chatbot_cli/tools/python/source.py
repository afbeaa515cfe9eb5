"""Python functions as a source of tools: those of a file, of a program, or of our own."""

from collections.abc import Callable, Sequence
from pathlib import Path

from chatbot_cli.chat.rounds import ToolResult
from chatbot_cli.chat.tool_ports import Progress
from chatbot_cli.chat.tools import SourceReport, Tool
from chatbot_cli.errors import ToolsError
from chatbot_cli.tools.python.file import ToolFile, load_tool_file
from chatbot_cli.tools.python.function import PythonTool, name_of, place_of, python_tool
from chatbot_cli.tools.python.signature import NotATool

NO_TOOLS = "has no tools: a public function with a docstring is one."


class Functions:
    """A ToolSource of functions that are there already.

    All are offered if the source `is_named`, and all run `unasked` that are not marked otherwise; if it `asks_once`, a
    yes to one is a yes to all in this chat. `origin` says to people where they come from. Coroutines run in the loop of
    the chat, or, `in_own_loop`, in one that they share: one that blocks it does not hold the chat up.
    """

    def __init__(
        self,
        name: str,
        origin: str,
        functions: Sequence[PythonTool],
        *,
        is_named: bool = False,
        unasked: bool = False,
        asks_once: bool = False,
        in_own_loop: bool = False,
    ) -> None:
        self._name, self._is_named = name, is_named
        self._origin, self._in_own_loop = origin, in_own_loop
        self._unasked, self._asks_once = unasked, asks_once
        self._functions = {one.tool.name: one for one in functions}

    @property
    def name(self) -> str:
        return self._name

    @property
    def is_named(self) -> bool:
        return self._is_named

    def vouches_for(self, tool: Tool) -> bool:
        """Whether a tool is one of these, and its author or its place says that it may run unasked."""
        one = self._own(tool)
        if one is None:
            return False
        return self._unasked if one.marks.ask is None else not one.marks.ask

    def asks_once_about(self, tool: Tool) -> bool:
        """Whether a tool is one of these, and one question in a chat is enough for all of them."""
        return self._asks_once and self._own(tool) is not None

    def tools(self) -> Sequence[Tool]:
        return tuple(one.tool for one in self._functions.values())

    def report(self) -> SourceReport:
        return SourceReport(self.name, self._origin, tools=tuple(self.tools()))

    def begin(self) -> None:
        pass

    async def ready(self) -> None:
        pass

    async def run(self, tool: Tool, arguments: str, progress: Progress) -> ToolResult:
        return await self._functions[tool.name].run(arguments, progress, in_own_loop=self._in_own_loop)

    def _own(self, tool: Tool) -> PythonTool | None:
        """The function that a tool is; None if it is none of these."""
        one = self._functions.get(tool.name)
        return one if one is not None and one.tool == tool else None

    async def restart(self) -> None:
        raise ToolsError(f"{self.name} is no server.", "/tools restart takes a server, or a file of tools.")

    async def close(self) -> None:
        pass


class FunctionsOfFile(Functions):
    """A ToolSource of the functions of a file. To restart it is to load the file anew."""

    def __init__(self, path: Path, timeout: float | None = None) -> None:
        """Load the file. Raises ToolsError."""
        self._path, self._timeout = path, timeout
        self._file = load_tool_file(path, timeout)
        super().__init__(path.name, str(path), self._file.tools, is_named=True, in_own_loop=True)

    @property
    def file(self) -> ToolFile:
        return self._file

    def report(self) -> SourceReport:
        left_out = [f"Line {one.line}: {one.sentence}" for one in self._file.refused if one.was_meant]
        problem = " ".join(left_out) or ("" if self._file.tools else f"It {NO_TOOLS}")
        return SourceReport(self.name, self._origin, problem=problem, tools=tuple(self.tools()))

    async def restart(self) -> None:
        self._file = load_tool_file(self._path, self._timeout)
        self._functions = {one.tool.name: one for one in self._file.tools}


def no_tools_in(file: ToolFile) -> str:
    """What there is to say of a file without a tool."""
    return f"{file.path.name} {NO_TOOLS}"


def files_of_functions(paths: Sequence[Path], timeout: float | None = None) -> list[FunctionsOfFile]:
    """The functions of several files. Raises ToolsError, also if two of them have a tool of the same name."""
    sources: list[FunctionsOfFile] = []
    places: dict[str, tuple[Path, str]] = {}
    for path in dict.fromkeys(paths):
        sources.append(FunctionsOfFile(path, timeout))
        for tool in sources[-1].tools():
            here = path, tool.source
            if tool.name in places:
                first = places[tool.name]
                alike = first[0].name == path.name
                both = [one.with_name(source) if alike else source for one, source in (first, here)]
                raise ToolsError(f"{both[0]} and {both[1]} both have a tool {tool.name}.", "Rename one of them.")
            places[tool.name] = here
    return sources


def functions_of_program(functions: Sequence[Callable[..., object]], timeout: float | None = None) -> Functions:
    """The functions that a program hands over. Raises ToolsError, with the place, for one that cannot be a tool."""
    tools: list[PythonTool] = []
    for function in functions:
        try:
            tools.append(python_tool(function, timeout=timeout))
        except NotATool as error:
            raise ToolsError(f"{place_of(function)}: {name_of(function)} {error}.") from None
        if [one.tool.name for one in tools].count(tools[-1].tool.name) > 1:
            raise ToolsError(f"Two tools have the name {tools[-1].tool.name}.", "Rename one of them.")
    return Functions("program", "this program", tools, is_named=True, unasked=True)
