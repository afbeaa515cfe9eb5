"""The doctor's checks of MCP servers: the library, and each server's command, start and tools."""

import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.app.tool_servers import examined, servers_of
from chatbot_cli.chat.tools import SourceReport
from chatbot_cli.doctor.report import Check
from chatbot_cli.errors import ToolsError
from chatbot_cli.settings.tool_settings import ToolSettings
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.counts import counted
from chatbot_cli.tools.mcp.installed import how_to_install
from chatbot_cli.tools.mcp.server import McpServer


async def check_servers(settings: ToolSettings, surroundings: Surroundings, *, offline: bool) -> list[Check]:
    """Start each server, count its tools and end it; unless `offline`, when only its command is looked for.

    What the servers write to their logs is thrown away: the doctor leaves no trace.
    """
    with TemporaryDirectory() as nowhere:
        return await _checks(settings, surroundings, Path(nowhere), offline=offline)


async def _checks(settings: ToolSettings, surroundings: Surroundings, logs: Path, *, offline: bool) -> list[Check]:
    try:
        found = servers_of(settings, (), surroundings, logs)
    except ToolsError as error:
        return [Check("fail", "MCP servers", str(error), fix=error.hint_for(in_a_script))]
    checks = [_library(needed=bool(found.servers))]
    checks += [Check("warn", "MCP servers", notice) for notice in found.notices]
    if checks[0].grade == "fail":
        return checks
    if offline:
        return [*checks, *(_unstarted(server, surroundings) for server in found.servers)]
    started = await examined(found.servers)
    stated = [server.config.stated for server in found.servers]
    return [*checks, *(_check(*one, where) for one, where in zip(started, stated, strict=True))]


def _library(*, needed: bool) -> Check:
    try:
        return Check("ok", "mcp", version("mcp"))
    except PackageNotFoundError:
        if needed:
            return Check("fail", "mcp", "not installed", fix=f"Install it: {how_to_install()}")
        return Check("ok", "mcp", "not installed; only MCP servers need it")


def _check(report: SourceReport, seconds: float, stated: str) -> Check:
    if report.state == "ready":
        return Check("ok", report.name, f"{counted(len(report.tools), 'tool')} in {seconds:.1f} s", report.origin)
    if report.problem:
        return Check("fail", report.name, report.problem, report.origin, fix=f"Correct {stated}")
    return Check("ok", report.name, report.state, report.origin)


def _unstarted(server: McpServer, surroundings: Surroundings) -> Check:
    config = server.config
    if not config.enabled:
        return Check("ok", config.name, "off", config.origin)
    if config.problem:
        return Check("fail", config.name, config.problem, config.origin, fix=f"Correct {config.stated}")
    if config.command and shutil.which(config.command, path=surroundings.environ.get("PATH")) is None:
        problem = f"There is no command {config.command}."
        return Check("fail", config.name, problem, config.origin, fix=f"Correct {config.stated}")
    return Check("ok", config.name, "not started", config.origin)
