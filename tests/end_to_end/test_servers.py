"""MCP servers with the real program: they start behind the prompt, hold nothing up, and none survives the chat."""

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.installed_chat import InstalledChat
from tests.terminal_session import PATIENCE
from tests.tools.mcp.servers import tiny

pytestmark = pytest.mark.usefixtures("in_a_hurry")

CTRL_C = "\x03"
LONGEST = 3.0  # seconds that a server may live on after the chat

QUESTION = 'call our__say with {"text": "tea is ready"}'
HANGS = "echo $$ >> {pids}; exec sleep 60"
HAS_A_CHILD = "sleep 60 & echo $! >> {pids}; exec cat > /dev/null"
IS_DEAF = "trap '' TERM; echo $$ >> {pids}; while :; do sleep 1; done"


class Servers:
    """A file of servers beside the chat, and the processes that they were."""

    def __init__(self, chat: InstalledChat) -> None:
        self.pids = chat.home / "pids"
        self.file = chat.home / "servers.json"
        self.named = ("-m", "demo", "--mcp", str(self.file), "--allow", "*")

    def are(self, **servers: Any) -> None:
        self.file.write_text(json.dumps({"mcpServers": servers}))

    def our(self) -> dict[str, Any]:
        return tiny("marks", str(self.pids))

    def script(self, text: str, **more: Any) -> dict[str, Any]:
        return {"command": "sh", "args": ["-c", text.format(pids=self.pids)], **more}

    def started(self) -> list[int]:
        return [int(pid) for pid in self.pids.read_text().split()] if self.pids.exists() else []

    def wait_until_started(self, count: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while len(self.started()) < count:
            assert time.monotonic() < deadline, f"{self.started()} have started"
            time.sleep(0.02)

    def assert_none_is_left(self) -> None:
        deadline = time.monotonic() + LONGEST
        left = self.started()
        while left := [pid for pid in left if _lives(pid)]:
            assert time.monotonic() < deadline, f"{left} are left"
            time.sleep(0.02)


def _lives(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return Path("/proc/self").exists() is False and _answers(pid)


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def servers(chat: InstalledChat) -> Servers:
    return Servers(chat)


def test_the_first_turn_waits_visibly_and_ctrl_c_goes_on_without(chat: InstalledChat, servers: Servers) -> None:
    servers.are(our=servers.our(), dawdler=servers.script(HANGS), gone={"command": "there-is-none"})
    with chat.in_terminal(*servers.named) as session:
        session.wait_until_ready()
        session.send(f"{QUESTION}\r")
        session.wait_for("» starting dawdler … ")
        assert "Ctrl-C goes on without it" in session.text
        session.send(CTRL_C)
        session.wait_for(lambda: session.is_ready and "tea is ready" in session.text.rpartition("our.say")[2])
        assert "gone is not there. There is no command there-is-none." in session.text
        assert "starting" not in session.text
        assert "Hello" not in session.enter("Thanks")  # the second turn waits for nothing
        assert session.text.count("gone is not there") == 1
        session.leave()
    assert len(servers.started()) == 2
    servers.assert_none_is_left()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_server_is_left_whatever_ends_the_chat(chat: InstalledChat, servers: Servers, number: int) -> None:
    bad = {"deaf": servers.script(IS_DEAF), "parent": servers.script(HAS_A_CHILD)} if number == signal.SIGTERM else {}
    servers.are(our=servers.our(), **bad)  # after a kill nobody could end the bad ones
    with chat.in_terminal(*servers.named) as session:
        session.wait_until_ready()
        servers.wait_until_started(1 + len(bad))
        session.interrupt(signal.Signals(number))
        session.wait_for_exit()
    servers.assert_none_is_left()


def test_in_a_pipe_a_server_starts_only_if_something_of_it_is_allowed(chat: InstalledChat, servers: Servers) -> None:
    servers.are(our=servers.our())
    refused = chat.run("-m", "demo", "--mcp", "../home/servers.json", "Thanks")
    assert refused.exit_code == 0
    assert "Not started: our (its tools would ask; --allow 'our.*')." in refused.err
    assert not servers.pids.exists()
    allowed = chat.run("-m", "demo", "--mcp", "../home/servers.json", "--allow", "our.say", QUESTION)
    assert (allowed.exit_code, "tea is ready" in allowed.out) == (0, True)
    servers.assert_none_is_left()


def test_a_server_that_is_required_ends_a_script_before_anything_is_sent(chat: InstalledChat, servers: Servers) -> None:
    servers.are(gone={"command": "there-is-none", "required": True})
    done = chat.run(*servers.named, "Hello")
    assert (done.exit_code, done.out) == (75, "")
    assert "gone is required, and is not there. There is no command there-is-none." in done.err


def test_servers_that_make_no_sense_end_the_start(chat: InstalledChat, servers: Servers) -> None:
    servers.are(files={"command": "x", "arg": ["y"]})
    done = chat.run(*servers.named, "Hello")
    assert (done.exit_code, done.out) == (2, "")
    assert 'servers.json: there is no "arg" in mcpServers.files.' in done.err
    assert "Did you mean args?" in done.err


def test_a_file_of_servers_in_the_folder_starts_nothing_and_a_line_says_how_to_use_it(
    chat: InstalledChat, servers: Servers
) -> None:
    servers.are(our=servers.our())
    (chat.folder / ".mcp.json").write_text(servers.file.read_text())
    with chat.in_terminal("-m", "demo") as session:
        session.wait_until_ready()
        assert "The servers in .mcp.json are not used. To use them: chat --mcp .mcp.json" in session.text
        session.leave()
    assert servers.started() == []
