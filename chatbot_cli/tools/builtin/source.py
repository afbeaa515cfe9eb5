"""The tools that are built in, as a source."""

import json
from collections.abc import Sequence

from chatbot_cli.chat.ports import Progress
from chatbot_cli.chat.rounds import CallOutcome, ToolResult
from chatbot_cli.chat.tools import SourceReport, Tool, ToolDefinition
from chatbot_cli.tools.builtin.clock import now

TIME = Tool(
    ToolDefinition(
        "time",
        "What time it is.",
        '{"type": "object", "properties": {"zone": {"type": "string"}}, "additionalProperties": false}',
    ),
    "time",
    "built in",
    read_only=True,
    parallel=True,
)


class BuiltIn:
    """The ToolSource of what is built in. None of it is offered unless it is asked for by name."""

    name = "built in"
    is_named = False

    def tools(self) -> Sequence[Tool]:
        return (TIME,)

    def report(self) -> SourceReport:
        return SourceReport(self.name, "this program", tools=tuple(self.tools()))

    def begin(self) -> None:
        pass

    async def ready(self) -> None:
        pass

    async def run(self, tool: Tool, arguments: str, progress: Progress) -> ToolResult:
        try:
            return ToolResult(now(**json.loads(arguments)))
        except (TypeError, ValueError, KeyError) as error:
            return ToolResult(str(error), CallOutcome.FAILED)

    async def restart(self) -> None:
        pass

    async def close(self) -> None:
        pass
