"""/sources and /docs: what a reply was answered from, and what the next ones are answered from."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from chatbot_cli.app.slash_commands import slash_commands
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.documents import Documents
from chatbot_cli.chat.passages import CollectionReport, Passage, Place, Standing, Unit, Why
from chatbot_cli.commands.outcomes import OpenSource, Outcome, Say, Show, UpdateDocuments
from chatbot_cli.commands.sources import text_of
from chatbot_cli.errors import NoSuchCollection, SettingsError, UsageError
from chatbot_cli.text.chart import plain_lines
from tests.chat.turns import take_turn
from tests.fakes import FakeLibrary, FakeSetups, ScriptedModel, passage, setup_with

SETUP = replace(
    passage("Run it twice.\n\tThen\x1b[31m rest.", first=12, last=13),
    headings=("Install", "macOS"),
    score=7.123,
    why=Why.BOTH,
)
REPORT = Passage("notes", "/home/ada/report.pdf", "notes/report.pdf", Place(14, 15, Unit.PAGE), "Profits rise.")


class Reader:
    """A conversation about two passages, and its commands."""

    def __init__(self, *replies: str, on: tuple[str, ...] = ("notes",)) -> None:
        self.library = FakeLibrary([SETUP, REPORT], names=("manual", "notes"))
        setup = replace(setup_with(ScriptedModel(*replies)), documents=on)
        self.conversation = Conversation(setup, documents=Documents(self.library))
        self.commands = slash_commands(FakeSetups())

    def type(self, line: str) -> Outcome:
        return self.commands.run(line, self.conversation)

    def read(self, line: str, columns: int | None = None) -> str:
        outcome = self.type(line)
        if isinstance(outcome, Show):
            return "\n".join(plain_lines(outcome.chart, columns))
        assert isinstance(outcome, Say)
        return outcome.text

    async def ask(self) -> None:
        await take_turn(self.conversation, "How?")


async def test_all_passages_of_the_last_reply_are_listed_with_what_is_known_of_them() -> None:
    reader = Reader("Twice [1], and [7]. It says “run it three times and then rest for a while”.")
    reader.library.standings = {REPORT.path: Standing.GONE}
    await reader.ask()
    listed = reader.read("/sources")
    assert listed.splitlines() == [
        "Exchange 1: 2 passages from 2 documents",
        "       passage                      under  tokens  score  why",
        "• [1]  notes/setup.md:12            macOS       5   7.12  both",
        "  [2]  notes/report.pdf, pp. 14–15              2         words  deleted",
        "[7] was not sent: there is no such passage.",
        "Quoted, but not found in the passages: “run it three times and then rest for a while”",
        "• is cited.",
        "/sources 1 shows a text, /sources open 1 opens its file there.",
    ]
    narrow = reader.read("/sources", 38).splitlines()
    assert all(mark in narrow[3] for mark in ("[2]", "p. 14", "deleted"))


async def test_a_text_is_shown_with_the_numbers_of_its_lines_and_cannot_act_on_the_terminal() -> None:
    reader = Reader("Twice [1].")
    reader.library.standings = {SETUP.path: Standing.CHANGED}
    await reader.ask()
    assert reader.read("/sources 1").splitlines() == [
        "[1] /home/ada/notes/setup.md:12 · Install › macOS · lines 12–13 · changed since",
        "12  Run it twice.",
        "13      Then␛[31m rest.",
    ]
    assert text_of(replace(REPORT, number=2)).splitlines() == [
        "[2] /home/ada/report.pdf, pp. 14–15",
        "Profits rise.",
    ]


async def test_a_passage_is_opened_also_one_of_an_earlier_reply() -> None:
    reader = Reader("Twice [1].", "Nothing.")
    await reader.ask()
    assert reader.type("/sources open [2]") == OpenSource(reader.conversation.exchanges[0].sources[1], 14)
    reader.type("/docs off")
    await reader.ask()
    with pytest.raises(UsageError, match="The last reply was not answered from documents") as caught:
        reader.type("/sources")
    assert caught.value.hint == "/sources of 1 lists those of an earlier one."
    assert reader.type("/sources open 1 of 1") == OpenSource(reader.conversation.exchanges[0].sources[0], 12)
    assert "2 passages" in reader.read("/sources of 1")
    assert reader.commands.completions("/sources open 2", reader.conversation) == [
        ("open 2 of 1", "notes/report.pdf, pp. 14–15")
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/sources 3", "There is no passage “3”: 2 passages were sent."),
        ("/sources x", "takes a whole number, not “x”"),
        ("/sources open", "wants the number of a passage"),
        ("/sources of 9", "There is no exchange 9: the conversation has 1 exchange."),
    ],
)
async def test_what_is_not_there_is_said(line: str, says: str) -> None:
    reader = Reader("Twice [1].")
    await reader.ask()
    with pytest.raises(UsageError, match=says):
        reader.type(line)


def test_without_a_reply_there_are_no_sources() -> None:
    with pytest.raises(UsageError, match="no reply yet"):
        Reader().type("/sources")


def test_documents_are_listed_switched_on_and_off_and_undone() -> None:
    reader = Reader(on=())
    listed = reader.read("/docs").splitlines()
    assert [line.split()[0] for line in listed[1:3]] == ["manual", "notes"]
    assert reader.read("/docs on notes") == "From here on, answers come from notes (1 document)."
    assert "answers come from notes, manual" in reader.read("/docs on manual")
    assert reader.conversation.setup.documents == ("notes", "manual")
    assert "documents" in reader.conversation.setup.chosen
    assert reader.read("/docs off notes") == "From here on, answers come from manual."
    reader.type("/undo")
    assert reader.conversation.setup.documents == ("notes", "manual")
    assert reader.read("/docs off") == "From here on, answers come from the model alone."
    assert not reader.conversation.setup.documents
    assert reader.read("/docs off") == "No documents are on."


def test_documents_are_updated_by_another_process() -> None:
    reader = Reader()
    assert reader.type("/docs update") == UpdateDocuments(("notes",))
    assert reader.type("/docs update manual") == UpdateDocuments(("manual",))


@pytest.mark.parametrize("line", ["/docs on nots", "/docs nots", "/docs update nots"])
def test_a_collection_that_is_not_there_is_named(line: str) -> None:
    with pytest.raises(NoSuchCollection):
        Reader().type(line)


def test_a_name_alone_switches_on_and_names_are_completed() -> None:
    reader = Reader()
    assert "answers come from notes, manual" in reader.read("/docs manual")
    reader.type("/undo")
    offered = [text for text, _ in reader.commands.completions("/docs o", reader.conversation)]
    assert offered == ["off", "on manual", "off notes"]


def test_completion_is_silent_where_the_settings_let_no_document_be_found() -> None:
    class Unset(FakeLibrary):
        def collections(self) -> Sequence[CollectionReport]:
            raise SettingsError("embedding_model takes numpy.")

    reader = Reader()
    reader.conversation.documents = Documents(Unset())
    assert [text for text, _ in reader.commands.completions("/docs o", reader.conversation)] == ["off"]


def test_a_persona_whose_documents_are_not_there_is_refused() -> None:
    reader = Reader()
    lost = replace(reader.conversation.setup, persona="guide", documents=("atlas",))
    commands = slash_commands(FakeSetups({"guide": lost}))
    with pytest.raises(NoSuchCollection):
        commands.run("/persona guide", reader.conversation)
    assert reader.conversation.setup.documents == ("notes",)
