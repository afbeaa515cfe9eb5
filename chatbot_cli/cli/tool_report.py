"""The tools in lines, for `chat tools`."""

import json
from collections.abc import Callable, Sequence

from chatbot_cli.chat.messages import Message
from chatbot_cli.chat.tools import Policy, Tool, ToolDefinition
from chatbot_cli.providers.tokens.counting import counter_for
from chatbot_cli.settings.table import DEFAULT_MODEL
from chatbot_cli.text.chart import Chart, Column, Row
from chatbot_cli.tools.python.file import ToolFile
from chatbot_cli.tools.python.source import no_tools_in

COLUMNS = (
    Column("name"),
    Column("tokens", right=True),
    Column("calls"),
    Column("description", stretches=True, least=12, spared=True),
    Column("from", stretches=True, least=14, inside=True),
)
IN_WORDS = {Policy.ALLOW: "runs", Policy.ASK: "asks", Policy.DENY: "denied"}


def listed(tools: Sequence[Tool], policy: Callable[[Tool], Policy]) -> Chart:
    """A row for each tool, and what all of them take together if they are offered."""
    tokens = [_tokens(tool.definition) for tool in tools]
    rows = (
        Row((tool.label, f"~{count:,}", IN_WORDS[policy(tool)], _first_line(tool.definition.description), tool.source))
        for tool, count in zip(tools, tokens, strict=True)
    )
    return Chart(
        COLUMNS, tuple(rows), after=f"Offered all together, they take ~{sum(tokens):,} tokens of each request."
    )


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
    lines = [tool.label, f"from: {tool.source}", f"calls: {IN_WORDS[policy]}; at most {tool.timeout:g} s each"]
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
    return counter.count(Message("system", definition.text))


def _first_line(description: str) -> str:
    return description.partition("\n")[0]
