"""`chat tools`: list, show, check and call, run in this process with a home of its own."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from chatbot_cli.cli.tools import tool_app
from tests.settings.home import Home

SHOP = '''
def stock(item: str, most: int = 3) -> dict:
    """How many tins of a tea there are."""
    print("looking for", item)
    return {"item": item, "tins": most}


def order(*items):
    """Order them."""
'''


@dataclass(frozen=True)
class Done:
    """What a run came to."""

    exit_code: object
    out: str
    err: str


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = Home(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.chdir(home.cwd)
    (home.cwd / "shop.py").write_text(SHOP)
    return home


def tools(*arguments: str) -> Done:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as exit_:
        tool_app(list(arguments), prog_name="chat tools")
    return Done(exit_.value.code or 0, out.getvalue(), err.getvalue())


@pytest.mark.parametrize(
    "arguments", [("--tools", "shop.py"), ("list", "--tools", "shop.py"), ("--tools", "shop.py", "list")]
)
def test_all_tools_are_listed_and_the_files_may_stand_anywhere_on_the_line(
    home: Home, arguments: tuple[str, ...]
) -> None:
    done = tools(*arguments)
    assert done.exit_code == 0
    heading, *rows, total = done.out.splitlines()
    assert heading.split() == ["name", "tokens", "calls", "description", "from"]
    names = [row.split()[0] for row in rows]
    assert names == ["stock", "folder.list", "folder.read", "folder.search", "time", "calculate"]
    assert "asks   How many tins of a tea there are." in rows[0]
    assert "shop.py:2" in rows[0]
    assert rows[4].split()[2] == "runs"
    assert total.startswith("Offered all together, they take ~")
    assert done.err == "shop.py: Line 8: order takes *items, but the arguments of a tool have names.\n"


def test_what_config_toml_allows_and_denies_is_listed_and_a_key_that_stands_there_is_named(home: Home) -> None:
    key = "sk-proj-" + "Ab3dEf6hIj9lMn2pQr5tUv8xYz1" * 2  # nobody's
    server = f'[mcp.servers.one]\ncommand = "cat"\nenabled = false\nenv = {{ KEY = "{key}" }}\n'
    (home.folders.config / "config.toml").write_text(f'[tools]\nallow = ["folder.*"]\ndeny = ["time"]\n{server}')
    done = tools()
    calls = {row.split()[0]: row.split()[2] for row in done.out.splitlines()[1:]}
    assert (calls["folder.read"], calls["time"], calls["calculate"]) == ("runs", "denied", "runs")
    assert done.err.startswith("config.toml: mcp.servers.one holds what looks like an OpenAI API key (sk-p…z1). ")


def test_a_tool_is_shown_with_all_that_a_model_is_told(home: Home) -> None:
    done = tools("show", "stock", "--tools", "shop.py")
    assert "from: shop.py:2\ncalls: asks; at most 60 s each\n" in done.out
    schema = json.loads(done.out[done.out.index("{") :])
    assert schema["properties"]["most"] == {"type": "integer", "default": 3}
    assert "it says: it changes nothing" in tools("show", "read_file").out
    assert tools("show", "read_file").out == tools("show", "folder.read").out


def test_a_check_names_the_place_and_the_reason_for_each_function_that_is_no_tool(home: Home) -> None:
    done = tools("check", "shop.py")
    assert done.exit_code == 1
    good, bad = done.out.splitlines()
    assert good.startswith("shop.py:2: stock is a tool: {")
    assert bad == "shop.py:8: order takes *items, but the arguments of a tool have names."


def test_a_check_of_a_file_without_faults_or_without_tools_or_without_sense(home: Home) -> None:
    (home.cwd / "good.py").write_text('def f() -> None:\n    """Good."""\n')
    (home.cwd / "empty.py").write_text("")
    (home.cwd / "broken.py").write_text("def f(:\n")
    assert tools("check", "good.py").exit_code == 0
    assert tools("check", "empty.py").out.startswith("empty.py has no tools: ")
    assert (tools("check", "broken.py").exit_code, tools("check").exit_code) == (2, 2)
    assert tools("check", "broken.py").err.startswith("chat: broken.py:1 is not valid Python: ")


def test_a_call_by_hand_prints_the_result_alone_and_what_the_tool_prints_elsewhere(home: Home) -> None:
    done = tools("call", "stock", '{"item": "tea"}', "--tools", "shop.py")
    assert (done.exit_code, done.out) == (0, '{"item": "tea", "tins": 3}\n')
    assert "looking for tea\n" in done.err


@pytest.mark.parametrize(
    ("arguments", "exit_code", "out", "err"),
    [
        (("calculate", '{"expression": "1/8"}'), 0, "0.125\n", ""),
        (("calculate", '{"expression": "1/0"}'), 1, "It divides by zero.\n", "calculate: failed.\n"),
        (("calculate",), 1, "(not run) The arguments do not fit: expression is missing.\n", ""),
        (("calculate", "[1]"), 2, "", "The arguments are no JSON object."),
        (("nothing",), 2, "", "There is no tool nothing."),
        (("order", "--tools", "shop.py"), 2, "", "      shop.py: Line 8: order takes *items, but "),
        (("calculate", "-"), 0, "13\n", ""),
        (("time", "{}", "--tools", "gone.py"), 2, "", "is not there."),
    ],
)
def test_a_call_by_hand_ends_with_what_came_of_it(
    home: Home, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], exit_code: int, out: str, err: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"expression": "12 + 1"}\n')))
    done = tools("call", *arguments)
    assert (done.exit_code, done.out) == (exit_code, out)
    assert err in done.err


def test_only_the_server_that_may_have_the_tool_is_started_for_a_call_by_hand(home: Home) -> None:
    home.write_config('[mcp.servers.here]\ncommand = "true"\n')
    assert tools("list").err == "here: It ended at once.\n"
    home.write_config('[mcp.servers.here]\ncommand = "true"\n[mcp.servers.slow]\ncommand = "sleep"\nargs = ["60"]\n')
    assert tools("call", "time").exit_code == 0  # not after the 10 seconds that a server may take to start
    assert "\n      here: It ended at once.\n" in tools("call", "here.read").err
