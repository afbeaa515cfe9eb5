"""What a model does in a turn besides speaking: rounds of tool calls with their results, and what is attached."""

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from chatbot_cli.frozen import frozen

NO_RESULT = "(nothing)"  # sent in place of an empty result: some servers refuse an empty message


class CallOutcome(Enum):
    """How a tool call came to its end."""

    DONE = "done"
    FAILED = "failed"
    DENIED = "not allowed by the user"
    STOPPED = "stopped by the user"
    TIMED_OUT = "timed out"
    UNKNOWN = "not known: the program ended before the tool did"
    NO_SUCH_TOOL = "no such tool"
    INVALID = "called with arguments that it does not take"


class ToolCall(NamedTuple):
    """A call that the model makes.

    `id` is unique in its round. `arguments` is a JSON object as text. `extra` is what else the server sent with the
    call, as JSON, to be sent back to that server alone.
    """

    id: str
    name: str
    arguments: str = "{}"
    extra: str = ""

    @property
    def size(self) -> int:
        """Bytes of what is sent of it."""
        return len(f"{self.id}{self.name}{self.arguments}{self.extra}".encode("utf-8", "replace"))


class ToolResult(NamedTuple):
    """What came of a call: the whole text, how it ended, and the seconds it took."""

    text: str
    outcome: CallOutcome = CallOutcome.DONE
    seconds: float = 0.0


UNANSWERED = ToolResult(f"({CallOutcome.UNKNOWN.value})", CallOutcome.UNKNOWN)


@frozen
class Round:
    """Calls that the model made at once, each with its result, and the text and reasoning that came before them.

    A round with a call unanswered cannot be built: no server takes one. Raises ValueError.
    """

    calls: tuple[ToolCall, ...]
    results: tuple[ToolResult, ...]
    text: str = ""
    reasoning: str = ""

    def __post_init__(self) -> None:
        if not self.calls:
            raise ValueError("a round without calls is a reply")
        if len(self.calls) != len(self.results):
            raise ValueError("every call of a round has one result")
        if len({call.id for call in self.calls}) < len(self.calls):
            raise ValueError("two calls of a round have the same id")


class CallId(NamedTuple):
    """Says which call a message of a tool answers."""

    id: str


@dataclass(frozen=True)
class Attachment:
    """A file that goes along with a message: its name, its media type such as "image/png", and its bytes."""

    name: str
    media_type: str
    content: bytes = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hexadecimal: the same bytes are stored once."""
        return sha256(self.content).hexdigest()


Part = ToolCall | CallId | Attachment
