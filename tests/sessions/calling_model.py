"""A model that calls tools in every turn, tools that tell when they run, and what every server asks of a request."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, pairwise, takewhile

from chatbot_cli.chat.events import CallsArrived, Finished, ModelEvent, TextDelta
from chatbot_cli.chat.messages import Ending, Message, Request
from chatbot_cli.chat.rounds import CallId, ToolCall, ToolResult
from chatbot_cli.chat.tool_ports import Progress
from chatbot_cli.chat.tools import Tool
from tests.fakes import FakeToolbox

ROUNDS = 2  # of a turn


@dataclass
class CallingModel:
    """Says a few words and calls two tools, some rounds of that, then answers. It waits `pause` seconds often."""

    pause: float = 0.0
    requests: list[Request] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        self.requests.append(request)
        since_question = [*takewhile(lambda message: message.role != "user", reversed(request.messages))]
        calls_tools = bool(request.tools) and sum(message.role == "assistant" for message in since_question) < ROUNDS
        for word in ("Let me ", "look.") if calls_tools else ("There ", "is ", "tea."):
            yield TextDelta(word)
            await asyncio.sleep(self.pause)
        if calls_tools:
            yield CallsArrived(tuple(ToolCall(f"c{next(self._numbers):08}", name) for name in ("stock", "order")))
        yield Finished(Ending.COMPLETE)


@dataclass
class TellingToolbox(FakeToolbox):
    """Tools that take `pause` seconds, and tell of each run before it begins."""

    pause: float = 0.0
    tell: Callable[[str], object] = print

    async def run(self, tool: Tool, arguments: str, progress: Progress) -> ToolResult:
        self.tell(f"ran {len(self.ran)}")
        await asyncio.sleep(self.pause)
        return await super().run(tool, arguments, progress)


def check_request(request: Request) -> None:
    """What every server asks of a history with calls."""
    roles = [message.role for message in request.messages]
    assert roles[-1] in ("user", "tool")
    assert ("tool", "user") not in pairwise(roles)
    assert all(message.content or _calls(message) for message in request.messages)
    waiting: list[str] = []
    for message in request.messages:
        if message.role == "tool":
            assert [part.id for part in message.parts if isinstance(part, CallId)] == [waiting.pop(0)]
        else:
            assert waiting == []
            waiting = [call.id for call in _calls(message)]
            assert len({*waiting}) == len(waiting)
    assert waiting == []
    called = {call.name for message in request.messages for call in _calls(message)}
    assert called <= {tool.name for tool in request.tools}


def _calls(message: Message) -> list[ToolCall]:
    return [part for part in message.parts if isinstance(part, ToolCall)]
