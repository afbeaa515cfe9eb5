"""The servers that others wrote: each is started, counted and called. CHAT_REFERENCE_SERVERS=all adds the slow ones."""

import asyncio
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot_cli.chat.rounds import CallOutcome
from chatbot_cli.tools.mcp.server import McpServer
from tests.tools.mcp.servers import SOON, call, made, node, python, running, until

slow = pytest.mark.skipif(
    os.environ.get("CHAT_REFERENCE_SERVERS") != "all", reason="slow to start: CHAT_REFERENCE_SERVERS=all runs it"
)


async def test_those_of_node_list_and_call_and_end_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-ours-and-nobody-elses")
    (tmp_path / "a.txt").write_text("Tea is ready.")
    raw = {
        "every": node("everything", "stdio"),
        "files": node("filesystem", str(tmp_path)),
        "memory": node("memory", env={"MEMORY_FILE_PATH": str(tmp_path / "memory.jsonl")}),
    }
    servers = every, files, memory = made(raw, tmp_path / "logs")
    for server in servers:
        server.begin()
    await asyncio.wait_for(asyncio.gather(*(server.ready() for server in servers)), 3 * SOON)
    try:
        assert [(server.problem, len(server.tools()) > 8) for server in servers] == [("", True)] * 3
        assert (await call(every, "echo", '{"message": "hi"}')).text == "Echo: hi"
        assert "sk-ours" not in (await call(every, "get-env")).text
        assert "[image/png, 4 KiB]" in (await call(every, "get-tiny-image")).text
        assert '"temperature"' in (await call(every, "get-structured-content", '{"location": "Chicago"}')).text
        wrong = await call(every, "get-sum", '{"a": "x"}')
        assert (wrong.outcome, "number" in wrong.text) == (CallOutcome.FAILED, True)
        assert (await call(files, "read_text_file", f'{{"path": "{tmp_path}/a.txt"}}')).text == "Tea is ready."
        await call(memory, "create_entities", '{"entities": [{"name": "Tea", "entityType": "x", "observations": []}]}')
        assert "Tea" in (await call(memory, "read_graph")).text
        await _a_long_call_shows_progress_and_can_be_stopped(every)
    finally:
        await asyncio.wait_for(asyncio.gather(*(server.close() for server in servers)), 3)


async def _a_long_call_shows_progress_and_can_be_stopped(every: McpServer) -> None:
    shares: list[float | None] = []
    (tool,) = [tool for tool in every.tools() if tool.label.endswith("trigger-long-running-operation")]
    arguments = '{"duration": 20, "steps": 400}'
    long = asyncio.create_task(every.run(tool, arguments, lambda text, share=None: shares.append(share)))
    await until(lambda: len(shares) >= 2)
    long.cancel()
    with pytest.raises(asyncio.CancelledError):
        await long
    assert shares[:2] == [1 / 400, 2 / 400]
    assert (await call(every, "echo", '{"message": "on"}')).text == "Echo: on"


@pytest.fixture
def everything_over_http() -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    config = node("everything", "streamableHttp")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [config["command"], *config["args"]]
    environ = {"PORT": str(port), "PATH": os.environ["PATH"]}
    server = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert server.stderr
    try:
        for line in server.stderr:
            if b"listening" in line:
                break
        yield f"http://127.0.0.1:{port}/mcp", server
    finally:
        server.kill()
        server.communicate()


@slow
async def test_one_over_http_that_is_killed_in_a_call_has_failed_and_may_have_had_effects(
    tmp_path: Path, everything_over_http: tuple[str, "subprocess.Popen[bytes]"]
) -> None:
    url, process = everything_over_http
    async with running(tmp_path, every={"url": url, "headers": {"X-From": "chat"}}) as server:
        assert server.problem == ""
        assert (await call(server, "echo", '{"message": "hi"}')).text == "Echo: hi"
        shares: list[float | None] = []
        (tool,) = [tool for tool in server.tools() if tool.label.endswith("trigger-long-running-operation")]
        arguments = '{"duration": 20, "steps": 400}'
        long = asyncio.create_task(server.run(tool, arguments, lambda text, share=None: shares.append(share)))
        await until(lambda: len(shares) >= 2)
        process.kill()
        result = await asyncio.wait_for(long, SOON)
        assert result.text == "The server every ended while the tool ran; it may have had effects."
        assert (result.outcome, server.report().state) == (CallOutcome.FAILED, "ended")


@slow
async def test_those_of_python_list_and_call_and_one_that_crashes_is_named_with_its_cause(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path / "repository"], check=True)  # noqa: ASYNC221  nothing else runs
    raw = {
        "time": python("time"),
        "git": python("git", "--repository", str(tmp_path / "repository")),
        "sqlite": python("sqlite", "--db-path", str(tmp_path / "a.db")),
    }
    servers = clock, git, sqlite = made(raw, tmp_path / "logs")
    for server in servers:
        server.begin()
    await asyncio.wait_for(asyncio.gather(*(server.ready() for server in servers)), 6 * SOON)
    try:
        assert "2" in (await call(clock, "get_current_time", '{"timezone": "Europe/Oslo"}')).text
        assert "branch" in (await call(git, "git_status", f'{{"repo_path": "{tmp_path}/repository"}}')).text
        assert sqlite.problem.startswith("It ended at once: AttributeError: 'Server' object has no attribute")
    finally:
        await asyncio.wait_for(asyncio.gather(*(server.close() for server in servers)), 3)
