"""The saved conversations, reached from outside of any chat and from inside of one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot_cli.errors import SessionNotFound
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.database.opening import DATABASE
from tests.sessions.records_to_export import NOON, record_of
from tests.sessions.resumable_conversation import ResumableConversation


@pytest.mark.parametrize(
    "call",
    [
        SavedSessions.sessions,
        lambda saved: saved.older_than(NOON),
        lambda saved: saved.search("word"),
        lambda saved: saved.find("1"),
        lambda saved: saved.summary(1),
        lambda saved: saved.export(1, "md"),
        lambda saved: saved.rename(1, "Sorting"),
    ],
)
def test_where_nothing_is_saved_no_call_makes_a_file(tmp_path: Path, call: Callable[[SavedSessions], object]) -> None:
    with pytest.raises(SessionNotFound, match="no saved conversations yet"):
        call(SavedSessions(tmp_path / "data"))
    assert not (tmp_path / "data").exists()


def test_each_call_from_outside_closes_the_database(tmp_path: Path) -> None:
    [summary] = SavedSessions(tmp_path).insert([record_of("How?", "So.")], NOON)
    SavedSessions(tmp_path).rename(summary.id, "Sorting")
    assert [path.name for path in tmp_path.iterdir()] == [DATABASE]  # SQLite's other files go with the last connection


async def test_a_chat_does_not_remove_the_conversation_it_is_in(tmp_path: Path) -> None:
    resumable = ResumableConversation(tmp_path)
    await resumable.say("hello")
    [other] = resumable.archive.insert([record_of("How?", "So.")], NOON)
    mine = resumable.archive.summary(resumable.session)
    assert resumable.archive.remove([mine, other]) == ([other], [mine])
    assert resumable.archive.sessions() == [mine]
    resumable.close()


async def test_a_chat_and_a_command_outside_of_it_see_the_same(tmp_path: Path) -> None:
    resumable, outside = ResumableConversation(tmp_path), SavedSessions(tmp_path)
    await resumable.say("How do I sort a list?")
    for saved in (resumable.archive, outside):
        saved.rename(resumable.session, "Sorting")
        assert saved.find("sort") == saved.summary(resumable.session)
        assert [hit.session for hit in saved.search("list")] == [resumable.session]
    assert outside.record(resumable.session) == resumable.archive.record(resumable.session)
    resumable.close()
