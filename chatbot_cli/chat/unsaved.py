"""The journal of a conversation that is not saved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.growing_text import GrowingText
from chatbot_cli.chat.journal import Asked, Calling, Replied, spent_with
from chatbot_cli.chat.marks import Marks
from chatbot_cli.chat.messages import Exchange, Key
from chatbot_cli.chat.rounds import ToolResult
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.state import State, Step
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.chat.usage_sums import PaidBeside, UsagePart, UsageReport, report_of_unsaved, usage_beside, usage_of
from chatbot_cli.errors import ChatError


@dataclass
class Unsaved:
    """A journal that keeps only the answers to each question and what they took, and only in memory."""

    session: int | None = None
    saving: bool = False
    problem: ChatError | None = None
    spent: float | None = None
    _asked: Asked | None = None
    _parts: list[UsagePart] = field(default_factory=list)
    _keys: int = 0
    _answers: dict[int, list[Exchange]] = field(default_factory=dict)

    def usage(self) -> UsageReport:
        """What all replies and summaries took, those that were undone, replaced or without a word included."""
        return report_of_unsaved(self._parts)

    def take_notices(self) -> Sequence[str]:
        return ()

    async def asked(self, asked: Asked) -> None:
        self._asked = asked

    def arrived(self, reply: GrowingText, thoughts: Thoughts | None = None) -> None:
        pass

    def calling(self, calling: Calling) -> None:
        pass

    async def until_kept(self) -> None:
        pass

    def called(self, number: int, result: ToolResult) -> None:
        pass

    async def asked_at_once(self, each: Mapping[int, Asked]) -> "UnsavedAnswers":
        first = next(iter(each.values()))
        return UnsavedAnswers(dict(each), self._question_of(first), self._kept)

    def replied(self, replied: Replied) -> Key | None:
        return None if self._asked is None else self._kept(self._asked, self._question_of(self._asked), replied)

    def _question_of(self, asked: Asked) -> int:
        return asked.replaces.key[0] if asked.replaces and asked.replaces.key else self._next_key()

    def _kept(self, asked: Asked, question: int, replied: Replied) -> Key:
        self.spent = spent_with(replied.used, self.spent)
        setup = asked.kept_after.setup
        usage = usage_of(replied.used, replied.seconds, is_free=asked.model.is_free)
        self._parts.append(UsagePart(usage, asked.model.name, setup.persona))
        key = (question, self._next_key())
        exchange = Exchange(
            asked.text,
            replied.text,
            replied.ending,
            key,
            replied.reason,
            replied.rounds,
            asked.attached,
            sources=asked.sources,
            thoughts=replied.thoughts,
        )
        self._answers.setdefault(question, []).append(exchange)
        return key

    def changed(self, label: str, state: State) -> None:
        pass

    def noted(self, marks: Marks) -> None:
        pass

    def paid(self, used: TokensUsed, model: str, what: PaidBeside = PaidBeside.SUMMARY) -> None:
        self.spent = spent_with(used, self.spent)
        self._parts.append(UsagePart(usage_beside(what, used), model, what))

    def earlier_step(self) -> Step | None:
        return None

    def undone(self) -> None:
        pass

    def answers(self, exchange: Exchange) -> Sequence[Exchange]:
        return self._answers.get(exchange.key[0], [exchange]) if exchange.key else [exchange]

    def draft(self, text: str, setup: Setup) -> None:
        pass

    def close(self) -> None:
        pass

    def _next_key(self) -> int:
        self._keys += 1
        return self._keys


@dataclass
class UnsavedAnswers:
    """Several answers to the question with the key `question`. `keep` keeps one in memory when it has ended."""

    asked: dict[int, Asked]
    question: int
    keep: Callable[[Asked, int, Replied], Key]

    def asked_again(self, number: int, asked: Asked) -> None:
        self.asked[number] = asked

    def arrived(self, number: int, reply: GrowingText, thoughts: Thoughts | None = None) -> None:
        pass

    def replied(self, number: int, replied: Replied) -> Key | None:
        return self.keep(self.asked[number], self.question, replied)

    def chosen(self, number: int, setup: Setup) -> None:
        pass
