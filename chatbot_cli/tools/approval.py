"""Decides about calls: by rules, by what the user has allowed before, or by asking the user."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from chatbot_cli.chat.tools import Answer, CallToDecide, Policy, Scope, Tool
from chatbot_cli.errors import ChatError, ToolsError
from chatbot_cli.tools.allowances import Allowances
from chatbot_cli.tools.patterns import names


class Asking(Protocol):
    """Asks the user, on the terminal or in a program."""

    async def about_call(self, question: CallToDecide) -> Answer: ...

    async def go_on(self, rounds: int) -> bool: ...

    async def about_secrets(self, held: str) -> bool:
        """Whether the result that holds secrets, as the sentence `held` says, may be sent to the model."""
        ...


Fits = Callable[[Tool], bool]


class _Rule(NamedTuple):
    """What becomes of the tools that it fits. One that `is_answer` comes from a question of this chat."""

    fits: Fits
    policy: Policy
    is_answer: bool = False


def _never(tool: Tool) -> bool:
    return False


def _in_silence(sentence: str) -> None:
    pass


class RulingApprover:
    """An Approver: what is denied is denied, what is allowed runs, and about all else the user is asked.

    Without `asking` nobody can be asked, and nothing runs that is not allowed. `is_safe` tells which tools the program
    itself vouches for, and `asks_once` about which it asks once in a chat, for all of them; `source_of` names the
    source of a tool. `allowances` are those that the user has allowed always. `tell` says a sentence to the user.
    """

    def __init__(
        self,
        allow: Sequence[str],
        deny: Sequence[str],
        asking: Asking | None,
        *,
        is_safe: Callable[[Tool], bool],
        source_of: Callable[[Tool], str],
        asks_once: Callable[[Tool], bool] = _never,
        allowances: Allowances | None = None,
    ) -> None:
        self._source_of = source_of
        self._denied = [self._named(pattern) for pattern in deny]
        self._rules = [_Rule(self._named(pattern), Policy.ALLOW) for pattern in allow]  # the first that fits counts
        self.asking = asking
        self.tell: Callable[[str], None] = _in_silence
        self._is_safe, self._asks_once = is_safe, asks_once
        self._allowances = allowances or Allowances(None, source_of, source_of)

    def policy(self, tool: Tool) -> Policy:
        return self._policy(tool, ran_before=False)

    async def decide(self, question: CallToDecide) -> Answer:
        tool = question.tool
        policy = self._policy(tool, ran_before=question.ran_before)
        if policy is not Policy.ASK or self.asking is None:
            return Answer(policy is Policy.ALLOW)
        asked = replace(question, changed=self._allowances.changes(tool), asks_once=self._asks_once(tool))
        answer = await self.asking.about_call(asked)
        if answer.allowed:
            self._remember(tool, Scope.CHAT if asked.asks_once and answer.scope is Scope.ONCE else answer.scope)
        return answer

    async def go_on(self, rounds: int) -> bool:
        return await self.asking.go_on(rounds) if self.asking else False

    def rule(self, pattern: str, policy: Policy) -> None:
        if not pattern.strip():
            raise ToolsError("A pattern names tools, such as files.read_*.", "/tools lists them.")
        self._rules.insert(0, _Rule(self._named(pattern), policy))
        if policy is Policy.ASK:
            self._keep(lambda: self._allowances.forget(pattern), f"{pattern} is asked about in this chat")

    def _policy(self, tool: Tool, *, ran_before: bool) -> Policy:
        """What becomes of a call. What an answer allows for this chat does not count for one that `ran_before`."""
        if any(is_denied(tool) for is_denied in self._denied):
            return Policy.DENY
        for rule in self._rules:
            if rule.fits(tool) and not (ran_before and rule.is_answer):
                return rule.policy
        return Policy.ALLOW if self._is_safe(tool) or self._allowances.covers(tool) else Policy.ASK

    def _named(self, pattern: str) -> Fits:
        return lambda tool: names(pattern, tool, self._source_of(tool))

    def _remember(self, tool: Tool, scope: Scope) -> None:
        if scope is Scope.ONCE:
            return
        self._rules.insert(0, _Rule(self._like(tool), Policy.ALLOW, is_answer=scope is Scope.CHAT))
        if scope is Scope.ALWAYS:
            self._keep(lambda: self._allowances.allow(tool), f"{tool.label} is allowed for this chat")

    def _like(self, tool: Tool) -> Fits:
        """The tool as it is now; or all about which is asked once."""
        source = self._source_of(tool)
        if self._asks_once(tool):
            return lambda one: self._asks_once(one) and self._source_of(one) == source
        return lambda one: one.definition == tool.definition and self._source_of(one) == source

    def _keep(self, change: Callable[[], None], so_far: str) -> None:
        """Change what is kept. If that fails, say what holds in this chat."""
        try:
            change()
        except (OSError, ChatError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            self.tell(f"{so_far}, and no longer: {reason}")
