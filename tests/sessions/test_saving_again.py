"""What cannot be saved now waits, and is saved later: a lock, a full disk, a read-only file."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from chatbot_cli.chat.messages import Exchange
from chatbot_cli.sessions.database.failures import DATABASE
from tests.sessions.resumable_conversation import ResumableConversation

SHORT = 0.02  # seconds after which a lock is a problem, where a test waits for that


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another program is in the middle of writing."""
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def for_itself_alone(folder: Path) -> Iterator[None]:
    """Another program lets nobody else read or write. (Only possible while nobody has the file open.)"""
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def saved(resumable: ResumableConversation) -> tuple[Exchange, ...]:
    """The conversation as the next start finds it."""
    resumable.come_back()
    return tuple(resumable.chat.exchanges)


async def test_a_short_lock_is_waited_for_and_nobody_hears_of_it(tmp_path: Path) -> None:
    with closing(ResumableConversation(tmp_path)) as resumable:
        await resumable.say("first")
        often, problems = asyncio.Event(), []

        async def look_on() -> None:
            while True:
                problems.append(resumable.chat.journal.problem)
                if len(problems) > 100:
                    often.set()
                await asyncio.sleep(0)

        with locked(tmp_path):
            asking = asyncio.create_task(resumable.say("second"))
            looking = asyncio.create_task(look_on())
            await often.wait()  # the loop is free while the question waits for the lock
            assert not asking.done()
        await asking
        looking.cancel()
        assert set(problems) == {None}
        assert saved(resumable) == tuple(resumable.chat.exchanges)
        assert len(resumable.chat.exchanges) == 2


async def test_a_question_that_waits_for_a_lock_can_be_stopped(tmp_path: Path) -> None:
    with closing(ResumableConversation(tmp_path)) as resumable:
        await resumable.say("first")
        with locked(tmp_path):
            asking = asyncio.create_task(resumable.say("second"))
            await asyncio.sleep(0)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
        await resumable.say("third")
        assert [one.user for one in saved(resumable)] == ["first", "third"]


async def test_what_a_lock_keeps_out_is_saved_with_the_next_question(tmp_path: Path) -> None:
    with closing(ResumableConversation(tmp_path, SHORT)) as resumable:
        await resumable.say("first")
        with locked(tmp_path):
            await resumable.say("second")
            await resumable.retry()
            await resumable.say("third")
            resumable.run("/undo")
            assert "another program keeps" in str(resumable.chat.journal.problem)
            assert not resumable.chat.journal.saving
        await resumable.say("fourth")
        assert (resumable.chat.journal.problem, resumable.chat.journal.saving) == (None, True)
        before = tuple(resumable.chat.exchanges)
        assert [one.user for one in before] == ["first", "second", "fourth"]
        assert saved(resumable) == before
        resumable.run("/undo")
        resumable.run("/alt")
        assert resumable.chat.exchanges[-1].assistant == "answer 2"


async def test_a_lock_that_ends_by_itself_needs_no_further_question(tmp_path: Path) -> None:
    with closing(ResumableConversation(tmp_path, SHORT)) as resumable:
        await resumable.say("first")
        with locked(tmp_path):
            await resumable.say("second")
        for _ in range(1000):
            if resumable.chat.journal.saving:
                break
            await asyncio.sleep(0.01)
        assert (resumable.chat.journal.problem, resumable.chat.journal.saving) == (None, True)


@pytest.mark.parametrize("lock", [locked, for_itself_alone])
async def test_a_file_that_is_locked_when_it_is_first_needed_is_used_later(
    lock: Callable[[Path], AbstractContextManager[None]], tmp_path: Path
) -> None:
    with closing(ResumableConversation(tmp_path)) as other:
        await other.say("somebody else's")
    with closing(ResumableConversation(tmp_path, SHORT)) as resumable:
        with lock(tmp_path):
            await resumable.say("first")
            assert "another program keeps" in str(resumable.chat.journal.problem)
            assert resumable.chat.journal.session is None
        await resumable.say("second")
        assert resumable.chat.journal.problem is None
        assert [one.user for one in saved(resumable)] == ["first", "second"]


async def test_at_the_end_a_lock_is_waited_for(tmp_path: Path) -> None:
    with closing(ResumableConversation(tmp_path)) as resumable:
        await resumable.say("first")
        other = sqlite3.connect(tmp_path / DATABASE, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        resumable.chat.journal.draft("unsent", resumable.chat.setup)
        assert not resumable.chat.journal.saving
        threading.Timer(0.2, other.close).start()
        assert resumable.come_back() == "unsent"


async def test_what_a_full_disk_keeps_out_is_saved_with_the_next_question(tmp_path: Path) -> None:
    with closing(ResumableConversation(tmp_path)) as resumable:
        await resumable.say("first")
        connection = resumable.archive.store.connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        await resumable.say("x" * 100_000)
        await resumable.say("third")
        assert "the disk is full" in str(resumable.chat.journal.problem)
        connection.execute(f"PRAGMA max_page_count = {pages + 1_000_000}")
        await resumable.say("fourth")
        before = tuple(resumable.chat.exchanges)
        assert resumable.chat.journal.problem is None
        assert [len(one.user) for one in before] == [5, 100_000, 5, 6]
        assert saved(resumable) == before


async def test_a_conversation_that_never_could_be_saved_has_no_number(tmp_path: Path) -> None:
    with closing(ResumableConversation(tmp_path)) as resumable:
        connection = resumable.archive.store.connection
        connection.execute("PRAGMA query_only = ON")
        await resumable.say("first")
        assert "is read-only" in str(resumable.chat.journal.problem)
        assert resumable.chat.journal.session is None
        connection.execute("PRAGMA query_only = OFF")
        await resumable.say("second")
        assert [one.user for one in saved(resumable)] == ["first", "second"]


async def test_what_was_removed_elsewhere_is_saved_once_more(tmp_path: Path) -> None:
    with closing(ResumableConversation(tmp_path)) as resumable:
        await resumable.say("first")
        await resumable.say("second")
        with closing(sqlite3.connect(tmp_path / DATABASE)) as other, other:
            other.execute("DELETE FROM steps")
            other.execute("DELETE FROM messages")
            other.execute("DELETE FROM sessions")
        await resumable.say("third")
        assert "removed elsewhere" in str(resumable.chat.journal.problem)
        await resumable.say("fourth")
        assert resumable.chat.journal.problem is None
        (notice,) = resumable.chat.journal.take_notices()
        assert f"saved once more, as number {resumable.session}" in notice
        assert [one.user for one in saved(resumable)] == ["first", "second", "third", "fourth"]


async def test_a_damaged_index_for_searching_does_not_end_the_saving(tmp_path: Path) -> None:
    with closing(ResumableConversation(tmp_path)) as resumable:
        await resumable.say("first")
        with closing(sqlite3.connect(tmp_path / DATABASE)) as other, other:
            other.execute("UPDATE message_words_data SET block = x'ffffffffffffffff'")
        resumable.come_back()
        await resumable.say("second")
        assert resumable.chat.journal.problem is None
        assert [one.user for one in saved(resumable)] == ["first", "second"]
        assert len(resumable.archive.search("second")) == 1
