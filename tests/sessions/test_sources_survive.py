"""The passages that a reply was sent survive whatever happens to its conversation."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.documents import Documents
from chatbot_cli.chat.events import Finished, ModelEvent, TextDelta
from chatbot_cli.chat.journal import SessionSummary
from chatbot_cli.chat.messages import Ending, Exchange, Request
from chatbot_cli.chat.passages import Passage, Place, Unit, Why
from chatbot_cli.chat.ports import Opened
from chatbot_cli.chat.state import State
from chatbot_cli.chat.transcript import Transcript
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.cli.session_listing import conversation
from chatbot_cli.commands.outcomes import Say
from chatbot_cli.errors import DocumentsError
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.database.opening import open_database
from chatbot_cli.sessions.exporting.unsaved import export_unsaved
from chatbot_cli.sessions.importing.reading import read_conversations
from chatbot_cli.sessions.importing.sources import sources_of
from tests.fakes import FakeLibrary, ScriptedModel, passage, setup_with
from tests.sessions.resumable_conversation import ResumableConversation

TEA = replace(passage("Tea is made with water.", first=3), headings=("Drinks", "Tea"), read="ab" * 32, score=2.5)
COFFEE = passage("Coffee is made with beans.", "notes/coffee.md", first=9, last=12)
SENT = (replace(TEA, number=1), replace(COFFEE, number=2))

WORDS = st.text("aé中🎉\ud800 \n\0[1]", max_size=12)
NAMES = WORDS.filter(bool)
PLACES = st.builds(
    lambda first, more, unit: Place(first, first + more, unit),
    st.integers(1, 10**6),
    st.integers(0, 50),
    st.sampled_from(Unit),
)
SOURCES = st.lists(
    st.builds(
        Passage,
        WORDS,
        st.just(""),
        NAMES,
        PLACES,
        WORDS,
        st.lists(NAMES, max_size=3).map(tuple),
        WORDS,
        score=st.floats(-100, 100),
        why=st.sampled_from(Why),
    ),
    max_size=4,
).map(lambda passages: tuple(replace(one, number=number) for number, one in enumerate(passages, 1)))


def numbered_of(folder: Path) -> Sequence[int]:
    with closing(open_database(folder)) as connection:
        return [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  names of ours
            for table in ("sources", "passages")
        ]


def files_with(folder: Path, word: bytes) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file() and word in path.read_bytes()}


def without_path(sources: Sequence[Passage]) -> list[Passage]:
    return [replace(one, path="") for one in sources]


@given(SOURCES)
@settings(max_examples=25, deadline=None)
def test_what_was_sent_is_exported_and_imported(sources: tuple[Passage, ...]) -> None:
    exchange = Exchange("How is tea made?", "With water [1].", sources=sources)
    state = replace(Conversation(setup_with(ScriptedModel())).state, exchanges=Transcript([exchange]))
    for form in ("json", "jsonl"):
        (record,) = read_conversations(export_unsaved(state, form, 0.0).text.encode(), at=0.0)
        (read,) = [message.reply.sources for message in record.thread if message.reply]
        assert read == sources


async def test_resume_undo_retry_alt_fork_and_import(tmp_path: Path) -> None:
    with closing(ResumableConversation(tmp_path, library=FakeLibrary([TEA, COFFEE]))) as resumable:
        await resumable.say("How is tea made?")
        resumable.come_back()
        assert resumable.chat.setup.documents == ("notes",)
        assert resumable.chat.exchanges[0].sources == SENT
        await resumable.retry()
        assert resumable.chat.exchanges[0].sources == SENT
        resumable.run("/alt")
        assert resumable.chat.exchanges[0].sources == SENT
        resumable.run("/undo 2")
        await resumable.say("And coffee?")
        resumable.run("/fork")
        resumable.come_back(resumable.session)
        assert [one.sources for one in resumable.chat.exchanges] == [SENT, SENT]
        assert numbered_of(tmp_path) == [6, 2]  # three replies, but each text once
        text = resumable.archive.export(resumable.session, "json").text
        (imported,) = resumable.archive.insert(read_conversations(text.encode(), at=0.0), 0.0)
        state = resumable.archive.open(imported.id).state
        assert [list(one.sources) for one in state.exchanges] == [without_path(SENT)] * 2
        assert state.setup.documents == ()  # a file does not decide which documents are sent


class Waiting:
    """A model that says a word and waits."""

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        yield TextDelta("With ")
        yield TextDelta("water")
        await asyncio.sleep(0)
        yield Finished(Ending.COMPLETE)


async def test_they_are_kept_with_the_first_word_of_the_reply(tmp_path: Path) -> None:
    with closing(ResumableConversation(tmp_path, model=Waiting(), library=FakeLibrary([TEA]))) as resumable:
        async with aclosing(resumable.chat.take_turn("How is tea made?")) as events:
            async for event in events:
                if isinstance(event, TextDelta) and event.text == "water":
                    assert numbered_of(tmp_path) == [1, 1]


async def test_they_are_kept_once_a_lock_is_gone_and_when_all_is_saved_again(tmp_path: Path) -> None:
    with closing(ResumableConversation(tmp_path, 0.05, library=FakeLibrary([TEA]))) as resumable:
        await resumable.say("How is tea made?")
        with closing(open_database(tmp_path)) as other:
            other.execute("BEGIN IMMEDIATE")
            await resumable.say("And now?")
            assert resumable.chat.journal.problem
        resumable.come_back()
        assert [len(one.sources) for one in resumable.chat.exchanges] == [1, 1]


async def test_a_removed_conversation_leaves_nothing_of_them(tmp_path: Path) -> None:
    secret = passage("The zyzzyva sits in the larder.", "notes/quokka.md")
    with closing(ResumableConversation(tmp_path, library=FakeLibrary([secret, TEA]))) as resumable:
        await resumable.say("Where?")
        first = resumable.archive.summary(resumable.session)
    with closing(ResumableConversation(tmp_path, library=FakeLibrary([TEA]))) as other:
        await other.say("How is tea made?")
    SavedSessions(tmp_path).remove([first])
    assert numbered_of(tmp_path) == [1, 1]
    assert not files_with(tmp_path, b"zyzzyva") | files_with(tmp_path, b"quokka")


async def test_rows_that_make_no_sense_are_left_out(tmp_path: Path) -> None:
    with closing(ResumableConversation(tmp_path, library=FakeLibrary([TEA, COFFEE]))) as resumable:
        await resumable.say("How is tea made?")
        for column, value in (
            ("first", "'x'"),
            ("unit", "'mile'"),
            ("headings", "'[['"),
            ("why", "7"),
            ("score", "''"),
        ):
            with closing(open_database(tmp_path)) as connection, connection:
                connection.execute(f"UPDATE sources SET {column} = {value} WHERE number = 2")  # noqa: S608  ours
            resumable.come_back()
            assert resumable.chat.exchanges[0].sources[0] == SENT[0]


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        {"number": 1},
        [None, [], {}, {"number": True, "first": 1, "name": "a", "text": "b"}],
        [{"number": 1, "first": 0, "name": "a", "text": "b"}, {"number": 1, "first": 1, "name": "", "text": "b"}],
        [{"number": 1, "first": 1, "name": "a" * 10_000, "text": "b"}, {"number": 2**80, "first": 1, "text": 1}],
    ],
)
def test_what_makes_no_sense_in_a_file_is_dropped(value: object) -> None:
    assert sources_of(value) == ()


def test_a_file_names_no_file_of_this_computer_and_each_number_once() -> None:
    entry = {"number": 1, "first": 4, "last": 2, "unit": "page", "name": "a.pdf", "text": "b", "path": "/etc/passwd"}
    entry |= {"headings": ["One", 2, "", "Two"], "score": float("inf"), "why": "because"}
    (one,) = sources_of([entry, {**entry, "text": "another"}])
    assert one == Passage("", "", "a.pdf", Place(4, 4, Unit.PAGE), "b", ("One", "Two"), number=1)


def exported(form: str, reply: str, *sources: Passage) -> str:
    exchange = Exchange("How is tea made?", reply, sources=sources)
    state = replace(Conversation(setup_with(ScriptedModel())).state, exchanges=Transcript([exchange]))
    return export_unsaved(state, form, 0.0).text


def test_pages_for_people_list_what_the_reply_cites() -> None:
    evil = replace(COFFEE, number=2, name="<b>*x*\x1b[31m", text="<script>alert(1)</script>")
    page = exported("html", "Cold [2].", replace(TEA, number=1), evil)
    assert "<details><summary>[2] &lt;b&gt;*x*␛[31m:9</summary>" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "Tea is made" not in page
    assert "2 passages sent, 1 not cited" in page
    assert "<details>" not in exported("html", "No idea.")
    markdown = exported("md", "With water [1].", replace(TEA, number=1), evil)
    assert markdown.rstrip().endswith(
        "Sources:\n\n- \\[1\\] notes/setup.md:3 · Drinks › Tea\n- *2 passages sent, 1 not cited*"
    )
    assert "Sources" not in exported("md", "No idea.")
    assert TEA.path not in "".join(exported(form, "Tea [1].", replace(TEA, number=1)) for form in ("json", "jsonl"))
    assert json.loads(exported("json", "Tea [1].", replace(TEA, number=1)))["messages"][-1]["sources"][0]["first"] == 3


async def test_a_conversation_goes_on_without_a_collection_that_is_gone(tmp_path: Path) -> None:
    library = FakeLibrary([TEA])
    with closing(ResumableConversation(tmp_path, library=library)) as resumable:
        await resumable.say("How is tea made?")
        about = resumable.session
        resumable.run("/fork")
        library.names = ("work",)
        outcome = resumable.run(f"/resume {about}")
        assert "The collection “notes” is not there any more: this conversation goes on without." in str(outcome)
        assert resumable.chat.setup.documents == ()
        assert [one.text for one in resumable.chat.exchanges[0].sources] == [TEA.text]
        await resumable.say("And now?")
        resumable.come_back(about)
        assert resumable.chat.setup.documents == ()


async def test_undo_does_not_bring_a_collection_back_that_is_gone(tmp_path: Path) -> None:
    library = FakeLibrary([TEA])
    with closing(ResumableConversation(tmp_path, library=library)) as resumable:
        resumable.chat.change_setup("/docs off", replace(resumable.chat.setup, documents=()))
        library.names = ("work",)
        gone = "The collection “notes” is not there any more: this conversation goes on without."
        assert resumable.run("/undo") == Say(f"Undone: /docs off.\n{gone}")
        assert resumable.chat.setup.documents == ()
        assert resumable.run("/undo") == Say("There is nothing to undo.")


class Unreachable(FakeLibrary):
    """One whose server is not there."""

    def check(self, names: Sequence[str]) -> None:
        raise DocumentsError("The server of the collections is not there.")


def test_a_library_that_cannot_be_reached_loses_no_collection() -> None:
    setup = replace(setup_with(ScriptedModel()), documents=("notes", "gone", "\x1b[2J"))
    opened = Opened(SessionSummary(1, "", 0.0, 0.0, 0, "", ""), State(setup), Unsaved())
    assert Documents(Unreachable()).without_lost(opened) == opened
    some = Documents(FakeLibrary()).without_lost(opened)
    assert some.state.setup.documents == ("notes",)
    assert some.notices == (
        "The collections “gone”, “␛[2J” are not there any more: this conversation goes on without.",
    )


async def test_a_saved_conversation_is_shown_with_what_its_replies_cite(tmp_path: Path) -> None:
    model = ScriptedModel("With beans [2].")
    evil = replace(COFFEE, name="notes/\x1b[2J\ncoffee.md")
    with closing(ResumableConversation(tmp_path, model=model, library=FakeLibrary([TEA, evil]))) as resumable:
        await resumable.say("How is coffee made?")
        about = resumable.archive.summary(resumable.session)
        shown = conversation(about, resumable.archive.record(resumable.session), 0.0)
        assert shown.endswith("Assistant: With beans [2].\n[2] notes/␛[2J coffee.md:9")
        assert resumable.archive.search("beans")
        assert not resumable.archive.search("water")  # what was sent is not what was said
