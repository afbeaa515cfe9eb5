"""A database or folder that another user can write to is not trusted: he could name a server that gets a key."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot_cli.errors import SessionError
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.database.opening import DATABASE
from tests.sessions.records_to_export import NOON, record_of
from tests.sessions.resumable_conversation import ResumableConversation

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a mode says nothing there")
ANOTHER = 12_345
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    SavedSessions(folder).insert([record_of("How?", "So.")], NOON)
    return folder


def failure(folder: Path) -> SessionError:
    with pytest.raises(SessionError) as caught:
        SavedSessions(folder).sessions()
    return caught.value


@pytest.mark.parametrize("mode", [0o770, 0o720, 0o707, 0o777, 0o1777])
def test_a_folder_that_others_can_write_to(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    told = failure(folder)
    assert str(told) == f"No conversation is read or saved: other users can write to {folder}."
    assert told.hint.startswith(f"Close it to them with chmod go-w {folder}, or use save=")
    assert folder.stat().st_mode & 0o7777 == mode  # what they may have put there is no better when it is closed
    folder.chmod(0o700)
    assert [summary.title for summary in SavedSessions(folder).sessions()] == ["A talk"]


async def test_where_it_is_not_trusted_a_chat_goes_on_unsaved_and_says_so(folder: Path) -> None:
    await asyncio.to_thread(folder.chmod, 0o777)
    resumable = ResumableConversation(folder)
    await resumable.say("Hello?")
    assert str(resumable.chat.journal.problem).startswith("No conversation is read or saved: other users can write to")
    assert not resumable.chat.journal.saving
    resumable.close()


@pytest.mark.parametrize("mode", [0o660, 0o606, 0o666, 0o620])
def test_a_file_that_others_can_write_to(folder: Path, mode: int) -> None:
    (folder / DATABASE).chmod(mode)
    assert str(failure(folder)) == f"No conversation is read or saved: other users can write to {folder / DATABASE}."


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_a_log_that_others_can_write_to(folder: Path, ending: str) -> None:
    log = folder / f"{DATABASE}{ending}"
    log.touch()
    log.chmod(0o666)
    assert f"other users can write to {log}" in str(failure(folder))


def of_another(path: Path) -> None:
    os.chown(path, ANOTHER, -1)


def behind_a_link_of_another(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")
    os.lchown(path, ANOTHER, -1)


@AS_ROOT
@pytest.mark.parametrize(
    ("name", "give_away"), [(".", of_another), (DATABASE, of_another), (".", behind_a_link_of_another)]
)
def test_what_another_user_owns(folder: Path, name: str, give_away: Callable[[Path], None]) -> None:
    path = folder / name
    give_away(path)
    told = failure(folder)
    assert str(told) == f"No conversation is read or saved: {path} belongs to another user."
    assert told.hint.startswith(f'Make it yours with sudo chown "$USER" {path}, or use save=')


def test_a_shared_folder_above_is_fine(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    folder = tmp_path / "data"
    SavedSessions(folder).insert([record_of("How?", "So.")], NOON)
    assert len(SavedSessions(folder).sessions()) == 1
    tmp_path.chmod(0o700)


def test_what_is_only_readable_for_others_is_closed_to_them(folder: Path) -> None:
    folder.chmod(0o755)
    (folder / DATABASE).chmod(0o644)
    SavedSessions(folder).insert([record_of("How?", "So.")], NOON)
    assert (folder.stat().st_mode & 0o777, (folder / DATABASE).stat().st_mode & 0o777) == (0o700, 0o600)
