"""What lets several models be asked at once: a gate that opens when all are ready; a journal and a budget for each."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from chatbot_cli.chat.answer_ports import Answers
from chatbot_cli.chat.budget import Budget
from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.growing_text import GrowingText
from chatbot_cli.chat.journal import Asked, Calling, Replied
from chatbot_cli.chat.messages import Key
from chatbot_cli.chat.ports import Journal
from chatbot_cli.chat.reply_so_far import ReplySoFar
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.chat.usage_sums import PaidBeside
from chatbot_cli.chat.window import Window


class Gate:
    """Requests wait here until each of `count` is ready or has failed: then the question is kept, and all are checked.

    `requests` and `asked` are those that wait, by number.
    """

    def __init__(self, count: int, whole: Budget) -> None:
        self.whole, self.requests, self.asked = whole, dict[int, tuple[Window, Setup]](), dict[int, Asked]()
        self.answers: Answers | None = None
        self.most: Mapping[int, float] = {}
        self._missing = set(range(count))
        self._all_there, self._opened = asyncio.Event(), asyncio.Event()

    async def passed(self, number: int, window: Window, setup: Setup) -> None:
        """Wait until the request may be sent."""
        self.requests[number] = window, setup
        self.leave(number)
        await self._opened.wait()

    def leave(self, number: int) -> None:
        """Do not wait for this one any more."""
        self._missing.discard(number)
        if not self._missing:
            self._all_there.set()

    async def all_there(self) -> None:
        """Wait until each is ready or has failed."""
        await self._all_there.wait()

    def open(self, answers: Answers, most: Mapping[int, float]) -> None:
        """Let all be sent, each of which may cost the `most`."""
        self.answers, self.most = answers, most
        self._opened.set()


class JournalOfOne(Unsaved):
    """The journal of one of several answers. What comes is kept by that of the conversation; `setup` is its own."""

    def __init__(self, number: int, gate: Gate, journal: Journal, setup: Setup) -> None:
        super().__init__()
        self._number, self._gate, self._journal, self._setup = number, gate, journal, setup

    async def asked(self, asked: Asked) -> None:
        kept_after = replace(asked.kept_after, setup=self._setup)
        self._gate.asked[self._number] = asked = replace(asked, answerer=asked.model, kept_after=kept_after)
        if self._gate.answers:
            self._gate.answers.asked_again(self._number, asked)

    def arrived(self, reply: GrowingText, thoughts: Thoughts | None = None) -> None:
        if self._gate.answers:
            self._gate.answers.arrived(self._number, reply, thoughts)

    def calling(self, calling: Calling) -> None:
        self.arrived(GrowingText())  # what it said before is a part of the round, which is kept at its end

    def replied(self, replied: Replied) -> Key | None:
        return self._gate.answers.replied(self._number, replace(replied, learned=None)) if self._gate.answers else None

    def paid(self, used: TokensUsed, model: str, what: PaidBeside = PaidBeside.SUMMARY) -> None:
        self._journal.paid(used, model, what)


class BudgetOfOne(Budget):
    """The budget of one of several answers: its first request waits at the gate."""

    def __init__(self, number: int, gate: Gate, journal: Journal) -> None:
        super().__init__()
        self._number, self._gate, self._journal, self._is_sent = number, gate, journal, False

    async def check(self, window: Window, setup: Setup, journal: Journal, *, after: ReplySoFar | None = None) -> None:
        if self._is_sent:
            await super().check(window, setup, self._journal, after=after)
            return
        await self._gate.passed(self._number, window, setup)
        self._is_sent = True
        self.begin_one(self._gate.whole, self._gate.most, self._number)

    def replied(self, used: TokensUsed | None) -> None:
        if self._is_sent:
            self._gate.whole.replied_to_one(used, self)
