"""The parts of a turn that are not its text: rounds of tool calls with their results."""

import re
from enum import Enum
from typing import NamedTuple

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.frozen import frozen

LONGEST_NAME = 64  # characters of a tool's name
NO_RESULT = "(nothing)"  # sent in place of an empty result: some servers refuse an empty message


class CallOutcome(Enum):
    """How a tool call ended."""

    DONE = "done"
    FAILED = "failed"
    DENIED = "not allowed by the user"
    STOPPED = "stopped by the user"
    TIMED_OUT = "timed out"
    UNKNOWN = "unknown: it may have run, but its result was not kept"
    NO_SUCH_TOOL = "no such tool"
    INVALID = "called with arguments that it does not take"
    NOT_RUN = "not run"


class ToolCall(NamedTuple):
    """A call that the model makes.

    `id` is unique in its round. `arguments` is a JSON object as text. `extra` is anything else that the server
    sent with the call, as JSON; it is sent back to that server only.
    """

    id: str
    name: str
    arguments: str = "{}"
    extra: str = ""

    @property
    def size(self) -> int:
        """Bytes of the call in UTF-8, as it is sent."""
        return len(f"{self.id}{self.name}{self.arguments}{self.extra}".encode("utf-8", "replace"))


class ToolResult(NamedTuple):
    """The result of a call: its whole text, how the call ended, and the seconds it took."""

    text: str
    outcome: CallOutcome = CallOutcome.DONE
    seconds: float = 0.0

    @property
    def may_have_run(self) -> bool:
        """Whether the tool has run, or may have: then it may have had effects."""
        return self.outcome in _MAY_HAVE_RUN or self.seconds > 0  # one that was stopped may not even have begun


_MAY_HAVE_RUN = (CallOutcome.DONE, CallOutcome.FAILED, CallOutcome.TIMED_OUT, CallOutcome.UNKNOWN)
UNANSWERED = ToolResult(f"({CallOutcome.UNKNOWN.value})", CallOutcome.UNKNOWN)


@frozen
class Round:
    """Calls that the model made at once, each with its result, and the text and thoughts before them.

    Raises ValueError if a call has no result: no server accepts such a round.
    """

    calls: tuple[ToolCall, ...]
    results: tuple[ToolResult, ...]
    text: str = ""
    thoughts: Thoughts | None = None

    def __post_init__(self) -> None:
        if not self.calls:
            raise ValueError("a round without calls is a reply")
        if len(self.calls) != len(self.results):
            raise ValueError("every call of a round has one result")
        if len({call.id for call in self.calls}) < len(self.calls):
            raise ValueError("two calls of a round have the same id")


class Reasoning(NamedTuple):
    """What the model thought before its message. It is sent to the server that it came from, if that wants it back.

    `seal` is what that server sent along with it, as JSON.
    """

    text: str
    seal: str = ""

    @property
    def size(self) -> int:
        """Bytes of it in UTF-8, as it is sent."""
        return len(f"{self.text}{self.seal}".encode("utf-8", "replace"))


class CallId(NamedTuple):
    """The id of the call that a tool's message answers, and whether that failed, or was not run."""

    id: str
    failed: bool = False


Part = ToolCall | Reasoning | CallId | Attachment


def sendable_name(name: str) -> str:
    """The name of a tool in characters that every server takes: a model may call one that there never was."""
    return re.sub("[^A-Za-z0-9_-]", "_", name)[:LONGEST_NAME] or "unnamed"
