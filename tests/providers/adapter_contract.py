"""What is asked of every adapter to a protocol, in neutral terms: the next protocol is held to the same situations.

A protocol says the steps of a reply in its own way (`Wire.reply`), and reads what was sent to it (`Wire.received`). The
situations are in SITUATIONS, what a request has to be in `tests/providers/test_adapter_contract.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.model import ChatModel
from chatbot_cli.errors import ChatError, EmptyReply, ProviderError, ReplyCut, RequestRefused, ToolsRefused
from tests.streaming_server import Reply


@dataclass(frozen=True)
class Thinks:
    """The model's reasoning, or a piece of it."""

    text: str


@dataclass(frozen=True)
class Says:
    """A piece of the reply's text."""

    text: str


@dataclass(frozen=True)
class Calls:
    """A call of a tool, its arguments as the model has written them, in pieces."""

    id: str
    name: str
    pieces: tuple[str, ...] = ("{}",)


@dataclass(frozen=True)
class Ends:
    """The reply ends as the server says: with an ending, or `for_calls`."""

    ending: Ending = Ending.COMPLETE
    for_calls: bool = False


@dataclass(frozen=True)
class Counts:
    """The server's count of tokens: sent, and of the reply."""

    sent: int
    reply: int


@dataclass(frozen=True)
class Refuses:
    """The server refuses the request: all of its tools, or the one of a number."""

    tool: int | None = None


@dataclass(frozen=True)
class Breaks:
    """The connection breaks."""


Step = Thinks | Says | Calls | Ends | Counts | Refuses | Breaks
Steps = Sequence[Step]


@dataclass(frozen=True)
class Received:
    """A request as the server reads it.

    Each message is its role ("user", "assistant", "tool"), its text, its calls as (id, name, arguments), and for a
    result, the id of its call.
    """

    tools: tuple[tuple[str, str, Any], ...]  # name, description, schema
    messages: tuple[tuple[str, str, tuple[tuple[str, str, Any], ...], str], ...]


class Wire(Protocol):
    """One protocol, as the contract speaks it."""

    def chat(self, base_url: str) -> ChatModel:
        """The adapter, for a server at an address."""
        ...

    def reply(self, steps: Steps) -> Reply:
        """What a server sends that does this."""
        ...

    def received(self, body: Any) -> Received:
        """What a request says."""
        ...


@dataclass(frozen=True)
class Situation:
    """A reply, and what comes of it: text, reasoning, calls that may run, unreadable arguments, ending or failure."""

    name: str
    steps: Steps
    text: str = ""
    reasoning: str = ""
    calls: tuple[tuple[str, str], ...] = ()  # name, and arguments as JSON
    unreadable: tuple[str, ...] = ()
    ending: Ending | None = Ending.COMPLETE
    failure: type[ChatError] | None = None
    offers_tools: bool = True


OSLO = Calls("call_1", "weather", ('{"ci', 'ty": "Os', 'lo"}'))
HALF = Calls("call_1", "weather", ('{"city": "Os',))
FOR_CALLS = Ends(for_calls=True)
CALLED_OSLO = (("weather", '{"city": "Oslo"}'),)

SITUATIONS = (
    Situation("text alone", (Says("It is "), Says("noon."), Ends()), "It is noon."),
    Situation("a call", (OSLO, FOR_CALLS), calls=CALLED_OSLO),
    Situation("a call without arguments", (Calls("c", "time", ("",)), FOR_CALLS), calls=(("time", "{}"),)),
    Situation(
        "two calls of the same tool",
        (OSLO, Calls("call_2", "weather", ('{"city": "Rome"}',)), FOR_CALLS),
        calls=(*CALLED_OSLO, ("weather", '{"city": "Rome"}')),
    ),
    Situation("text before a call", (Says("Let me look."), OSLO, FOR_CALLS), "Let me look.", calls=CALLED_OSLO),
    Situation("reasoning before a call", (Thinks("Hm."), OSLO, FOR_CALLS), reasoning="Hm.", calls=CALLED_OSLO),
    Situation("a call, and the server says that all is done", (OSLO, Ends()), calls=CALLED_OSLO),
    Situation("a call, and the count of tokens", (OSLO, FOR_CALLS, Counts(20, 7)), calls=CALLED_OSLO),
    Situation(
        "arguments that are no JSON", (HALF, FOR_CALLS), calls=(("weather", "{}"),), unreadable=('{"city": "Os',)
    ),
    Situation(
        "cut at its length in a call", (Says("I look."), HALF, Ends(Ending.LENGTH)), "I look.", ending=Ending.LENGTH
    ),
    Situation("cut at its length after a call", (OSLO, Ends(Ending.LENGTH)), calls=CALLED_OSLO, ending=Ending.LENGTH),
    Situation("filtered after a call", (Says("So."), OSLO, Ends(Ending.FILTERED)), "So.", ending=Ending.FILTERED),
    Situation("the connection breaks in a call", (HALF, Breaks()), ending=None, failure=ProviderError),
    Situation("the connection breaks after a call", (OSLO, Breaks()), ending=None, failure=ProviderError),
    Situation(
        "the connection breaks after text and a call",
        (Says("I look."), OSLO, Breaks()),
        "I look.",
        ending=None,
        failure=ReplyCut,
    ),
    Situation("no tools are taken", (Refuses(),), ending=None, failure=ToolsRefused),
    Situation("a tool is not taken", (Refuses(1),), ending=None, failure=RequestRefused),
    Situation(
        "a call though no tool was offered", (OSLO, FOR_CALLS), ending=None, failure=EmptyReply, offers_tools=False
    ),
)
