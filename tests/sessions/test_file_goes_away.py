"""The database's file is moved, removed or replaced under a running chat: the conversation is saved all the same."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.database.failures import DATABASE
from tests.sessions.resumable_conversation import ResumableConversation


def remove_the_file(folder: Path) -> None:
    (folder / DATABASE).unlink()


def remove_all_files(folder: Path) -> None:
    for path in folder.glob(f"{DATABASE}*"):
        path.unlink()


def remove_the_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def move_the_file(folder: Path) -> None:
    (folder / DATABASE).rename(folder.parent / "moved.db")


def move_the_folder(folder: Path) -> None:
    folder.rename(folder.parent / "moved")


def put_a_backup_in_its_place(folder: Path) -> None:
    os.replace(folder.parent / "backup.db", folder / DATABASE)


def copy_a_backup_over_it(folder: Path) -> None:
    shutil.copyfile(folder.parent / "backup.db", folder / DATABASE)
    for suffix in ("-wal", "-shm"):
        (folder / f"{DATABASE}{suffix}").unlink()


def overwrite_it(folder: Path) -> None:
    (folder / DATABASE).write_bytes(b"not a database any more " * 1000)


def make_it_empty(folder: Path) -> None:
    os.truncate(folder / DATABASE, 0)


def put_a_file_there(folder: Path) -> None:
    folder.write_text("a file in place of the folder")


LOSSES = (
    remove_the_file,
    remove_all_files,
    remove_the_folder,
    move_the_file,
    move_the_folder,
    put_a_backup_in_its_place,
)
DAMAGES = (copy_a_backup_over_it, overwrite_it, make_it_empty)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for the chat, beside a backup that holds another conversation of ten exchanges."""
    return tmp_path / "chat"


def back_up(folder: Path) -> None:
    saved_now, backup = sqlite3.connect(folder / DATABASE), sqlite3.connect(folder.parent / "backup.db")
    with closing(saved_now), closing(backup):
        saved_now.backup(backup)


async def talk(folder: Path) -> ResumableConversation:
    """A conversation of three exchanges, one of them with two answers; a backup was made when it had one."""
    resumable = ResumableConversation(folder)
    await resumable.say("first")
    back_up(folder)
    await resumable.say("second")
    await resumable.retry()
    await resumable.say("third")
    return resumable


def saved(resumable: ResumableConversation) -> tuple[Exchange, ...]:
    """The conversation as the next start finds it."""
    resumable.come_back()
    return tuple(resumable.chat.exchanges)


@pytest.mark.parametrize("lose", LOSSES)
async def test_the_next_question_saves_all_of_the_conversation_in_a_new_file(
    lose: Callable[[Path], None], folder: Path
) -> None:
    with closing(await talk(folder)) as resumable:
        lose(folder)
        await resumable.say("fourth")
        before = tuple(resumable.chat.exchanges)
        (notice,) = resumable.chat.journal.take_notices()
        assert f"as number {resumable.session}." in notice
        assert resumable.chat.journal.take_notices() == []
        assert resumable.chat.journal.problem is None
        assert [one.user for one in before] == ["first", "second", "third", "fourth"]
        assert saved(resumable) == before


@pytest.mark.parametrize("lose", LOSSES)
async def test_what_could_be_undone_and_the_other_answers_are_taken_along(
    lose: Callable[[Path], None], folder: Path
) -> None:
    with closing(await talk(folder)) as resumable:
        lose(folder)
        resumable.run("/undo")
        assert [one.user for one in saved(resumable)] == ["first", "second"]
        resumable.run("/alt")
        assert resumable.chat.exchanges[-1].assistant == "answer 2"
        resumable.run("/undo 2")
        assert resumable.chat.exchanges[-1].assistant == "answer 2"


@pytest.mark.parametrize("lose", LOSSES)
async def test_leaving_saves_the_conversation_too(lose: Callable[[Path], None], folder: Path) -> None:
    with closing(await talk(folder)) as resumable:
        before = tuple(resumable.chat.exchanges)
        lose(folder)
        assert saved(resumable) == before


@pytest.mark.parametrize("lose", [*LOSSES, *DAMAGES])
async def test_a_reply_that_is_arriving_goes_on_in_the_new_file(lose: Callable[[Path], None], folder: Path) -> None:
    with closing(await talk(folder)) as resumable:
        events = resumable.chat.take_turn("fourth")
        await anext(events)
        lose(folder)
        async for _ in events:
            pass
        await resumable.say("fifth")
        before = tuple(resumable.chat.exchanges)
        assert [one.user for one in before] == ["first", "second", "third", "fourth", "fifth"]
        assert saved(resumable) == before


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_file_that_is_overwritten_in_its_place_costs_no_more_than_the_next_answer(
    damage: Callable[[Path], None], folder: Path
) -> None:
    with closing(await talk(folder)) as resumable:
        damage(folder)
        await resumable.say("fourth")
        await resumable.say("fifth")
        before = tuple(resumable.chat.exchanges)
        assert resumable.chat.journal.problem is None
        assert [one.user for one in before] == ["first", "second", "third", "fourth", "fifth"]
        assert saved(resumable) == before


@pytest.mark.parametrize("lose", [remove_all_files, put_a_backup_in_its_place])
async def test_a_long_conversation_that_was_resumed_is_saved_from_its_beginning(
    lose: Callable[[Path], None], folder: Path
) -> None:
    with closing(await talk(folder)) as resumable:
        for number in range(80):
            await resumable.say(f"question {number}")
        resumable.come_back()  # the exchanges before the window are not in memory
        lose(folder)
        await resumable.say("after it")
        assert [one.user for one in resumable.chat.exchanges][:4] == ["first", "second", "third", "question 0"]
        assert len(saved(resumable)) == 84


async def test_a_fork_takes_the_origin_along_as_far_as_it_can_be_undone(folder: Path) -> None:
    with closing(await talk(folder)) as resumable:
        resumable.run("/fork")
        remove_the_file(folder)
        await resumable.say("in the fork")
        resumable.come_back()
        resumable.run("/undo 2")
        assert [one.user for one in resumable.chat.exchanges] == ["first", "second"]


async def test_a_moved_file_holds_all_that_was_said_before(folder: Path, tmp_path: Path) -> None:
    with closing(await talk(folder)) as resumable:
        move_the_file(folder)
        await resumable.say("fourth")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "moved.db").rename(tmp_path / "elsewhere" / DATABASE)
    (summary,) = SavedSessions(tmp_path / "elsewhere").sessions()
    assert summary.exchanges == 3


async def test_a_backup_in_its_place_keeps_what_it_holds(folder: Path) -> None:
    with closing(await talk(folder)) as resumable:
        put_a_backup_in_its_place(folder)
        await resumable.say("fourth")
        assert sorted(one.exchanges for one in resumable.archive.sessions()) == [1, 4]


async def test_only_the_open_conversation_comes_back_after_all_were_removed(folder: Path) -> None:
    with closing(await talk(folder)) as other:
        other.close()
        with closing(ResumableConversation(folder)) as resumable:
            await resumable.say("hello")
            remove_the_file(folder)
            await resumable.say("again")
            assert [one.exchanges for one in resumable.archive.sessions()] == [2]


async def test_the_name_and_the_draft_are_kept(folder: Path) -> None:
    resumable = ResumableConversation(folder)
    with closing(resumable):
        resumable.chat = Conversation(resumable.chat.setup, journal=resumable.archive.begin("thesis"))
        await resumable.say("hello")
        resumable.chat.journal.draft("not sent yet", resumable.chat.setup)
        remove_the_file(folder)
        draft = resumable.come_back(resumable.archive.named("thesis"))
        assert (draft, len(resumable.chat.exchanges)) == ("not sent yet", 1)


async def test_saving_is_said_to_be_off_while_no_file_can_be_made_and_all_is_saved_later(folder: Path) -> None:
    with closing(await talk(folder)) as resumable:
        remove_the_folder(folder)
        put_a_file_there(folder)
        await resumable.say("fourth")
        assert str(resumable.chat.journal.problem).startswith("Nothing is saved: ")
        assert (resumable.chat.journal.saving, resumable.chat.journal.session) == (False, None)
        os.unlink(folder)
        await resumable.say("fifth")
        assert (resumable.chat.journal.problem, resumable.chat.journal.saving) == (None, True)
        assert [one.user for one in saved(resumable)] == ["first", "second", "third", "fourth", "fifth"]


async def test_after_the_folder_was_removed_no_two_chats_write_one_conversation(folder: Path) -> None:
    with closing(await talk(folder)) as resumable:
        remove_the_folder(folder)
        await resumable.say("fourth")
        other = ResumableConversation(folder)
        with closing(other.archive):
            opened = other.archive.open(resumable.session)
            assert "is open in another terminal" in opened.notices[0]
            opened.journal.close()
