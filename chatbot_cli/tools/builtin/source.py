"""The tools that are built in, as sources. None of them is offered unless it is asked for by name."""

from collections.abc import Callable
from pathlib import Path

from chatbot_cli.secrets.finding import Find
from chatbot_cli.tools.builtin.calculator import calculate
from chatbot_cli.tools.builtin.clock import now
from chatbot_cli.tools.builtin.folder import ReadableFolder
from chatbot_cli.tools.builtin.searching import search_in
from chatbot_cli.tools.python.function import python_tool
from chatbot_cli.tools.python.source import Functions

BUILT_IN = "built in"  # where a tool comes from that reads nothing of the user


def clock_and_calculator() -> Functions:
    """`time` and `calculate`."""
    tools = (python_tool(function, name=name, source=BUILT_IN) for name, function in _OF_NOTHING.items())
    return Functions(BUILT_IN, "this program", tuple(tools), unasked=True)


def readers(folder: Path, find_secrets: Find | None) -> Functions:
    """`folder`: three tools that read what is in a folder. What `find_secrets` finds is left out of what they tell."""
    readable = ReadableFolder(folder, find_secrets)
    functions: dict[tuple[str, str], Callable[..., str]] = {
        ("list_folder", "folder.list"): readable.list_folder,
        ("read_file", "folder.read"): readable.read_file,
        ("search_files", "folder.search"): search_in(readable),
    }
    tools = (
        python_tool(function, name=name, label=label, source=f"{BUILT_IN}, reads in {folder}")
        for (name, label), function in functions.items()
    )
    return Functions("folder", str(folder), tuple(tools), asks_once=True)


_OF_NOTHING: dict[str, Callable[..., str]] = {"time": now, "calculate": calculate}
