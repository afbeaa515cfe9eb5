"""Pins, drops and a summary survive whatever happens to their conversation."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.marks import NO_MARKS, Marks, Summary
from chatbot_cli.chat.ports import Journal
from chatbot_cli.chat.unsaved import Unsaved
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.database.opening import DATABASE
from chatbot_cli.sessions.deferred_journal import DeferredJournal
from chatbot_cli.sessions.importing.reading import read_conversations
from tests.chat.turns import say
from tests.fakes import setup_with
from tests.sessions.resumable_conversation import CountingModel, ResumableConversation

SUMMARY = Summary("A confidential tale.", 3, by_user=True, begin=1, without=frozenset({2}))
ALL = Marks(frozenset({0, 2}), frozenset({1}), SUMMARY)


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[ResumableConversation]:
    """Three exchanges, two of them pinned, one dropped; then a summary was made in the background."""
    talk = ResumableConversation(tmp_path)
    for text in ("one", "two", "three"):
        await talk.say(text)
    for line in ("/pin 1", "/drop 2", "/pin 3"):
        talk.run(line)
    note(talk, ALL)
    yield talk
    talk.close()


def note(talk: ResumableConversation, marks: Marks) -> None:
    """What a summary made in the background does: it changes the state without a step."""
    talk.chat.note(marks)


async def test_resuming_and_undoing_afterwards(talk: ResumableConversation) -> None:
    talk.come_back()
    assert talk.chat.state.marks == ALL
    talk.run("/undo")
    assert talk.chat.state.marks == Marks(frozenset({0}), frozenset({1}))
    talk.come_back()
    talk.run("/undo 2")
    assert talk.chat.state.marks == NO_MARKS
    assert len(talk.chat.exchanges) == 3


async def test_a_summary_that_was_taken_away_stays_away(talk: ResumableConversation) -> None:
    away = replace(ALL, summary=Summary("", 2, by_user=True))
    talk.chat.note(away)
    talk.come_back()
    assert talk.chat.state.marks == away


async def test_a_further_exchange_keeps_them_and_undo_goes_back_to_them(talk: ResumableConversation) -> None:
    await talk.say("four")
    talk.come_back()
    assert talk.chat.state.marks == ALL
    note(talk, replace(ALL, summary=Summary("Another tale.", 2)))
    talk.run("/undo")
    assert talk.chat.state.marks == ALL


async def test_a_fork_has_them_and_shares_none_of_its_own(talk: ResumableConversation) -> None:
    origin = talk.session
    talk.run("/fork")
    talk.run("/unpin 1")
    talk.come_back()
    assert talk.chat.state.marks == ALL.unpin(0)
    talk.come_back(origin)
    assert talk.chat.state.marks == ALL


async def test_another_file_holds_them_with_what_can_be_undone(talk: ResumableConversation) -> None:
    for file in talk.folder.iterdir():
        file.unlink()
    await talk.say("four")
    talk.come_back()
    assert talk.chat.state.marks == ALL
    talk.run("/undo 2")
    assert talk.chat.state.marks == Marks(frozenset({0}), frozenset({1}))


async def test_a_conversation_that_was_removed_elsewhere_is_saved_with_them(talk: ResumableConversation) -> None:
    with closing(sqlite3.connect(talk.folder / DATABASE)) as other, other:
        for table in ("steps", "messages", "sessions", "marks"):
            other.execute(f"DELETE FROM {table}")  # noqa: S608  names of ours
    await talk.say("four")
    await talk.say("five")
    talk.come_back()
    assert (talk.chat.state.marks, len(talk.chat.exchanges)) == (ALL, 5)


async def test_an_export_and_its_import_have_them(talk: ResumableConversation) -> None:
    (record,) = read_conversations(talk.archive.export(talk.session, "json").text.encode(), at=0.0)
    assert record.marks == ALL
    (imported,) = talk.archive.insert([record], 1.0)
    talk.come_back(imported.id)
    assert talk.chat.state.marks == ALL


async def test_what_a_fork_notes_on_a_step_of_its_origin_is_its_own(talk: ResumableConversation) -> None:
    origin = talk.session
    talk.chat.go_to(talk.archive.fork(talk.chat.state, talk.chat.journal))
    fork = talk.session
    talk.run("/undo")
    talk.chat.note(replace(talk.chat.state.marks, summary=Summary("The fork's.", 1)))

    talk.come_back(origin)
    talk.run("/undo")
    marks_of_origin = talk.chat.state.marks
    talk.come_back(fork)

    assert marks_of_origin.summary is None or marks_of_origin.summary.text != "The fork's."
    assert talk.chat.state.marks.summary == Summary("The fork's.", 1)


async def test_a_removed_conversation_leaves_no_trace_of_its_summary(talk: ResumableConversation) -> None:
    talk.close()
    saved = SavedSessions(talk.folder)
    assert any(b"confidential" in file.read_bytes() for file in talk.folder.iterdir())
    saved.remove(saved.sessions())
    assert not any(b"confidential" in file.read_bytes() for file in talk.folder.iterdir())


async def test_what_is_noted_before_anything_is_said_begins_no_conversation(tmp_path: Path) -> None:
    talk, begun = ResumableConversation(tmp_path / "chats"), list[Journal]()

    def begin() -> Journal:
        begun.append(talk.archive.begin())
        return begun[-1]

    talk.chat = Conversation(talk.chat.setup, journal=DeferredJournal(begin))
    note(talk, NO_MARKS.pin(0))
    assert talk.chat.state.marks == NO_MARKS.pin(0)
    assert (begun, talk.folder.exists()) == ([], False)

    await talk.say("one")
    note(talk, NO_MARKS.drop(0))
    talk.come_back()
    assert (len(begun), talk.chat.state.marks) == (1, NO_MARKS.drop(0))
    talk.close()


async def test_where_nothing_is_saved_marks_last_as_long_as_the_conversation() -> None:
    chat = Conversation(setup_with(CountingModel()), journal=Unsaved())
    chat.note(ALL)
    assert (chat.state.marks, chat.journal.session, chat.journal.earlier_step()) == (ALL, None, None)
    await say(chat, "one")
    assert chat.state.marks == ALL
    chat.undo()
    assert chat.state.marks == ALL
