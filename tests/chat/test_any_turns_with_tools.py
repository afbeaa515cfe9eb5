"""Whatever happens to a conversation with tools, in the real database: each request is one that any server takes."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import CallsArrived, Finished, ModelEvent, ReasoningDelta, TextDelta, TokensUsed, TurnEvent
from chatbot_cli.chat.messages import Ending, Request
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.rounds import CallOutcome, ToolCall, ToolResult
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.chat.tools import Answer
from chatbot_cli.errors import ChatError, ConnectionFailed, ReplyCut, ToolsRefused
from chatbot_cli.sessions.setup_json import setup_from_json
from tests.chat.any_server import assert_any_server_takes
from tests.fakes import AnyWords, FakeApprover, FakeToolbox, model_with, setup_with, tool_named
from tests.sessions.resumable_conversation import ResumableConversation

TOOLS = (tool_named("stock", read_only=True, parallel=True), tool_named("order"), tool_named("wait", parallel=True))
COMPLETE = Finished(Ending.COMPLETE)
WORDS = st.sampled_from(["", "\n ", "Let me look."])
NAMES = st.lists(st.sampled_from(["stock", "order", "wait", "nonsense", "", "ünknown name"]), min_size=1, max_size=3)


def calls_of(names: list[str]) -> tuple[ToolCall, ...]:
    return tuple(ToolCall(f"id{number}", name, f'{{"n": {number % 2}}}') for number, name in enumerate(names))


@st.composite
def replies(draw: st.DrawFn) -> list[ModelEvent | ChatError]:
    """What the model sends for one request: words, calls, both, and where it breaks off."""
    text, kind = draw(WORDS), draw(st.integers(0, 7))
    begun: list[ModelEvent | ChatError] = [TextDelta(text)] if text else []
    if kind < 4:
        arrived = CallsArrived(calls_of(draw(NAMES)))
        used = [TokensUsed(9, 2, 0.5)] if kind else []
        ends: list[ModelEvent | ChatError] = [COMPLETE, arrived] if kind == 1 else [arrived, COMPLETE]
        return [*begun, *ends, *used]
    if kind == 4:
        return [*begun, ReplyCut("the line broke")]
    if kind == 5:
        return [*begun, CallsArrived(calls_of(["order"])), ConnectionFailed("The line broke.")]
    if kind == 6:
        return [ToolsRefused("No tools here.")]
    return [ReasoningDelta("hm"), TextDelta(f"{text}Done."), Finished(draw(st.sampled_from([*Ending][:3])))]


@dataclass
class CheckingModel:
    """Sends what it is told to, then plain replies; and looks at every request."""

    scripts: list[list[ModelEvent | ChatError]] = field(default_factory=list)
    requests: int = 0
    has_refused_them: bool = False  # the tools of the last request

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        assert_any_server_takes(request)
        assert not (request.tools and self.has_refused_them)
        self.has_refused_them = False
        self.requests += 1
        script: list[ModelEvent | ChatError] = [TextDelta("Well."), COMPLETE]
        for step in self.scripts.pop(0) if self.scripts else script:
            if isinstance(step, ToolsRefused) and not request.tools:
                continue
            if isinstance(step, ChatError):
                self.has_refused_them = isinstance(step, ToolsRefused)
                raise step
            yield step


class WithTools(ResumableConversation):
    """A saved conversation whose model may call tools."""

    def __init__(self, folder: Path) -> None:
        self.checking = CheckingModel()
        results = {
            "stock": ToolResult("tea " * 30),
            "order": ToolResult(" \n"),
            "wait": ToolResult("", CallOutcome.FAILED),
        }
        self.toolbox, self.approver = FakeToolbox(TOOLS, results), FakeApprover()
        self.tools = Tools(self.toolbox, self.approver, max_rounds=3)
        super().__init__(folder)
        self.chat = Conversation(setup_with(self.checking), journal=self.archive.begin(), tools=self.tools)

    def model_named(self, spec: str) -> Model:
        return model_with(self.checking, spec=spec, context_tokens=150 if spec == "small" else 100_000)

    def revive(self, saved: Mapping[str, object]) -> Setup:
        return setup_from_json(saved, lambda spec, base_url: self.model_named(spec), AnyWords)

    def come_back(self, session: int | None = None) -> str:
        self.close()
        session = self.session if session is None else session
        self.archive = self._archive()
        self.chat = Conversation(setup_with(self.checking), tools=self.tools)
        opened = self.archive.open(session)
        self.chat.go_to(opened)
        return opened.draft

    async def take(self, turn: AsyncGenerator[TurnEvent, None], stop: int) -> None:
        """Take a turn, and leave it after so many events."""
        with suppress(ChatError):
            async with aclosing(turn) as events:
                async for _ in events:
                    if (stop := stop - 1) < 0:
                        break


def turn_of(chat: Conversation, what: str, number: int) -> AsyncGenerator[TurnEvent, None] | None:
    """The turn that is meant, if one is."""
    match what:
        case "say":
            return chat.take_turn(f"Question {number % 3}")
        case "edit" if chat.exchanges:
            return chat.take_turn("Another question", number % len(chat.exchanges))
        case "retry":
            return chat.retry()
        case "continue":
            return chat.continue_reply()
        case _:
            return None


def do(chat: WithTools, what: str, number: int) -> None:
    """Do one thing that is no turn."""
    match what:
        case "undo":
            chat.chat.undo()
        case "resume" if chat.chat.exchanges:
            chat.come_back()
        case "model":
            model = chat.model_named(["fake", "small", "other"][number % 3])
            setup = replace(chat.chat.setup, model=model).having_learned_of(chat.chat.setup)
            chat.chat.change_setup("the model", setup)
        case "tools":
            chat.toolbox.off = {tool.name for tool in TOOLS[: number % 4]}
        case "deny":
            chat.approver.answers = ANSWERS[number % 3 :]
        case "command":
            with suppress(ChatError):
                chat.run(COMMANDS[number % len(COMMANDS)])


ANSWERS: list[Answer | asyncio.Event] = [Answer(True), Answer(False, "no"), Answer(True, arguments='{"n": 7}')]
COMMANDS = (
    *("/trim 1", "/pin 1", "/unpin 1", "/alt 1"),
    *("/window 1 exchanges", "/window 20 exchanges", "/reset", "/fork"),
)
TURNS = ["say", "say", "say", "edit", "retry", "continue"]
OTHERS = ["undo", "resume", "model", "tools", "deny", "command", "command"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(TURNS) | st.sampled_from(OTHERS),
        st.integers(0, 23),
        st.lists(replies(), max_size=4),
        st.integers(0, 9) | st.just(1000),
    ),
    min_size=2,
    max_size=10,
)


@given(STEPS)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
async def test_each_request_is_one_that_any_server_takes(tmp_path: Path, steps: list[tuple]) -> None:  # type: ignore[type-arg]  # any
    with closing(WithTools(Path(mkdtemp(dir=tmp_path)))) as chat:
        for what, number, scripts, stop in steps:
            chat.checking.scripts, chat.checking.has_refused_them = [*scripts], False
            if turn := turn_of(chat.chat, what, number):
                await chat.take(turn, stop)
            else:
                do(chat, what, number)
        chat.checking.scripts, chat.checking.has_refused_them = [], False
        before = chat.checking.requests
        await chat.take(chat.chat.take_turn("At last?"), 1000)
        assert chat.checking.requests > before
        kept = chat.chat.exchanges
        chat.come_back()
        assert chat.chat.exchanges == kept
        await chat.take(chat.chat.take_turn("And after that?"), 1000)
