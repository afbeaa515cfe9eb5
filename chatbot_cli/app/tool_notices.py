"""Sentences about what was asked for and is not there: names that no tool has, functions that are no tools."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from chatbot_cli.chat.tools import Tool
from chatbot_cli.text.safe import one_line
from chatbot_cli.tools.patterns import is_named, may_name

if TYPE_CHECKING:
    from chatbot_cli.tools.toolbox import AllTools

BUILT_IN_LABELS = ("time", "calculate", "folder.list", "folder.read", "folder.search")
IN_VAIN = "--allow offers no tool. --tool NAME and --tools FILE.py do."


def not_there(
    toolbox: "AllTools | None", servers: Sequence[str], asked_for: Sequence[tuple[str, Sequence[str]]]
) -> Iterator[str]:
    """A sentence about each thing that is not there. There is no `toolbox` if the tools are not loaded.

    `asked_for` are names and patterns, each kind after who asks: "config.toml asks for".
    """
    for report in toolbox.sources() if toolbox else ():
        if report.problem and report.name not in servers:
            yield f"{report.name}: {report.problem}"
    for who, patterns in asked_for:
        if names := names_of_none(patterns, toolbox.has if toolbox else _is_built_in, servers):
            what = "tools that are" if len(names) > 1 else "a tool that is"
            yield f"{who} {what} not there: {', '.join(map(one_line, names))}."


def names_of_none(patterns: Sequence[str], has: Callable[[str], bool], servers: Sequence[str]) -> list[str]:
    """Those of some names and patterns that no tool has, as far as that is known before the servers have started."""
    return [
        pattern
        for pattern in dict.fromkeys(patterns)
        if not (has(pattern) or any(may_name(pattern, server) for server in servers))
    ]


def what_there_is(name: str, tools: Sequence[Tool]) -> str:
    """What to ask for in place of a name that no tool has."""
    if "," in name:
        return "Each name has a flag of its own: --tool time --tool calculate."
    *names, last = dict.fromkeys(tool.label.partition(".")[0] for tool in tools)
    return f"There are {', '.join(names)} and {last}."


def _is_built_in(pattern: str) -> bool:
    """Whether a pattern names a tool that is built in. Needs none of them loaded."""
    return any(is_named(pattern, label, label.partition(".")[0]) for label in BUILT_IN_LABELS)
