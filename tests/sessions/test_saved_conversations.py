"""Whatever one does in a conversation, and whenever one leaves it: it stands there as it was."""

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import pytest

from chatbot_cli.chat import transcript
from chatbot_cli.chat.context import Context
from chatbot_cli.chat.marks import NO_MARKS, Marks
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.window import select
from chatbot_cli.commands.outcomes import Draft
from chatbot_cli.errors import UsageError
from tests.sessions.resumable_conversation import ResumableConversation

Said = tuple[tuple[str, str], ...]  # questions with their answers


@dataclass(frozen=True)
class Moment:
    """What a conversation should be: all that was said, how much of it is not sent any more, and what is marked."""

    said: Said = ()
    trimmed: int = 0
    marks: Marks = NO_MARKS

    def first(self, count: int) -> "Moment":
        """After the first `count` exchanges."""
        return Moment(self.said[:count], min(self.trimmed, count), self.marks.of_first(count))


@dataclass
class Expected:
    """A conversation as simple as can be: where it stands, and where it stood before."""

    now: Moment = Moment()
    before: list[Moment] = field(default_factory=list)

    def go(self, moment: Moment) -> None:
        self.before.append(self.now)
        self.now = moment

    def undo(self) -> None:
        if self.before:
            self.now = self.before.pop()


class Walk:
    """Does one thing after another in a real conversation and in the expected one."""

    def __init__(self, folder: Path, chance: Random) -> None:
        self.real = ResumableConversation(folder)
        self.chance = chance
        self.expected = Expected()
        self.others: dict[int, Expected] = {}
        self.questions = 0

    async def step(self) -> str:
        deeds = (self.send, self.send, self.send, self.undo, self.retry, self.edit, self.alt, self.fork)
        deed = self.chance.choice((*deeds, self.mark, self.mark, self.reset, self.trim, self.resume, self.switch))
        await deed()
        return deed.__name__

    async def send(self) -> None:
        self.questions += 1
        # Now and then the same words, which must not be taken for the same message.
        text = f"question {self.questions if self.chance.random() < 0.8 else 'again'}"
        await self.real.say(text)
        self._answered(self.expected.now, text)

    async def retry(self) -> None:
        if self.expected.now.said:
            await self.real.retry()
            self._answered_anew()

    def _answered_anew(self) -> None:
        """The last question has another answer, and its pin."""
        now = self.expected.now
        before = now.first(len(now.said) - 1)
        self._answered(replace(before, marks=now.marks.keep(len(before.said))), now.said[-1][0])

    def _answered(self, before: Moment, text: str) -> None:
        answer = self.real.chat.exchanges[-1].assistant
        self.expected.go(replace(before, said=(*before.said, (text, answer))))

    async def undo(self) -> None:
        count = self.chance.randint(1, 3)
        self.real.run(f"/undo {count}")
        for _ in range(count):
            self.expected.undo()

    async def edit(self) -> None:
        now = self.expected.now
        if now.said:
            number = self.chance.randint(1, len(now.said))
            outcome = self.real.run(f"/edit {number}")
            assert isinstance(outcome, Draft)
            assert outcome.line == now.said[number - 1][0]
            if self.chance.random() < 0.8:  # else it is not sent, and nothing changes
                text = outcome.line + " edited" * self.chance.randint(0, 1)
                await self.real.say(text, outcome.after_exchange)
                if (number, text) == (len(now.said), now.said[-1][0]):  # the last question, as it is: a retry
                    self._answered_anew()
                else:
                    self._answered(now.first(number - 1), text)

    async def alt(self) -> None:
        now = self.expected.now
        if now.said:
            known = [exchange.assistant for exchange in self.real.chat.journal.answers(self.real.chat.exchanges[-1])]
            assert now.said[-1][1] in known
            self.real.run("/alt")
            if len(known) > 1:
                answer = known[(known.index(now.said[-1][1]) + 1) % len(known)]
                self.expected.go(replace(now, said=(*now.said[:-1], (now.said[-1][0], answer))))

    async def fork(self) -> None:
        if self.expected.now.said:
            self.others[self.real.session] = self.expected
            self.real.run("/fork")
            self.expected = Expected(self.expected.now, [*self.expected.before])
            assert self.real.session not in self.others

    async def reset(self) -> None:
        self.real.run("/reset")
        if self.expected.now != Moment():  # else it is no step
            self.expected.go(Moment())

    async def trim(self) -> None:
        now = self.expected.now
        keep = self.chance.randint(0, 3)
        self.real.run(f"/trim {keep}")
        if keep < len(now.said) - now.trimmed:
            self.expected.go(replace(now, trimmed=len(now.said) - keep))

    async def mark(self) -> None:
        now = self.expected.now
        if now.said:
            number = self.chance.randrange(len(now.said))
            verb = self.chance.choice(("pin", "unpin", "drop", "keep"))
            marks: Marks = getattr(now.marks, verb)(number)
            refused = ""
            try:
                self.real.run(f"/{verb} {number + 1}")
            except UsageError as error:
                refused = str(error)
            assert not refused or marks == now.marks or "pins may take" in refused
            if marks != now.marks and not refused:
                self.expected.go(replace(now, marks=marks))

    async def resume(self) -> None:
        if self.real.chat.journal.session is not None:
            self.real.come_back()

    async def switch(self) -> None:
        """Go to another conversation by a command, and later perhaps back."""
        if self.others and self.real.chat.journal.session is not None:
            other = self.chance.choice(list(self.others))
            self.others[self.real.session] = self.expected
            self.real.run(f"/resume {other}")
            assert self.real.session == other
            self.expected = self.others.pop(other)

    def check(self) -> None:
        chat, now = self.real.chat, self.expected.now
        if self.chance.random() < 0.5:  # whatever is read first
            chat.window()
        assert [(exchange.user, exchange.assistant) for exchange in chat.exchanges] == list(now.said)
        assert (chat.state.trimmed, chat.state.marks) == (now.trimmed, now.marks)
        plain = tuple(Exchange(*both) for both in now.said)  # the same, on the shortest way
        window = select(Context(chat.setup.head, plain, (), now.trimmed, now.marks), chat.limits, chat.setup.count)
        assert (chat.window().begin, chat.window().numbers) == (window.begin, window.numbers)
        roles = [message.role for message in chat.window("one more").messages]
        assert roles == ["system", *["user", "assistant"] * ((len(roles) - 2) // 2), "user"]
        assert all(message.content for message in chat.window("one more").messages)
        assert chat.journal.problem is None


@pytest.mark.parametrize("seed", range(60))
def test_a_conversation_is_what_was_done_in_it(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript, "PAGE", 3)  # so that a short conversation has many pages

    async def walk() -> None:
        walked = Walk(tmp_path, Random(seed))
        walked.real.run("/window 4 exchanges" if seed % 2 else "/window 40 tokens")
        walked.expected.go(Moment())
        await walked.send()
        done = []
        for _ in range(40):
            done.append(await walked.step())
            try:
                walked.check()
            except AssertionError as error:
                raise AssertionError(f"after {done}") from error
        for session, expected in walked.others.items():
            walked.real.come_back(session)
            walked.expected = expected
            walked.check()
        walked.real.close()

    asyncio.run(walk())
