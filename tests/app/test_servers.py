"""The servers of a chat: which there are, which start, and how the first turn waits for them."""

import asyncio
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.app.tools_in_use import ToolsInUse, WantedTools
from chatbot_cli.chat.rounds import ToolCall
from chatbot_cli.chat.tools import Answer, CallToDecide, Scope
from chatbot_cli.errors import ServerMissing, ToolsError
from chatbot_cli.settings.tool_settings import ToolSettings
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.terminal.plain_screen import PlainScreen
from chatbot_cli.terminal.waiting_for_servers import WaitingForServers, waiting_line
from chatbot_cli.tools.patterns import may_name
from tests.settings.home import Home
from tests.tools.mcp.servers import tiny, until


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def in_use(home: Home, settings: ToolSettings = ToolSettings(), **wanted: Sequence[str]) -> ToolsInUse:  # noqa: B008  frozen
    surroundings = Surroundings({}, home.cwd, home.cwd.parent, io.StringIO(), io.StringIO(), io.StringIO())
    given: dict[str, Any] = {name: tuple(value) for name, value in wanted.items()}
    made = replace(WantedTools(), **given)
    return ToolsInUse(settings, made, place=surroundings, state=home.folders.state)


def with_file(home: Home, **servers: Mapping[str, Any]) -> str:
    (home.cwd / "servers.json").write_text(json.dumps({"mcpServers": servers}))
    return "servers.json"


def names(tools: ToolsInUse) -> list[str]:
    tools.servers.read_config()
    return [server.name for server in tools.servers]


def test_servers_come_from_the_config_the_file_that_it_names_and_flags(home: Home) -> None:
    (home.cwd.parent / "more.json").write_text('{"mcpServers": {"c": {"command": "x"}}}')
    settings = ToolSettings(servers={"a": {"command": "x"}, "b": {"command": "old"}}, mcp_config="~/more.json")
    file = with_file(home, b={"command": "new"}, d={"command": "x"})
    tools = in_use(home, settings, servers=[file])
    assert (names(tools), [one.config.origin for one in tools.servers if one.name == "b"]) == (
        ["a", "b", "c", "d"],
        ["new"],
    )
    assert names(in_use(home, settings, names=["none"], servers=[file])) == ["b", "d"]
    assert names(in_use(home, settings)) == ["a", "b", "c"]
    assert not in_use(home, settings, names=["none"]).is_wanted()
    assert names(in_use(home, settings, names=["none", "a.read_*", "time"], servers=[file])) == ["a", "b", "d"]


def test_a_flag_without_the_library_ends_the_start_with_the_command(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbot_cli.app.tool_servers.is_installed", lambda: False)
    with pytest.raises(ToolsError, match="MCP servers need the library mcp, which is not installed") as raised:
        in_use(home, servers=["servers.json"]).servers.read_config()
    assert "'chatbot-cli[mcp]'" in raised.value.hint


@pytest.mark.parametrize(
    ("pattern", "may"),
    [
        ("files", True),
        ("files.read_file", True),
        ("files.*", True),
        ("*", True),
        ("*_file", True),
        ("fi*", True),
        ("[f]iles.x", True),
        ("time", False),
        ("files2.*", False),
        ("file", False),
        ("memory.*", False),
    ],
)
def test_a_pattern_may_name_tools_that_are_not_known_yet(pattern: str, may: bool) -> None:
    assert may_name(pattern, "files") is may


async def test_a_server_that_dawdles_is_named_once_and_can_be_gone_on_without(home: Home) -> None:
    file = with_file(home, dawdler={"command": "sleep", "args": ["60"]}, gone={"command": "there-is-none"})
    tools, out = in_use(home, servers=[file], allowed=["*"]), io.StringIO()
    waiting = WaitingForServers(tools.begin, tools.servers)
    screen = PlainScreen(out, out, out)
    tools.begin()
    await until(lambda: tools.servers.starting() == ["dawdler"])
    turn = asyncio.ensure_future(waiting.wait(lambda: screen))
    await until(lambda: "dawdler" in out.getvalue())
    waiting.stopping(turn)()
    await turn
    await waiting.wait(lambda: screen)
    assert out.getvalue().splitlines() == [
        "Starting dawdler … Ctrl-C goes on without it.",
        "The server gone is not there. There is no command there-is-none.",
    ]
    waiting.stopping(asyncio.ensure_future(asyncio.sleep(60)))()  # nothing is waited for: the turn is stopped
    await tools.close()


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (80, "» starting files and all … 3 s, Ctrl-C goes on without them"),
        (56, "» starting 2 servers … 3 s, Ctrl-C goes on without them"),
        (36, "» starting … 3 s, Ctrl-C skips"),
        (12, "» starting …"),
    ],
)
def test_what_is_waited_for_fits_the_terminal(columns: int, line: str) -> None:
    assert waiting_line(["files", "all"], 3.2, columns).rstrip() == line


async def test_where_nobody_can_be_asked_only_a_server_starts_of_which_something_is_allowed(home: Home) -> None:
    servers = {"our": tiny(), "theirs": tiny(required=True)}
    tools = in_use(home, ToolSettings(servers=servers), allowed=["our.say"])
    assert tools.servers.read_config() == ()
    await tools.ready()
    try:
        assert tools.servers.not_started() == ["theirs"]
        assert [tool.label for tool in tools.offered()] == ["our.say"]
        assert "our.env" in [tool.label for tool in tools.not_offered()]
        with pytest.raises(ServerMissing, match="theirs is required, and is not there"):
            tools.servers.check_required()
    finally:
        await tools.close()


async def test_where_nobody_can_be_asked_a_server_starts_of_which_a_tool_was_allowed_for_good(home: Home) -> None:
    def begun() -> ToolsInUse:
        return in_use(home, ToolSettings(servers={"our": tiny()}))

    tools = begun()
    tools.ask_with(AlwaysAllowing())
    await tools.ready()
    (say,) = [tool for tool in tools.offered() if tool.label == "our.say"]
    await tools.decide(CallToDecide(ToolCall("1", say.name), say))
    await tools.close()
    script = begun()
    await script.ready()
    try:
        assert (script.servers.not_started(), [tool.label for tool in script.offered()]) == ([], ["our.say"])
    finally:
        await script.close()


class AlwaysAllowing:
    """Asks nobody, and allows for good."""

    async def about_call(self, question: CallToDecide) -> Answer:
        return Answer(True, scope=Scope.ALWAYS)

    async def go_on(self, rounds: int) -> bool:
        return False

    async def about_secrets(self, held: str) -> bool:
        return False
