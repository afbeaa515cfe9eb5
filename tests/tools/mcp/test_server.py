"""One server: what becomes of it when it works, dawdles, crashes, lies or is deaf. Our own server does all that."""

import asyncio
import inspect
import json
import logging
import os
import signal
import time
from pathlib import Path

import pytest
from mcp.client import stdio
from mcp_types import BlobResourceContents, CallToolResult, EmbeddedResource, ResourceLink, TextContent, Tool

from chatbot_cli.chat.rounds import CallOutcome
from chatbot_cli.errors import ToolsError
from chatbot_cli.tools.mcp import connection
from chatbot_cli.tools.mcp.lines import UNREADABLE, WholeLines
from chatbot_cli.tools.mcp.results import as_result
from chatbot_cli.tools.mcp.server import LONGEST_DESCRIPTION, MOST_TOOLS, McpServer
from chatbot_cli.tools.result_text import MOST_KEPT
from tests.tools.mcp.servers import SOON, call, made, running, tiny, until


async def test_a_server_lists_its_tools_and_calls_them_and_its_chatter_disturbs_nobody(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with running(tmp_path, our=tiny("ready", timeout=7)) as server:
        report = server.report()
        assert (report.state, report.problem, len(report.tools)) == ("ready", "", 7)
        say, wait = report.tools[0], report.tools[2]
        assert (say.name, say.label, say.source) == ("our__say", "our.say", server.config.origin)
        assert (say.read_only, say.open_world, say.parallel, say.timeout) == (True, False, True, 7)
        assert (wait.read_only, wait.open_world, wait.parallel) == (False, True, False)
        assert json.loads(say.definition.parameters) == {"type": "object"}
        assert (await call(server, "say", '{"text": "hi"}')).text == "hi"
        wrong = await call(server, "delete.all files/")
        assert wrong.outcome is CallOutcome.FAILED
        await call(server, "grow")
        await until(lambda: len(server.tools()) == 8)
        # It asks the user for a key, and is refused.
        assert "not supported" in (await call(server, "ask")).text.lower()
    assert capfd.readouterr() == ("", "")
    assert server.report().state == "off"


async def test_only_the_wanted_tools_are_there_and_the_config_says_what_runs_together(tmp_path: Path) -> None:
    async with running(tmp_path, our=tiny(tools=["s*", "wait"], parallel=False)) as server:
        assert [(tool.label, tool.parallel) for tool in server.tools()] == [("our.say", False), ("our.wait", False)]


async def test_a_server_gets_six_variables_and_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-ours")
    async with running(tmp_path, our=tiny(env={"MINE": "1"})) as server:
        names = (await call(server, "env")).text.split()
    assert "MINE" in names
    assert set(names) <= {
        "HOME",
        "LOGNAME",
        "PATH",
        "SHELL",
        "TERM",
        "USER",
        "MINE",
        "LC_CTYPE",
        "__CF_USER_TEXT_ENCODING",
    }


async def test_a_call_tells_its_progress_and_the_server_is_told_when_it_is_cancelled(tmp_path: Path) -> None:
    told: list[tuple[str, float | None]] = []
    async with running(tmp_path, our=tiny()) as server:
        (wait,) = [tool for tool in server.tools() if tool.label == "our.wait"]
        running_call = asyncio.create_task(server.run(wait, "{}", lambda text, share=None: told.append((text, share))))
        await until(lambda: len(told) >= 5)
        running_call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running_call
        assert told[:2] == [("step 1", 0.25), ("step 2", 0.5)]
        assert told[4] == ("step 5", 1.0)
        await until(lambda: "was cancelled" in next(tmp_path.iterdir()).read_text())
        assert (await call(server, "say", '{"text": "still here"}')).text == "still here"


async def test_a_server_that_dies_in_a_call_has_failed_at_once_and_can_be_started_again(tmp_path: Path) -> None:
    async with running(tmp_path, our=tiny()) as server:
        say = server.tools()[0]
        result = await asyncio.wait_for(call(server, "die"), SOON)
        assert result.outcome is CallOutcome.FAILED
        assert result.text == "The server our ended while the tool ran; it may have had effects."
        report = server.report()
        assert (report.state, report.problem, report.tools) == (
            "ended",
            "It ended. Its last words: Boom: it is dead.",
            (),
        )
        after = await server.run(say, "{}", lambda text, share=None: None)
        assert after.outcome is CallOutcome.NOT_RUN
        await server.restart()
        assert (await call(server, "say", '{"text": "back"}')).text == "back"


async def test_a_server_that_never_tells_its_new_tools_holds_the_end_of_the_chat_not_up(tmp_path: Path) -> None:
    async with running(tmp_path, our=tiny("mute")) as server:
        await call(server, "grow")
        await until(lambda: "is asked again" in next(tmp_path.iterdir()).read_text())
        assert (await call(server, "say", '{"text": "still here"}')).text == "still here"
        await asyncio.wait_for(server.close(), SOON)
        assert server.report().state == "off"


async def test_what_a_server_said_when_it_started_is_no_reason_for_its_end(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    our = tiny("marks", str(pids))
    said = ["-c", 'echo "It starts." >&2; exec "$@"', "sh", our["command"], *our["args"]]
    async with running(tmp_path / "logs", our={"command": "sh", "args": said}) as server:
        os.kill(int(pids.read_text()), signal.SIGKILL)
        assert (await call(server, "say")).outcome is CallOutcome.FAILED
        assert server.report().problem == "It ended."


async def test_each_failure_to_start_is_a_sentence_and_deaf_servers_are_killed_all_at_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pids = tmp_path / "pids"
    deaf = f"trap '' TERM; echo $$ >> {pids}; while :; do sleep 1; done"
    raw = {
        "gone": {"command": "there-is-no-such-command"},
        "folder": {"command": "sh", "cwd": "/there/is/none"},
        "lost": tiny("lost"),
        "refused": {"url": "http://127.0.0.1:9/mcp"},
        "silent": {"command": "sleep", "args": ["60"], "start_timeout": 0.5},
        "deaf": {"command": "sh", "args": ["-c", deaf], "start_timeout": 0.5},
        "deaf too": {"command": "sh", "args": ["-c", deaf]},
        "off": {"command": "${NOT_SET}"},
    }
    servers = made(raw, tmp_path / "logs")
    by_name = {server.name: server for server in servers}
    for server in servers:
        server.begin()
    first = [by_name[name].ready() for name in raw if name != "deaf too"]
    await asyncio.wait_for(asyncio.gather(*first), SOON)
    await until(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    began = time.monotonic()
    problems = {server.name: server.report().problem for server in servers}
    await asyncio.gather(*(server.close() for server in servers))

    assert time.monotonic() - began < 3
    assert problems == {
        "gone": "There is no command there-is-no-such-command.",
        "folder": "There is no folder /there/is/none.",
        "lost": "It ended at once: ValueError: it is lost.",
        "refused": "It cannot be reached: All connection attempts failed.",
        "silent": "It did not answer within 0.5 s.",
        "deaf": "It did not answer within 0.5 s.",
        "deaf too": "",
        "off": "NOT_SET is not set in the environment.",
    }
    for pid in map(int, pids.read_text().split()):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert not [record for record in caplog.records if record.name == "asyncio" and record.levelno > logging.INFO]


def test_a_server_whose_loop_has_ended_starts_again_in_the_next_one(tmp_path: Path) -> None:
    (server,) = made({"our": tiny()}, tmp_path)

    async def said(text: str) -> str:
        server.begin()
        await server.ready()
        return (await call(server, "say", json.dumps({"text": text}))).text

    assert [asyncio.run(said(text)) for text in ("one", "two")] == ["one", "two"]


@pytest.mark.parametrize("name", ["PROCESS_TERMINATION_TIMEOUT", "FORCE_KILL_TIMEOUT"])
def test_the_library_goes_by_the_grace_that_we_shorten(name: str) -> None:
    assert getattr(stdio, name) in (connection.GRACE, connection.FORCE)
    assert f", {name})" in inspect.getsource(stdio)  # else it reads another one now: docs/private_parts.md


async def test_a_hostile_server_keeps_nothing_busy(tmp_path: Path) -> None:
    log = tmp_path / "our__log.txt"
    async with running(tmp_path, our=tiny("hostile")) as server:
        (evil,) = server.tools()
        assert len(evil.definition.description) < LONGEST_DESCRIPTION + 100
        assert (await asyncio.wait_for(call(server, "evil"), SOON)).text == "as it came"
        assert len((await call(server, "evil", '{"fail": true}')).text) < 3000
        await asyncio.sleep(0.3)
    assert log.read_text().split() == ["listed"] * 2  # though it says each time that its tools have changed


@pytest.mark.parametrize(
    ("raw", "outcome", "text"),
    [
        (r'{"content": [{"type": "text", "text": "a\ud800b"}]}', CallOutcome.DONE, "a\ufffdb"),
        ('{"content": [{"type": "text", "text": "a\xffb"}]}', CallOutcome.DONE, "a\ufffdb"),
        ("[1]", CallOutcome.FAILED, UNREADABLE),
        (f'{{"content": [], "structuredContent": {"[" * 500}{"]" * 500}}}', CallOutcome.FAILED, UNREADABLE),
    ],
    ids=["half a character", "no text", "no result", "deep"],
)
async def test_an_answer_that_the_library_cannot_read_is_there_at_once(
    tmp_path: Path, raw: str, outcome: CallOutcome, text: str
) -> None:
    async with running(tmp_path, our=tiny("hostile")) as server:
        result = await asyncio.wait_for(call(server, "evil", json.dumps({"raw": raw})), SOON)
    assert (result.outcome, result.text) == (outcome, text)


async def test_a_line_comes_whole_in_whatever_pieces_it_is_written() -> None:
    class Pieces(list[bytes]):
        async def receive(self) -> bytes:
            return self.pop(0)

        def __aiter__(self) -> "Pieces":
            return self

        async def __anext__(self) -> bytes:
            if not self:
                raise StopAsyncIteration
            return await self.receive()

    whole = "ö\n\nlong line\nend\n".encode()
    for size in range(1, len(whole) + 1):
        pieces = Pieces(whole[begin : begin + size] for begin in range(0, len(whole), size))
        texts = [text async for text in WholeLines(pieces)]
        assert "".join(texts) == whole.decode()
        assert all(text.endswith("\n") for text in texts)


def test_the_library_reads_lines_by_the_parts_that_we_replace() -> None:
    source = inspect.getsource(stdio.stdio_client)  # else it reads by another one now: docs/private_parts.md
    assert "_parse_line(line)" in source
    assert "TextReceiveStream(process.stdout" in source
    assert stdio._parse_line is connection._read


def test_of_thousands_of_tools_the_first_are_taken(tmp_path: Path) -> None:
    (server,) = made({"our": tiny()}, tmp_path)
    server._take([Tool(name=f"t{number}", input_schema={"type": "object"}) for number in range(MOST_TOOLS + 1)])
    assert len(server.tools()) == MOST_TOOLS


def test_the_log_of_a_server_that_writes_and_writes_begins_anew(tmp_path: Path) -> None:
    log = tmp_path / "our.txt"
    with connection._opened(log) as file:
        file.write("x" * 17 * connection.LARGEST_LOG)
        file.flush()
        connection.begin_anew_if_large(log)
        file.write("last")
    assert log.read_text() == "last"


async def test_a_server_that_is_off_says_so_when_it_is_to_be_started_again(tmp_path: Path) -> None:
    servers = made({"off": tiny(enabled=False), "lacks": {"command": "${NOT_SET}"}}, tmp_path)
    for server, says in zip(
        servers, ("off is off.", "lacks is off: NOT_SET is not set in the environment."), strict=True
    ):
        with pytest.raises(ToolsError, match=says):
            await server.restart()


async def test_without_the_library_a_server_has_failed_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbot_cli.tools.mcp.server.is_installed", lambda: False)
    (server,) = made({"our": tiny()}, tmp_path)
    server.begin()
    await server.ready()
    assert isinstance(server, McpServer)
    assert server.problem.startswith("MCP servers need the library mcp: ")
    assert "'chatbot-cli[mcp]'" in server.problem


def test_results_are_text_and_what_is_no_text_is_named() -> None:
    blob = BlobResourceContents(uri="file:///a.pdf", mime_type="application/pdf", blob="A" * 8192)
    link = ResourceLink(type="resource_link", name="notes", uri="file:///notes.md")
    several = CallToolResult(content=[TextContent(text="one"), EmbeddedResource(type="resource", resource=blob), link])
    assert as_result(several).text == "one\n[application/pdf, 6 KiB, file:///a.pdf]\n[notes: file:///notes.md]"
    assert as_result(CallToolResult(content=[], structured_content={"a": "ü"})).text == '{"a": "ü"}'
    assert as_result(CallToolResult(content=[TextContent(text="x")], structured_content={"a": 1})).text == "x"
    large = as_result(CallToolResult(content=[TextContent(text="x" * (MOST_KEPT + 5))])).text
    assert large.endswith("(5 more characters were not kept)")
