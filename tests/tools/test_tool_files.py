"""Python files of tools: which of their functions are tools, and what is said of a file that cannot be loaded."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot_cli.errors import ToolsError
from chatbot_cli.tools.python.file import load_tool_file
from chatbot_cli.tools.python.source import FunctionsOfFile, files_of_functions, functions_of_program

SHOP = '''
"""A shop."""
from __future__ import annotations
from dataclasses import dataclass
from functools import cache
from os.path import join
from teas import TEAS, steep
from chatbot_cli import tool

@dataclass
class Item:
    """What is sold."""
    name: str

def stock(item: Item) -> int:
    """How many."""
    return TEAS[item.name]

@tool(read_only=True)
def prices() -> dict[str, int]:
    """All prices."""
    return {}

def order(*items):
    """Order some."""

def helper(x): return x

@cache
def cached(n: int) -> int:
    """Twice."""
    return 2 * n

again = stock
print("imported")
if __name__ == "__main__":
    raise SystemExit
def _private():
    """Nobody's business."""
'''


@pytest.fixture(autouse=True)
def _nothing_stays_imported() -> Iterator[None]:
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if name.startswith("tools_in_") or name == "teas":
            del sys.modules[name]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "teas.py").write_text('TEAS = {"assam": 12}\ndef steep():\n    """Not of the shop."""\n')
    path = tmp_path / "shop.py"
    path.write_text(SHOP.lstrip())
    return path


def test_the_public_functions_that_a_file_defines_are_tools_and_the_others_are_named(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = load_tool_file(shop)
    assert [(one.tool.name, one.tool.source) for one in file.tools] == [
        ("stock", "shop.py:14"),
        ("prices", "shop.py:18"),
        ("cached", "shop.py:28"),
    ]
    assert [(one.name, one.line, one.was_meant) for one in file.refused] == [("order", 23, True), ("helper", 26, False)]
    assert capsys.readouterr() == ("", "imported\n")


async def test_a_function_finds_what_stands_beside_its_file(shop: Path) -> None:
    source = FunctionsOfFile(shop)
    result = await source.run(source.tools()[0], '{"item": {"name": "assam"}}', lambda text, share=None: None)
    assert result.text == "12"


async def test_what_a_function_logs_is_its_progress(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "logs.py"
    path.write_text(
        "import logging\nlog = logging.getLogger('of a tool')\nlog.addHandler(logging.StreamHandler())\n"
        'def f() -> None:\n    """Logs."""\n    log.error("so far so good")\n'
    )
    source, told = FunctionsOfFile(path), list[str]()
    await source.run(source.tools()[0], "{}", lambda text, share=None: told.append(text))
    await asyncio.sleep(0)
    assert told == ["so far so good"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def f(:\n", r"^broken\.py:1 is not valid Python: "),
        ("x = 1\n\ny = z\n", r"^broken\.py:3 failed with NameError: name 'z' is not defined\.$"),
        ("import beside_it\n", r"^broken\.py:1 imports beside_it\.py:2, which is not valid Python: "),
        ("import nowhere_at_all\n", r"^broken\.py:1 failed with ModuleNotFoundError: No module named"),
        (
            "import sys\nsys.exit(3)\n",
            r"^broken\.py:2 wanted to end the program: sys\.exit\(3\)\.$",
        ),
        ("def f():\n    return 1/0\nf()\n", r"^broken\.py:2 failed with ZeroDivisionError: "),
        ("x = '\0'", r"^broken\.py.* (null bytes|not valid Python)"),
        (b"\xff\xfe\x00", r"^broken\.py"),
        ("raise ValueError('a\\x1b[2Jb')", r"ValueError: a \[2Jb\.$"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_told_with_its_line(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    path = tmp_path / "broken.py"
    (tmp_path / "beside_it.py").write_text("\nx = (\n")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ToolsError, match=sentence):
        load_tool_file(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ToolsError, match=r"shop\.py is not there\.$"):
        load_tool_file(tmp_path / "shop.py")
    with pytest.raises(ToolsError, match="is a folder"):
        load_tool_file(tmp_path)


def test_a_file_that_shadows_a_library_does_not_replace_it(tmp_path: Path) -> None:
    path = tmp_path / "json.py"
    path.write_text('import json\ndef dump() -> str:\n    """A tool."""\n    return json.dumps(1)\n')
    assert [one.tool.name for one in load_tool_file(path).tools] == ["dump"]
    assert "json.py" not in str(sys.modules["json"].__file__).replace("json/__init__", "")


def test_two_files_with_a_tool_of_one_name_are_told(shop: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.py"
    other.write_text('def stock() -> int:\n    """Another."""\n    return 1\n')
    with pytest.raises(ToolsError, match=r"shop\.py:14 and other\.py:1 both have a tool stock"):
        files_of_functions([shop, other])
    assert len(files_of_functions([shop, shop])) == 1
    (tmp_path / "more").mkdir()
    other = other.rename(tmp_path / "more" / "shop.py")
    with pytest.raises(ToolsError, match=r"/shop\.py:14 and .*/more/shop\.py:1 both have a tool stock"):
        files_of_functions([shop, other])


async def test_a_file_is_loaded_anew_when_it_is_restarted(tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    path.write_text('def one() -> int:\n    """One."""\n    return 1\n')
    source = FunctionsOfFile(path)
    path.write_text('def two(x) -> int:\n    """Two."""\n    return 2\ndef bad(*x):\n    """Bad."""\n')
    await source.restart()
    assert [tool.name for tool in source.tools()] == ["two"]
    assert source.report().problem == "Line 4: bad takes *x, but the arguments of a tool have names."
    path.write_text("def two(:\n")
    with pytest.raises(ToolsError, match=r"one\.py:1 is not valid Python"):
        await source.restart()
    assert [tool.name for tool in source.tools()] == ["two"]


def test_a_program_is_told_which_of_its_functions_cannot_be_a_tool() -> None:
    def untold() -> None:
        return None

    with pytest.raises(ToolsError, match=r"^test_tool_files\.py:\d+: untold has no docstring"):
        functions_of_program([untold])
