"""The ports to tools: who has them, and who decides about their calls."""

from collections.abc import Sequence
from typing import Protocol

from chatbot_cli.chat.rounds import ToolCall, ToolResult
from chatbot_cli.chat.tools import Answer, CallToDecide, Policy, SourceReport, Tool


class Progress(Protocol):
    """Is told how far a call is: a line, and the share of it that is done, from 0 to 1, if that is known."""

    def __call__(self, text: str, share: float | None = None) -> None: ...


class Toolbox(Protocol):
    """The tools of a chat, wherever they come from."""

    def offered(self, named: Sequence[str] = ()) -> Sequence[Tool]:
        """The tools that the model is told of, in an order that does not change: `named` are the persona's."""

    async def run(self, tool: Tool, arguments: str, progress: Progress) -> ToolResult:
        """Run a tool with arguments, a JSON object. Every failure is a result. Only CancelledError is raised."""

    def sources(self) -> Sequence[SourceReport]:
        """Where its tools come from, also those that are off or have none."""

    def switch(self, name: str, *, on: bool) -> Sequence[Tool]:
        """Offer the tools of a name or pattern, or offer them no more. Returns them. Raises ToolsError if none is."""

    async def restart(self, source: str) -> None:
        """Start a server again. Raises ToolsError."""


class Approver(Protocol):
    """Decides about calls: by what the user has allowed and denied, or by asking."""

    def policy(self, tool: Tool) -> Policy:
        """What becomes of the calls of a tool now."""

    async def decide(self, question: CallToDecide) -> Answer:
        """Whether a call may run. If the user is asked, it waits for the answer."""

    async def go_on(self, rounds: int) -> bool:
        """Whether a turn that has had so many rounds of calls may have as many again."""

    def struck(self, call: ToolCall, text: str) -> str:
        """What a call returned, without the secrets in it that may not be sent unasked; whole if there are none."""

    async def may_send(self, call: ToolCall, tool: Tool, text: str) -> bool:
        """Whether what a call returned may be sent whole, with its secrets. If the user is asked, it waits for that."""

    def rule(self, pattern: str, policy: Policy) -> None:
        """Allow, ask about or deny the tools of a pattern in this chat. Raises ToolsError if it makes no sense."""
