"""The tools in lines, for `chat tools`."""

import json
from collections.abc import Sequence

from chatbot_cli.app.tools_by_hand import ToolsByHand
from chatbot_cli.chat.messages import Message
from chatbot_cli.chat.tools import Policy, Tool, ToolDefinition
from chatbot_cli.providers.tokens.counting import counter_for
from chatbot_cli.settings.table import DEFAULT_MODEL
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import shorten_foreign
from chatbot_cli.text.width import cells
from chatbot_cli.tools.python.file import ToolFile
from chatbot_cli.tools.python.source import no_tools_in

COLUMNS = ("NAME", "CALLS", "TOKENS", "FROM", "DESCRIPTION")
LONGEST_DESCRIPTION = 60  # characters
IN_WORDS = {Policy.ALLOW: "run", Policy.ASK: "are asked about", Policy.DENY: "are denied"}


def listed(tools: ToolsByHand) -> list[tuple[str, ...]]:
    """A row for each tool."""
    return [
        (
            tool.label,
            IN_WORDS[tools.policy(tool)],
            f"~{_tokens(tool.definition)}",
            tool.source,
            _first_words(tool.definition.description),
        )
        for tool in tools.all()
    ]


def in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines."""
    shown = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(map(cells, column)) for column in zip(*shown, strict=True)]
    return [
        "  ".join(cell + " " * (width - cells(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in shown
    ]


def described(tool: Tool, policy: Policy) -> list[str]:
    """All that a model is told of a tool, after what people should know."""
    claims = [
        claim
        for claim, is_so in (
            ("it changes nothing", tool.read_only),
            ("strangers write its results", tool.open_world),
            ("its calls may run together", tool.parallel),
        )
        if is_so
    ]
    lines = [tool.label, f"from: {tool.source}", f"calls: {IN_WORDS[policy]}, at most {tool.timeout:g} s each"]
    lines += [f"it says: {', '.join(claims)}"] if claims else []
    lines += ["", f"The model is told, in about {_tokens(tool.definition)} tokens:", "", tool.name]
    schema = json.dumps(json.loads(tool.definition.parameters), ensure_ascii=False, indent=2)
    return [*lines, *tool.definition.description.splitlines(), *schema.splitlines()]


def checked(file: ToolFile) -> list[str]:
    """What there is to say of the functions of a file, in their order."""
    lines = {one.line: f"{one.tool.label} is a tool: {one.tool.definition.parameters}" for one in file.tools}
    lines |= {one.line: one.sentence for one in file.refused}
    return [f"{file.path.name}:{line}: {lines[line]}" for line in sorted(lines)] or [no_tools_in(file)]


def _tokens(definition: ToolDefinition) -> int:
    counter = counter_for(DEFAULT_MODEL)
    counter.load()
    return counter.count(Message("system", f"{definition.name}\n{definition.description}\n{definition.parameters}"))


def _first_words(description: str) -> str:
    """The first sentence of a description, if it is not too long."""
    return shorten_foreign(description.partition("\n")[0], LONGEST_DESCRIPTION)
