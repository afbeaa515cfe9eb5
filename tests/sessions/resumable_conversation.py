"""Conversations that are saved, with a model that answers each question in its own way."""

from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.documents import Documents
from chatbot_cli.chat.events import Finished, ModelEvent, TextDelta
from chatbot_cli.chat.messages import Ending, Request
from chatbot_cli.chat.model import ChatModel
from chatbot_cli.chat.ports import Exported
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.commands.branches import branch_commands
from chatbot_cli.commands.marks import mark_commands
from chatbot_cli.commands.memory import memory_commands
from chatbot_cli.commands.outcomes import Outcome
from chatbot_cli.commands.registry import Commands
from chatbot_cli.commands.sessions import SessionCommands
from chatbot_cli.sessions.resuming import ResumableSessions
from chatbot_cli.sessions.setup_json import setup_from_json
from tests.fakes import AnyWords, FakeLibrary, model_with, setup_with


@dataclass
class CountingModel:
    """Answers with the number of the answer, so that no two are alike, and keeps what it was sent."""

    requests: list[Request] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        self.requests.append(request)
        yield TextDelta("answer ")
        yield TextDelta(f"{next(self._numbers)}")
        yield Finished(Ending.COMPLETE)


class ResumableConversation:
    """A conversation in a folder of its own, that can be left and resumed from what is saved alone.

    Its model answers each question in its own way, or is the `model` that is given. With a `library`, it answers from
    the collection "notes".
    """

    def __init__(
        self,
        folder: Path,
        patience: float = 5.0,
        *,
        model: ChatModel | None = None,
        tools: Tools | None = None,
        library: FakeLibrary | None = None,
    ) -> None:
        self.folder = folder
        self.patience = patience
        self.model = CountingModel()
        self.asked = model or self.model
        self.tools = tools
        self.time = 1_700_000_000.0
        self.archive = self._archive()
        self.documents = Documents(library) if library else None
        setup = replace(setup_with(self.asked), documents=("notes",) if library else ())
        self.chat = Conversation(setup, journal=self.archive.begin(), tools=self.tools, documents=self.documents)

    def _archive(self) -> ResumableSessions:
        return ResumableSessions(self.folder, self.revive, now=self.now, patience=self.patience)

    def now(self) -> float:
        self.time += 1
        return self.time

    def revive(self, saved: Mapping[str, object]) -> Setup:
        return setup_from_json(saved, lambda spec, base_url: model_with(self.asked, spec=spec), AnyWords)

    @property
    def session(self) -> int:
        assert self.chat.journal.session is not None
        return self.chat.journal.session

    async def say(self, text: str, after_exchange: int | None = None) -> None:
        async for _ in self.chat.take_turn(text, after_exchange):
            pass

    async def retry(self) -> None:
        async for _ in self.chat.retry():
            pass

    def run(self, line: str) -> Outcome:
        """Do what a slash-command says."""
        commands = Commands()
        commands.include(memory_commands)
        commands.include(branch_commands)
        commands.include(mark_commands)
        SessionCommands(lambda: self.archive, self.now, lambda state, form, raw: Exported("")).register(commands)
        return commands.run(line, self.chat)

    def close(self) -> None:
        """End the program properly."""
        self.chat.journal.close()
        self.archive.close()

    def come_back(self, session: int | None = None) -> str:
        """Start the program anew, go on with a conversation, and return the draft."""
        self.close()  # first: it may save the conversation under another number
        session = self.session if session is None else session
        self.archive = self._archive()
        self.chat = Conversation(setup_with(self.asked), tools=self.tools, documents=self.documents)
        opened = self.archive.open(session)
        self.chat.go_to(opened)
        return opened.draft
