"""The documents of an engine at a prompt: nothing waits for a server that does not answer."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest

from chatbot_cli.app import engine_in_time
from chatbot_cli.app.documents_in_use import DocumentsInUse
from chatbot_cli.app.engine_in_time import EngineInTime
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.documents import Documents
from chatbot_cli.chat.passages import CollectionReport, Passage, Standing
from chatbot_cli.commands.documents import document_commands
from chatbot_cli.errors import DocumentsError, NoSuchCollection
from tests.fakes import FakeLibrary, ScriptedModel, passage, setup_with
from tests.settings.home import Home


@dataclass
class SlowLibrary(FakeLibrary):
    """A FakeLibrary that answers when it is `there`."""

    there: Event = field(default_factory=Event)
    times: int = 0

    def collections(self) -> Sequence[CollectionReport]:
        self.times += 1
        self.there.wait()
        return super().collections()

    def check(self, names: Sequence[str]) -> None:
        self.there.wait()
        super().check(names)

    def standing(self, passages: Sequence[Passage]) -> Sequence[Standing]:
        self.there.wait()
        return super().standing(passages)


@pytest.fixture
def slow() -> Iterator[SlowLibrary]:
    library = SlowLibrary()
    yield library
    library.there.set()


def offered(library: EngineInTime) -> list[str]:
    conversation = Conversation(setup_with(ScriptedModel()), documents=Documents(library))
    return [text for text, _ in document_commands.completions("/docs ", conversation)]


def test_completions_offer_what_is_known_and_ask_again_meanwhile(
    slow: SlowLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_in_time, "AT_ONCE", 0.01)
    library = EngineInTime(slow)
    begun = time.monotonic()
    assert [offered(library) for _ in range(50)] == [[]] * 50
    assert time.monotonic() - begun < 1
    assert slow.times == 1
    slow.there.set()
    until(lambda: offered(library) == ["on notes"])
    slow.names = ("notes", "more")
    assert offered(library) == ["on notes"]
    monkeypatch.setattr(engine_in_time, "FRESH", 0.0)
    until(lambda: offered(library) == ["on notes", "on more"])


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_command_waits_for_a_short_time_and_says_so(slow: SlowLibrary) -> None:
    library = EngineInTime(slow, seconds=0.01)
    conversation = Conversation(setup_with(ScriptedModel()), documents=Documents(library))
    for line in ("/docs", "/docs on notes", "/docs update notes"):
        with pytest.raises(DocumentsError, match=r"not answered within 0\.01 seconds"):
            document_commands.run(line, conversation)
    assert conversation.setup.documents == ()
    assert Documents(library).standing([passage("text")]) == (Standing.UNKNOWN,)
    library.check(())
    slow.there.set()
    with suppress(DocumentsError):  # on a busy machine
        assert [one.name for one in library.collections()] == ["notes"]


def test_a_failure_of_the_server_is_the_failure_of_the_command(slow: SlowLibrary) -> None:
    slow.there.set()
    with pytest.raises(NoSuchCollection):
        EngineInTime(slow).check(["nots"])


def test_a_chat_asks_only_an_engine_in_this_way(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for url, kind in (("", DocumentsInUse), ("postgresql://ada@localhost/notes", EngineInTime)):
        settings = home.settle({"CHAT_DOCS_URL": url} if url else {})
        assert isinstance(DocumentsInUse(settings, home.folders.data).for_chat().library, kind)
