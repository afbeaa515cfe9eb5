"""Decides about calls: by rules, or by asking the user."""

from collections.abc import Callable, Sequence
from typing import Protocol

from chatbot_cli.chat.tools import Answer, CallToDecide, Policy, Tool
from chatbot_cli.tools.patterns import names


class Asking(Protocol):
    """Asks the user, on the terminal or in a program."""

    async def about_call(self, question: CallToDecide) -> Answer: ...

    async def go_on(self, rounds: int) -> bool: ...


class RulingApprover:
    """An Approver: what is denied is denied, what is allowed runs, and about all else the user is asked.

    Without `asking` nobody can be asked, and nothing runs that is not allowed. `is_safe` tells which tools the program
    itself vouches for; `source_of` names the source of a tool.
    """

    def __init__(
        self,
        allow: Sequence[str],
        deny: Sequence[str],
        asking: Asking | None,
        *,
        is_safe: Callable[[Tool], bool],
        source_of: Callable[[Tool], str],
    ) -> None:
        self._rules = [*((pattern, Policy.DENY) for pattern in deny), *((pattern, Policy.ALLOW) for pattern in allow)]
        self.asking = asking
        self._is_safe, self._source_of = is_safe, source_of

    def policy(self, tool: Tool) -> Policy:
        for pattern, policy in self._rules:
            if names(pattern, tool, self._source_of(tool)):
                return policy
        return Policy.ALLOW if self._is_safe(tool) else Policy.ASK

    async def decide(self, question: CallToDecide) -> Answer:
        policy = self.policy(question.tool)
        if policy is Policy.ASK and self.asking:
            return await self.asking.about_call(question)
        return Answer(policy is Policy.ALLOW)

    async def go_on(self, rounds: int) -> bool:
        return await self.asking.go_on(rounds) if self.asking else False

    def rule(self, pattern: str, policy: Policy) -> None:
        self._rules.insert(0, (pattern, policy))
