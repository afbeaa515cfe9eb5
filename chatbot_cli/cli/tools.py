"""The subcommand `chat tools`: which there are, what a model is told of them, and a call by hand."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from chatbot_cli.app.messages import tell
from chatbot_cli.app.screens import print_chart
from chatbot_cli.app.tools_by_hand import ToolsByHand
from chatbot_cli.chat.rounds import CallOutcome
from chatbot_cli.cli.exit_codes import failures_become_exit_codes
from chatbot_cli.cli.piped_input import read_piped
from chatbot_cli.cli.tool_flags import Mcp, ToolFile, wanted_tools
from chatbot_cli.cli.tool_report import checked, described, listed
from chatbot_cli.cli.tool_servers import servers
from chatbot_cli.errors import UsageError
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.safe import one_line, safe
from chatbot_cli.tools.python.file import load_tool_file

T = TypeVar("T")

REFUSED, FAILED = 1, 1  # exit codes
STDIN = "-"

tool_app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="""The tools that a model may call: built in, of your config.toml, and of the files you name.

--tools FILE.py and --mcp FILE.json may stand anywhere on the line. Without a
command, the tools are listed.""",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Name = Annotated[str, typer.Argument(metavar="NAME", hidden=True)]


@tool_app.callback(invoke_without_command=True)
def tools(context: typer.Context, tool_files: ToolFile = None, mcp: Mcp = None) -> None:
    context.obj = (tuple(tool_files or ()), tuple(mcp or ()))
    if context.invoked_subcommand is None:
        listing(context)


@tool_app.command("list")
def listing(context: typer.Context, tool_files: ToolFile = None, mcp: Mcp = None) -> None:
    """List the tools.

    Name, tokens, what becomes of a call, what it does, where it comes from.
    """

    async def shown(tools: ToolsByHand) -> None:
        print_chart(listed(tools.all(), tools.policy), tools.surroundings, plain=tools.plain)
        for notice in tools.notices:
            _note(notice)
        for report in tools.sources():
            if report.problem:
                _note(f"{report.name}: {report.problem}")

    _with_tools(context, tool_files, mcp, shown)


@tool_app.command()
def show(context: typer.Context, name: Name, tool_files: ToolFile = None, mcp: Mcp = None) -> None:
    """Print all that a model is told of a tool."""

    async def shown(tools: ToolsByHand) -> None:
        tool = tools.named(name)
        _print(described(tool, tools.policy(tool)))

    _with_tools(context, tool_files, mcp, shown, name)


@tool_app.command()
def check(
    context: typer.Context,
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE.py", hidden=True)] = None,
    tool_files: ToolFile = None,
) -> None:
    """Say which functions of a file are no tools, and why.

    Those that are tools are told with their schema. Exit code 1 if some are none, 2 if the file cannot be loaded.
    """
    with failures_become_exit_codes():
        given = [*(files or ()), *(Path(file) for file in (*context.obj[0], *(tool_files or ())))]
        if not given:
            raise UsageError("There is no file to check.", "For example: chat tools check shop.py")
        loaded = [load_tool_file(file.expanduser()) for file in given]
        for file in loaded:
            _print(checked(file))
    raise typer.Exit(REFUSED if any(file.refused for file in loaded) else 0)


@tool_app.command()
def call(
    context: typer.Context,
    name: Name,
    arguments: Annotated[str, typer.Argument(metavar="JSON", hidden=True)] = "{}",
    tool_files: ToolFile = None,
    mcp: Mcp = None,
) -> None:
    """Run a tool by hand, and print its result.

    The arguments are a JSON object; - reads them from stdin. No model is asked. Exit code 1 if the call fails.
    """

    with failures_become_exit_codes():
        given = _read(arguments, Surroundings.of_process())

    async def ran(tools: ToolsByHand) -> CallOutcome:
        tool = tools.named(name)
        result = await tools.run(tool, _an_object(given), _progress)
        print(safe(result.text) if tools.surroundings.stdout.isatty() else result.text)
        if result.outcome is not CallOutcome.DONE:
            _note(f"{tool.label}: {result.outcome.value}.")
        return result.outcome

    outcome = _with_tools(context, tool_files, mcp, ran, name)
    raise typer.Exit(0 if outcome is CallOutcome.DONE else FAILED)


tool_app.command()(servers)


def _with_tools(
    context: typer.Context,
    files: list[str] | None,
    servers: list[str] | None,
    use: Callable[[ToolsByHand], Awaitable[T]],
    name: str | None = None,
) -> T:
    """Use the tools of the settings and of all flags on the line, when the servers have started or failed.

    For the tool of a `name`, only the servers that may have it are started.
    """

    async def used() -> T:
        async with aclosing(ToolsByHand(wanted, Surroundings.of_process())) as tools:
            await tools.start(name)
            return await use(tools)

    with failures_become_exit_codes():
        files_before, servers_before = context.obj
        wanted = wanted_tools(None, (*files_before, *(files or ())), (*servers_before, *(servers or ())), None)
        return asyncio.run(used())


def _read(arguments: str, surroundings: Surroundings) -> str:
    """The arguments as they were given, or what comes through stdin. Raises UsageError."""
    if arguments == STDIN and surroundings.stdin is not None:
        return read_piped(surroundings.stdin, surroundings.stderr)
    return arguments


def _an_object(arguments: str) -> str:
    """The arguments, which must be a JSON object. Raises UsageError."""
    try:
        is_object = isinstance(json.loads(arguments), dict)
    except (ValueError, RecursionError):
        is_object = False
    if not is_object:
        raise UsageError(
            "The arguments are no JSON object.", """For example: chat tools call calculate '{"expression": "1/3"}'"""
        )
    return arguments


def _progress(text: str, share: float | None = None) -> None:
    _note(text if share is None else f"{text} {share:.0%}".strip())


def _note(line: str) -> None:
    tell(one_line(line), Surroundings.of_process().stderr)


def _print(lines: list[str]) -> None:
    for line in lines:
        print(safe(line))
