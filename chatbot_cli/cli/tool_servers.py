"""The subcommand `chat tools servers`: starts each MCP server, counts its tools, and ends it."""

import asyncio
from collections.abc import Sequence

import typer

from chatbot_cli.app.screens import print_chart
from chatbot_cli.app.tool_servers import examined, servers_of
from chatbot_cli.chat.tools import SourceReport
from chatbot_cli.cli.exit_codes import failures_become_exit_codes
from chatbot_cli.cli.tool_flags import Mcp, ToolFile
from chatbot_cli.errors import ToolsError
from chatbot_cli.providers.entries.registry import key_variables
from chatbot_cli.settings.precedence import Sources
from chatbot_cli.settings.table import flag_of
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.chart import Chart, Column, Row
from chatbot_cli.text.counts import counted

FAILED = 1
EXAMPLE = 'Name some in config.toml ([mcp.servers.files], command = "…"), or a file of them: --mcp FILE.json'


def servers(context: typer.Context, tool_files: ToolFile = None, mcp: Mcp = None) -> None:
    """Start each MCP server, count its tools, end it.

    Exit code 1 if one cannot be used.
    """
    with failures_become_exit_codes():
        _, files_before = context.obj or ((), ())
        surroundings = Surroundings.of_process()
        folders = Folders.of(surroundings.environ, surroundings.home)
        settings = (
            Sources.read(surroundings.environ, surroundings.cwd, folders, key_variables, flag_of).settle({}).settings
        )
        found = servers_of(settings.tools, (*files_before, *(mcp or ())), surroundings)
        if not found.servers:
            raise ToolsError("There are no servers.", EXAMPLE)
        reports = asyncio.run(examined(found.servers))
        print_chart(as_chart(reports, found.notices), surroundings, plain=settings.plain)
    raise typer.Exit(FAILED if any(report.problem for report, _ in reports) else 0)


def as_chart(reports: Sequence[tuple[SourceReport, float]], notices: Sequence[str] = ()) -> Chart:
    """A line for each server: its name, its state, its tools and how long it took, or its problem, and its command."""
    columns = (Column("server"), Column("state"), Column("tools", stretches=True), Column("from", stretches=True))
    rows = []
    for report, seconds in reports:
        what = f"{counted(len(report.tools), 'tool')} in {seconds:.1f} s" if report.state == "ready" else report.problem
        rows.append(Row((report.name, report.state, what, report.origin)))
    return Chart(columns, tuple(rows), after="\n".join(notices))
