"""What is asked for and is not there is told before the first turn: names that no tool has, functions that are none."""

import io
from pathlib import Path

import pytest

from chatbot_cli.app.assembly import open_chat
from chatbot_cli.app.tool_notices import BUILT_IN_LABELS, IN_VAIN
from chatbot_cli.app.tools_in_use import WantedTools
from chatbot_cli.errors import ToolsError
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.tools.builtin.source import clock_and_calculator, readers
from tests.settings.home import Home

SHOP = '''
def stock(item: str) -> int:
    """How many tins."""

def order(*items):
    """Order them."""
'''
SERVER = '[mcp.servers.files]\ncommand = "true"\n'
IT_HAS_NONE = "shop.py: Line 5: order takes *items, but the arguments of a tool have names."


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    (home.cwd / "shop.py").write_text(SHOP)
    return home


def notices(home: Home, config: str, wanted: WantedTools) -> tuple[str, ...]:
    (home.folders.config / "config.toml").write_text(config)
    around = Surroundings({}, home.cwd, home.cwd.parent, None, io.StringIO(), io.StringIO())
    return open_chat({"model": "demo"}, around, tools=wanted).notices


@pytest.mark.parametrize(
    ("config", "wanted", "said"),
    [
        ('[tools]\nuse = ["time", "fold*", "folder.read"]\n', WantedTools(), ()),
        (
            '[tools]\nuse = ["tme", "file.*"]\n',
            WantedTools(),
            ("config.toml asks for tools that are not there: tme, file.*.",),
        ),
        ('[tools]\nuse = ["tme"]\n', WantedTools(("none",)), ()),
        ('[tools]\nuse = ["files.read_*"]\n' + SERVER, WantedTools(), ()),
        ("", WantedTools(allowed=("stock",)), (IN_VAIN,)),
        (
            "",
            WantedTools(files=("shop.py",), allowed=("stok", "st*")),
            (IT_HAS_NONE, "--allow names a tool that is not there: stok."),
        ),
    ],
)
def test_what_is_not_there_is_told(home: Home, config: str, wanted: WantedTools, said: tuple[str, ...]) -> None:
    assert notices(home, config, wanted) == said


@pytest.mark.parametrize(
    ("config", "name", "hint"),
    [
        ("", "stok", "There are stock, folder, time and calculate."),
        (SERVER, "stok", "There are stock, folder, time and calculate."),
        ("", "time,calculate", "Each name has a flag of its own: --tool time --tool calculate."),
    ],
)
def test_a_flag_that_names_no_tool_is_refused_and_told_what_there_is(
    home: Home, config: str, name: str, hint: str
) -> None:
    with pytest.raises(ToolsError) as error:
        notices(home, config, WantedTools((name,), files=("shop.py",)))
    assert error.value.hint == hint


def test_the_names_that_are_known_before_anything_is_loaded_are_those_of_the_tools() -> None:
    sources = (clock_and_calculator(), readers(Path(), None))
    assert {*BUILT_IN_LABELS} == {tool.label for source in sources for tool in source.tools()}
