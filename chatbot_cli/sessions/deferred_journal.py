"""A journal that opens the database with the first text to save, so that the prompt does not wait for it."""

from collections.abc import Callable, Mapping, Sequence

from chatbot_cli.chat.answer_ports import Answers
from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.growing_text import GrowingText
from chatbot_cli.chat.journal import Asked, Calling, Replied
from chatbot_cli.chat.marks import Marks
from chatbot_cli.chat.messages import Exchange, Key
from chatbot_cli.chat.ports import Journal
from chatbot_cli.chat.rounds import ToolResult
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.state import State, Step
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.chat.usage_sums import PaidBeside
from chatbot_cli.errors import ChatError


class DeferredJournal:
    """A Journal that calls `make` for another one when it is first needed, and passes everything on to that."""

    def __init__(self, make: Callable[[], Journal]) -> None:
        self._make = make
        self._made: Journal | None = None

    @property
    def session(self) -> int | None:
        return self._made.session if self._made else None

    @property
    def saving(self) -> bool:
        return self._made.saving if self._made else True

    @property
    def problem(self) -> ChatError | None:
        return self._made.problem if self._made else None

    @property
    def spent(self) -> float | None:
        return self._made.spent if self._made else None

    def take_notices(self) -> Sequence[str]:
        return self._made.take_notices() if self._made else ()

    async def asked(self, asked: Asked) -> None:
        await self._opened().asked(asked)

    async def asked_at_once(self, each: Mapping[int, Asked]) -> Answers:
        return await self._opened().asked_at_once(each)

    def arrived(self, reply: GrowingText, thoughts: Thoughts | None = None) -> None:
        self._opened().arrived(reply, thoughts)

    def calling(self, calling: Calling) -> None:
        self._opened().calling(calling)

    async def until_kept(self) -> None:
        if self._made:
            await self._made.until_kept()

    def called(self, number: int, result: ToolResult) -> None:
        self._opened().called(number, result)

    def replied(self, replied: Replied) -> Key | None:
        return self._opened().replied(replied)

    def changed(self, label: str, state: State) -> None:
        if self._made:
            self._made.changed(label, state)

    def noted(self, marks: Marks) -> None:
        if self._made:
            self._made.noted(marks)

    def paid(self, used: TokensUsed, model: str, what: PaidBeside = PaidBeside.SUMMARY) -> None:
        if self._made:
            self._made.paid(used, model, what)

    def earlier_step(self) -> Step | None:
        return self._made.earlier_step() if self._made else None

    def undone(self) -> None:
        if self._made:
            self._made.undone()

    def answers(self, exchange: Exchange) -> Sequence[Exchange]:
        return self._opened().answers(exchange)

    def draft(self, text: str, setup: Setup) -> None:
        if self._made or text.strip():
            self._opened().draft(text, setup)

    def close(self) -> None:
        if self._made:
            self._made.close()

    def _opened(self) -> Journal:
        if self._made is None:
            self._made = self._make()
        return self._made
