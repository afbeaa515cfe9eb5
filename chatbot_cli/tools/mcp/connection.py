"""Connects with a server. This module loads the library `mcp`, which takes a second: import it in the background."""

import logging
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client import stdio
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.os.posix.utilities import terminate_posix_process_tree
from mcp_types import CallToolResult, Implementation, ServerNotification, Tool, ToolListChangedNotification

from chatbot_cli.chat.rounds import ToolResult
from chatbot_cli.system.private_files import make_folder, open_file
from chatbot_cli.tools.mcp.config import ServerConfig
from chatbot_cli.tools.mcp.lines import WholeLines, as_failure, without_halves
from chatbot_cli.tools.mcp.results import as_result

GRACE, FORCE = 0.8, 0.7  # seconds that a server has to end after its input is closed, and after it is told to
HTTP_TIMEOUT = httpx2.Timeout(30.0, read=300.0)
LARGEST_LOG = 1 << 20  # bytes
MOST_PAGES = 100  # of a list of tools: one that never ends is cut

# Its grace is two seconds twice, one after the other: a server that is deaf would be there four seconds after chat.
stdio.PROCESS_TERMINATION_TIMEOUT = GRACE
stdio.FORCE_KILL_TIMEOUT = FORCE

# What it logs, such as a line of a server that is no message, has no place on a terminal.
logging.getLogger("mcp").addHandler(logging.NullHandler())


_stop_process = getattr(stdio, "_stop_server_process", None)  # without it, servers stop as the library has it


async def _stop_with_children(process: Any) -> None:
    """Stop a server, and what it has started in its process group: a server that ends by itself may leave that."""
    if _stop_process:
        await _stop_process(process)
    if sys.platform != "win32":  # there the library has ended them
        await terminate_posix_process_tree(process, FORCE)


if _stop_process:
    stdio._stop_server_process = _stop_with_children

_parse_line = getattr(stdio, "_parse_line", None)  # without it, an answer that cannot be read takes its call's timeout


def _read(line: str) -> Any:
    """The message in a line, or the failure to read it."""
    message = _parse_line(line) if _parse_line else None
    for mended in (without_halves, as_failure):
        if isinstance(message, Exception) and (text := mended(line)):
            message = _parse_line(text) if _parse_line else None
    return message


if _parse_line:
    stdio._parse_line = _read
if hasattr(stdio, "TextReceiveStream"):
    stdio.TextReceiveStream = WholeLines


@asynccontextmanager
async def connected(config: ServerConfig, log: Path, list_changed: Callable[[], None]) -> AsyncIterator[Client]:
    """A client of a server, which writes its stderr to the file `log`. Must be left in the task that entered it.

    `list_changed` is called when the server says that it has other tools now. Nothing that a server asks of us is
    answered: no model samples for it, and nobody fills in its forms.
    """

    async def heard(message: ServerNotification | Exception) -> None:
        if isinstance(message, ToolListChangedNotification):
            list_changed()

    async with AsyncExitStack() as stack:
        if config.url:
            by_http = httpx2.AsyncClient(headers=dict(config.headers), timeout=HTTP_TIMEOUT)
            http = await stack.enter_async_context(by_http)
            transport = streamable_http_client(config.url, http_client=http)
        else:
            errors = stack.enter_context(_opened(log))
            parameters = StdioServerParameters(
                command=config.command, args=list(config.args), env=dict(config.env), cwd=config.cwd or None
            )
            transport = stdio_client(parameters, errlog=errors)
        about = Implementation(name="chatbot-cli", version=version("chatbot-cli"))
        client = await stack.enter_async_context(Client(transport, message_handler=heard, client_info=about))
        # A result is a text for the model, whatever its schema says: a pattern in there could hold this program up.
        client.session.validate_tool_result = _as_it_came  # type: ignore[method-assign]  # no parameter does it
        yield client


async def _as_it_came(name: str, result: CallToolResult) -> None:
    """Take a result as it is."""


def _opened(log: Path) -> TextIO:
    """A log to write to. One that has become large begins anew; where none can be written, nothing is kept."""
    try:
        make_folder(log.parent)
        os.close(open_file(log))
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)  # appended to, so that it can begin anew at any time
    except OSError:
        return open(os.devnull, "w")
    if os.fstat(descriptor).st_size > LARGEST_LOG:
        os.ftruncate(descriptor, 0)
    return open(descriptor, "a", encoding="utf-8", errors="replace")


def begin_anew_if_large(log: Path) -> None:
    """Empty the log of a server that writes and writes: it would fill the disk."""
    with suppress(OSError):
        if log.stat().st_size > 16 * LARGEST_LOG:
            os.truncate(log, 0)  # the server appends, so it goes on at the beginning


async def listed(client: Client) -> list[Tool]:
    """All tools of a server, page by page."""
    tools: list[Tool] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await client.list_tools(cursor=cursor, cache_mode="refresh")
        tools += page.tools
        cursor = page.next_cursor
        if not cursor:
            break
    return tools


async def called(
    client: Client, name: str, arguments: dict[str, object], tell: Callable[[str, float | None], None]
) -> ToolResult:
    """Call a tool. Raises what the library raises. One that is cancelled is told so."""

    async def told(progress: float, total: float | None, message: str | None) -> None:
        share = min(1.0, max(0.0, progress / total)) if total else None
        tell(message or "", share)

    return as_result(await client.call_tool(name, arguments, progress_callback=told))
