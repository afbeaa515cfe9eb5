"""The saved conversations, reached from outside of any chat and from inside of one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot_cli.errors import SessionNotFound
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.database.opening import DATABASE
from tests.sessions.saved_talk import SavedTalk
from tests.sessions.talks import NOON, talk


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
    [summary] = SavedSessions(tmp_path).insert([talk("How?", "So.")], NOON)
    SavedSessions(tmp_path).rename(summary.id, "Sorting")
    assert [path.name for path in tmp_path.iterdir()] == [DATABASE]  # SQLite's other files go with the last connection


async def test_a_chat_does_not_remove_the_conversation_it_is_in(tmp_path: Path) -> None:
    saved_talk = SavedTalk(tmp_path)
    await saved_talk.say("hello")
    [other] = saved_talk.archive.insert([talk("How?", "So.")], NOON)
    mine = saved_talk.archive.summary(saved_talk.session)
    assert saved_talk.archive.remove([mine, other]) == ([other], [mine])
    assert saved_talk.archive.sessions() == [mine]
    saved_talk.leave()


async def test_a_chat_and_a_command_outside_of_it_see_the_same(tmp_path: Path) -> None:
    saved_talk, outside = SavedTalk(tmp_path), SavedSessions(tmp_path)
    await saved_talk.say("How do I sort a list?")
    for saved in (saved_talk.archive, outside):
        saved.rename(saved_talk.session, "Sorting")
        assert saved.find("sort") == saved.summary(saved_talk.session)
        assert [hit.session for hit in saved.search("list")] == [saved_talk.session]
    assert outside.record(saved_talk.session) == saved_talk.archive.record(saved_talk.session)
    saved_talk.leave()
