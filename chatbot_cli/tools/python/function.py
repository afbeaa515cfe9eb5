"""A Python function as a tool."""

import asyncio
import contextvars
import inspect
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from chatbot_cli.chat.rounds import CallOutcome, ToolResult
from chatbot_cli.chat.tool_ports import Progress
from chatbot_cli.chat.tools import TIMEOUT, Tool, ToolDefinition
from chatbot_cli.tools.python.marks import Marks, marks_of
from chatbot_cli.tools.python.printing import prints_told_to
from chatbot_cli.tools.python.running import Ended, in_daemon_thread, in_loop_of_tools, in_this_loop
from chatbot_cli.tools.python.signature import NotATool, Signature, WrongArguments, signature_of
from chatbot_cli.tools.result_text import failure_in_words, text_of

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")  # of a tool, as servers take it

_log = logging.getLogger(__name__)


class PythonTool:
    """A function that a model can call: the `tool` that it is, and what `marks` say of it."""

    def __init__(self, function: Callable[..., Any], tool: Tool, signature: Signature, marks: Marks) -> None:
        self.tool, self.marks = tool, marks
        self._function, self._signature = function, signature

    @property
    def line(self) -> int:
        """The line where the function begins; 0 if it is not known."""
        return line_of(self._function)

    async def run(self, arguments: str, progress: Progress, *, in_own_loop: bool = False) -> ToolResult:
        """Call the function with arguments, a JSON object. Every failure is a result. Only CancelledError is raised.

        A coroutine runs in the loop of this call, or, `in_own_loop`, in one that it shares with others of its kind.
        """
        try:
            values = self._signature.checked(arguments)
        except WrongArguments as error:
            return ToolResult(f"(not run) The arguments do not fit: {error}.", CallOutcome.INVALID)
        loop, outside = asyncio.get_running_loop(), contextvars.copy_context()

        def tell(line: str) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens any more
                loop.call_soon_threadsafe(progress, line, context=outside)  # what it prints is not the tool's

        with prints_told_to(tell):
            ended = await self._ended(values, in_own_loop=in_own_loop)
        if isinstance(ended, str):
            return ToolResult(ended)
        _log.debug("the tool %s failed", self.tool.label, exc_info=ended)
        return ToolResult(failure_in_words(ended), CallOutcome.FAILED)

    async def _ended(self, values: dict[str, Any], *, in_own_loop: bool) -> Ended:
        if not _is_async(self._function):
            return await in_daemon_thread(lambda: text_of(_awaited(self._function(**values))))
        return await (in_loop_of_tools if in_own_loop else in_this_loop)(lambda: self._text(values))

    async def _text(self, values: dict[str, Any]) -> str:
        return text_of(await self._function(**values))


def _is_async(function: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(inspect.unwrap(function))


def _awaited(value: object) -> object:
    """What a function returned, also if a wrapper has hidden that it is a coroutine."""
    return asyncio.run(value) if inspect.iscoroutine(value) else value


def python_tool(
    function: Callable[..., Any],
    *,
    name: str | None = None,
    label: str | None = None,
    source: str | None = None,
    timeout: float | None = None,
) -> PythonTool:
    """A function as a tool. `timeout` is what calls of all tools may take, in seconds; a mark of its own counts first.

    Raises NotATool.
    """
    name = name or name_of(function)
    if inspect.isclass(function):
        raise NotATool("is a class, and only functions are tools")
    if not NAME.fullmatch(name):
        raise NotATool("has a name that servers refuse: it takes A-Z, a-z, 0-9, _ and -, 64 at most")
    if inspect.isasyncgenfunction(inspect.unwrap(function)):
        raise NotATool("yields without end: return a list")
    description = described(function)
    if not description:
        raise NotATool("has no docstring, which tells a model what it is for; a name that begins with _ is private")
    signature, marks = signature_of(function), marks_of(function)
    tool = Tool(
        ToolDefinition(name, description, signature.schema),
        label or name,
        source or place_of(function),
        read_only=marks.read_only,
        open_world=marks.open_world,
        parallel=marks.parallel,
        timeout=marks.timeout or timeout or TIMEOUT,
    )
    return PythonTool(function, tool, signature, marks)


def name_of(function: object) -> str:
    return str(getattr(function, "__name__", "") or type(function).__name__)


def described(function: object) -> str:
    """The docstring of a function, as far as it has one of its own."""
    if not getattr(function, "__doc__", None) or getattr(function, "__doc__", None) == type(function).__doc__:
        return ""
    return (inspect.getdoc(function) or "").strip()


def line_of(function: Any) -> int:
    """The line where a function begins, with its decorators; 0 if it is not known."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code.co_firstlineno if code else 0


def place_of(function: Any) -> str:
    """The file and the line of a function: "shop.py:12"; "Python" if that is not known."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return f"{Path(code.co_filename).name}:{code.co_firstlineno}" if code else "Python"
