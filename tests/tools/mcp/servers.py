"""Servers for tests: the tiny one of our own, and those that others wrote, if `scripts/setup test` has them."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.chat.rounds import ToolResult
from chatbot_cli.tools.mcp.config import ServerTable, read_servers
from chatbot_cli.tools.mcp.server import McpServer

SOON = 10.0  # seconds; a limit for a broken program
TINY = Path(__file__).with_name("tiny_server.py")
REFERENCE = Path(__file__).parents[3] / ".venv/reference-servers"


def tiny(*words: str, **more: Any) -> dict[str, Any]:
    """The config of the tiny server."""
    return {"command": sys.executable, "args": ["-S", str(TINY), *words], **more}


def node(name: str, *words: str, **more: Any) -> dict[str, Any]:
    """The config of a reference server that runs in Node. Skips the test if it is not installed."""
    script = REFERENCE / f"node_modules/@modelcontextprotocol/server-{name}/dist/index.js"
    _needs(script, "node")
    return {"command": "node", "args": [str(script), *words], **more}


def python(name: str, *words: str, **more: Any) -> dict[str, Any]:
    """The config of a reference server that runs in Python. Skips the test if it is not installed."""
    module = f"mcp_server_{name}"
    _needs(REFERENCE / "python" / module, "python")
    code = f"import sys, {module} as server; sys.argv[0] = {module!r}; server.main()"
    return {"command": sys.executable, "args": ["-c", code, *words], "env": {"PYTHONPATH": str(REFERENCE / "python")}}


def _needs(path: Path, kind: str) -> None:
    if not path.exists():
        reason = REFERENCE / f"{kind}-missing"
        why = reason.read_text().strip() if reason.exists() else "scripts/setup test has not installed them"
        pytest.skip(f"no reference servers: {why}")


def made(raw: Mapping[str, Any], logs: Path, environ: Mapping[str, str] | None = None) -> list[McpServer]:
    """Servers by a config, not started."""
    return [McpServer(config, logs) for config in read_servers(ServerTable("a.json", "mcpServers", raw), environ or {})]


@asynccontextmanager
async def running(logs: Path, **raw: Any) -> AsyncIterator[McpServer]:
    """One server, started."""
    (server,) = made(raw, logs)
    server.begin()
    await server.ready()
    try:
        yield server
    finally:
        await server.close()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what nothing tells of."""
    async with asyncio.timeout(SOON):
        while not condition():  # noqa: ASYNC110  it happens in another process, or in the library
            await asyncio.sleep(0.01)


async def call(server: McpServer, name: str, arguments: str = "{}") -> ToolResult:
    """The result of a call of a server's tool by its own name."""
    (tool,) = [tool for tool in server.tools() if tool.label == f"{server.name}.{name}"]
    return await server.run(tool, arguments, lambda text, share=None: None)
