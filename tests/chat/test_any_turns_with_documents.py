"""Whatever happens to a conversation with documents and tools, in the real database: the next question is answered."""

from collections.abc import AsyncGenerator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.documents import Documents
from chatbot_cli.chat.events import ModelEvent
from chatbot_cli.chat.messages import Request
from chatbot_cli.errors import ContextTooLong
from tests.chat.test_any_turns_with_tools import OTHERS, TURNS, CheckingModel, WithTools, do, replies, turn_of
from tests.fakes import FakeLibrary, passage, setup_with

PASSAGES = [passage(f"Passage {number} " + "word " * (5 * number), first=number) for number in range(1, 9)]
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*TURNS, *TURNS, *OTHERS, "documents", "passages", "server"]),
        st.integers(0, 23),
        st.lists(replies(), max_size=3),
        st.integers(0, 9) | st.just(1000),
    ),
    min_size=2,
    max_size=10,
)


@dataclass
class SmallServer(CheckingModel):
    """One that refuses what has more words than it holds, and says how many these are if it is asked to."""

    holds: int = 1_000_000
    says: bool = True

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        assert not any("<documents id" in one.content for one in request.messages if one.role != "user")
        assert sum(one.content.count("</documents id") for one in request.messages) <= 1  # those of one question
        if sum(len(one.content.split()) for one in request.messages) > self.holds:
            raise ContextTooLong("Too long.", limit=self.holds if self.says else None)
        async for event in super().stream(request):
            yield event


class WithDocuments(WithTools):
    """A saved conversation that answers from documents and may call tools."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.checking = self.server = SmallServer()
        self.library = FakeLibrary(PASSAGES)
        self.documents = Documents(self.library, most_tokens=100)
        setup = replace(setup_with(self.checking), documents=("notes",))
        self.chat = Conversation(setup, journal=self.archive.begin(), tools=self.tools, documents=self.documents)

    def come_back(self, session: int | None = None) -> str:
        self.close()
        session = self.session if session is None else session
        self.archive = self._archive()
        self.chat = Conversation(setup_with(self.checking), tools=self.tools, documents=self.documents)
        opened = self.archive.open(session)
        self.chat.go_to(opened)
        return opened.draft


def change(chat: WithDocuments, what: str, number: int) -> None:
    """Do one thing that is no turn."""
    match what:
        case "documents":
            names = ("notes",) if number % 3 else ()
            chat.chat.change_setup("documents", replace(chat.chat.setup, documents=names))
        case "passages":
            chat.library.passages, chat.library.is_whole = PASSAGES[number % 8 :], number % 2 == 0
        case "server":
            chat.server.holds, chat.server.says = (1_000_000, 400, 250, 150)[number % 4], number % 2 == 0
        case _:
            do(chat, what, number)


@given(STEPS)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
async def test_the_next_question_is_answered(tmp_path: Path, steps: list[tuple]) -> None:  # type: ignore[type-arg]  # any
    with closing(WithDocuments(Path(mkdtemp(dir=tmp_path)))) as chat:
        for what, number, scripts, stop in steps:
            chat.server.scripts, chat.server.has_refused_them = [*scripts], False
            if turn := turn_of(chat.chat, what, number):
                await chat.take(turn, stop)
            else:
                change(chat, what, number)
        chat.server.scripts, chat.server.has_refused_them = [], False
        chat.chat.change(
            "nothing is pinned", replace(chat.chat.state, marks=replace(chat.chat.state.marks, pinned=frozenset()))
        )
        chat.chat.change_setup("a model", replace(chat.chat.setup, model=chat.model_named("fake"), learned_tokens=None))
        chat.chat.change_setup("documents", replace(chat.chat.setup, documents=("notes",)))
        await chat.take(chat.chat.take_turn("At last?"), 1000)
        last = chat.chat.exchanges[-1]
        assert (last.user, last.assistant) == ("At last?", "Well.")
        assert [one.number for one in last.sources] == [*range(1, len(last.sources) + 1)]
        kept = chat.chat.exchanges
        chat.come_back()
        assert chat.chat.exchanges == kept
