"""The tables of config.toml about tools, and every mistake in them."""

from pathlib import Path

import pytest

from chatbot_cli.errors import SettingsError
from chatbot_cli.settings.tool_settings import ToolSettings
from tests.settings.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_tools_and_servers_are_read(home: Home) -> None:
    home.write_config(
        'model = "demo"\n'
        '[tools]\nuse = ["time", "files.*"]\nallow = ["time"]\ndeny = ["*.delete_*"]\nmax_rounds = 3\ntimeout = 2.5\n'
        '[mcp]\nconfig = "~/mcp.json"\n'
        '[mcp.servers.files]\ncommand = "npx"\nargs = ["-y", "files"]\n'
    )

    settings = home.settle()

    assert settings.model == "demo"
    assert settings.tools == ToolSettings(
        ("time", "files.*"),
        ("time",),
        ("*.delete_*",),
        3,
        2.5,
        {"files": {"command": "npx", "args": ["-y", "files"]}},
        "~/mcp.json",
    )


def test_without_the_tables_there_are_none(home: Home) -> None:
    assert home.settle().tools == ToolSettings()


def test_a_folder_can_say_nothing_of_tools(home: Home) -> None:
    home.write_dotenv("tools=time\nCHAT_TOOLS=time\nmcp=x\n")
    assert home.settle().tools == ToolSettings()


@pytest.mark.parametrize(
    ("config", "sentence", "hint"),
    [
        ("tools = 3", "tools is no table", "[tools]"),
        ("mcp = [1]", "mcp is no table", "[tools]"),
        ("[tools]\nuse = 'time'", "tools.use is no list of names", 'use = ["time"'),
        ("[tools]\nallow = [1]", "tools.allow is no list of names", "allow = "),
        ("[tools]\ndeny = ['']", "tools.deny is no list of names", "deny = "),
        ("[tools]\nmax_rounds = 0", "tools.max_rounds is no number from 1 to 1,000", "Correct it"),
        ("[tools]\nmax_rounds = 1.5", "tools.max_rounds is no whole number", "Correct it"),
        ("[tools]\ntimeout = true", "tools.timeout is no number from 0.1 to 86,400", "Correct it"),
        ("[tools]\nallowed = ['x']", 'there is no "allowed" in tools', "Did you mean allow?"),
        ("[mcp.server.files]\ncommand = 'x'", 'there is no "server" in mcp', "Did you mean servers?"),
        ("[mcp]\nservers = ['x']", "a server in mcp.servers is no table", "[mcp.servers.files]"),
        ("[mcp.servers]\nfiles = 'npx'", "a server in mcp.servers is no table", "[mcp.servers.files]"),
        ("[mcp]\nconfig = 3", "mcp.config is no path", "Correct it"),
    ],
)
def test_a_mistake_is_named_with_its_key(home: Home, config: str, sentence: str, hint: str) -> None:
    home.write_config(config)
    with pytest.raises(SettingsError) as caught:
        home.settle()
    assert sentence in str(caught.value)
    assert hint in caught.value.hint
