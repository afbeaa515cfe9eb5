"""The values of tools: what a model is told of them, where they come from, and what is decided of each call."""

from enum import Enum

from chatbot_cli.chat.rounds import ToolCall
from chatbot_cli.frozen import frozen

ANY_ARGUMENTS = '{"type": "object"}'
TIMEOUT = 60.0  # seconds that a call may take
MAX_ROUNDS = 10  # rounds of calls in one turn, before the user is asked or the turn ends


@frozen
class ToolDefinition:
    """A tool as a model is told of it.

    `name` has 1 to 64 of the characters A-Z a-z 0-9 _ and -. `parameters` is the JSON Schema of an object, as JSON.
    """

    name: str
    description: str = ""
    parameters: str = ANY_ARGUMENTS

    @property
    def text(self) -> str:
        """All of it, to be counted: each provider writes it in a way of its own."""
        return f"{self.name}\n{self.description}\n{self.parameters}"


@frozen
class Tool:
    """A tool that can be called.

    `label` is its name for people, such as "files.read_file", `source` where it comes from: "shop.py:12". What the
    tool itself says of it: that it is `read_only`, and that its results come from an `open_world`, where strangers
    write them. Calls of tools that are `parallel` run together. A call may take `timeout` seconds.
    """

    definition: ToolDefinition
    label: str
    source: str = ""
    read_only: bool = False
    open_world: bool = False
    parallel: bool = False
    timeout: float = TIMEOUT

    @property
    def name(self) -> str:
        """The name that the model calls it by."""
        return self.definition.name


class Policy(Enum):
    """What becomes of the calls of a tool."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


@frozen
class CallToDecide:
    """A call that the model makes, before it runs.

    It `ran_before` in the answer that this one replaces, with effects that stay. `seen` are results of this turn
    and those before that come from an open world, each after the label of its tool: the model may have copied its
    arguments from there. `changed` are lines that say what is new in the tool since its calls were allowed always; it
    is empty if they were not. A yes to a tool that `asks_once` means all of this chat.
    `place` is its number, counted from 1, and that of all calls which the model makes together.
    """

    call: ToolCall
    tool: Tool
    ran_before: bool = False
    seen: tuple[tuple[str, str], ...] = ()
    changed: tuple[str, ...] = ()
    asks_once: bool = False
    place: tuple[int, int] = (1, 1)


class Scope(Enum):
    """Which calls an answer is about: this one, all of the tool in this chat, or all as long as it stays as it is."""

    ONCE = "once"
    CHAT = "chat"
    ALWAYS = "always"


@frozen
class Answer:
    """What was decided of a call.

    `reason` is what the model is told of a call that is not `allowed`, in the user's words; empty for none. `arguments`
    are those that it runs with, if the user has changed them. Of an allowed call, `scope` says what else is allowed.
    """

    allowed: bool
    reason: str = ""
    arguments: str | None = None
    scope: Scope = Scope.ONCE


@frozen
class SourceReport:
    """Where tools come from, for people: a server, a file, or what is built in.

    `state` is in words: "ready", "starting", "off". `problem` is why it has no tools, in a sentence; empty if it has.
    """

    name: str
    origin: str
    state: str = "ready"
    problem: str = ""
    tools: tuple[Tool, ...] = ()
