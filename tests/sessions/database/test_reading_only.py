"""A database that cannot be written, or for which there is no room: what is in it can still be read."""

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chatbot_cli.errors import SessionError
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.sessions.database import failures
from chatbot_cli.sessions.database.opening import DATABASE, open_database
from chatbot_cli.sessions.exporting.formats import FORMATS
from chatbot_cli.sessions.transfer import insert_record
from tests.sessions.records_to_export import NOON, record_of
from tests.sessions.resumable_conversation import ResumableConversation

OLD = Path(__file__).parents[2] / "made_by_0_1_0" / "sessions.db"
Connect = Callable[..., sqlite3.Connection]


def refusing_to_write(code: int, *, refused: tuple[str, ...] = ("mode=rw",), beneath: str = "") -> Connect:
    """`sqlite3.connect`, on a disk on which SQLite cannot write: permissions would not bind root."""
    connect: Connect = sqlite3.connect

    def refuse(database: object, *arguments: object, **named: object) -> sqlite3.Connection:
        parameters = str(database).partition("?")[2]
        if parameters in refused and beneath in str(database):
            error = sqlite3.OperationalError("it cannot")
            error.sqlite_errorcode = code
            raise error
        return connect(str(database), *arguments, **named)

    return refuse


@pytest.fixture(params=[sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR])
def closed(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a conversation in a database that cannot be written."""
    SavedSessions(tmp_path).insert([record_of("How?", "So.", "And then?", "Thus.")], NOON)
    monkeypatch.setattr(sqlite3, "connect", refusing_to_write(request.param))
    return tmp_path


def test_it_can_be_listed_searched_and_exported(closed: Path) -> None:
    saved = SavedSessions(closed)
    assert [summary.exchanges for summary in saved.sessions()] == [2]
    assert [hit.session for hit in saved.search("thus")] == [1]
    assert all("Thus." in saved.export(saved.find("a talk").id, form).text for form in FORMATS)
    assert {path.name for path in closed.iterdir()} <= {DATABASE, "sessions.lock"}


def test_what_changes_it_is_refused(closed: Path) -> None:
    saved = SavedSessions(closed)
    for change in (lambda: saved.rename(1, "Other"), lambda: saved.remove(saved.sessions())):
        with pytest.raises(SessionError) as caught:
            change()
        assert str(caught.value).startswith("Nothing is saved: ")
    assert [summary.title for summary in saved.sessions()] == ["A talk"]


async def test_it_can_be_resumed_and_says_that_nothing_is_saved(closed: Path) -> None:
    resumable = ResumableConversation(closed)
    opened = resumable.archive.open(resumable.archive.last())
    assert [notice.partition(":")[0] for notice in opened.notices] == ["Nothing is saved"]
    resumable.chat.go_to(opened)
    await resumable.say("And in the end?")
    assert [exchange.user for exchange in resumable.chat.exchanges] == ["How?", "And then?", "And in the end?"]
    assert str(resumable.chat.journal.problem).startswith("Nothing is saved: ")
    resumable.close()


async def test_what_was_said_is_saved_when_there_is_room_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SavedSessions(tmp_path).insert([record_of("How?", "So.")], NOON)
    resumable = ResumableConversation(tmp_path)
    with monkeypatch.context() as full:
        full.setattr(sqlite3, "connect", refusing_to_write(sqlite3.SQLITE_FULL))
        resumable.chat.go_to(resumable.archive.open(1))
        await resumable.say("And then?")
        assert not resumable.chat.journal.saving
    await resumable.say("And in the end?")
    resumable.close()
    assert SavedSessions(tmp_path).summary(1).exchanges == 3


def test_one_of_the_first_version_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / DATABASE).write_bytes(OLD.read_bytes())
    monkeypatch.setattr(sqlite3, "connect", refusing_to_write(sqlite3.SQLITE_READONLY))
    saved = SavedSessions(tmp_path)
    assert len(saved.sessions()) == 7
    assert "My name is Ada." in saved.export(1, "md").text
    assert (tmp_path / DATABASE).read_bytes() == OLD.read_bytes()


@pytest.mark.parametrize("beside", ["-shm", ""])
def test_what_waits_in_the_log_is_read_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: str) -> None:
    with closing(open_database(tmp_path / "in use")) as connection:
        insert_record(connection, record_of("How?", "So."), NOON)
        folder = tmp_path / "left by a killed chat"
        folder.mkdir(mode=0o700)
        for ending in dict.fromkeys(("", "-wal", beside)):
            (folder / f"{DATABASE}{ending}").write_bytes((tmp_path / "in use" / f"{DATABASE}{ending}").read_bytes())
    refused = ("mode=rw",) if beside else ("mode=rw", "mode=ro")
    connect = refusing_to_write(sqlite3.SQLITE_CANTOPEN, refused=refused, beneath="left%20by")
    monkeypatch.setattr(sqlite3, "connect", connect)
    assert [hit.session for hit in SavedSessions(folder).search("how")] == [1]
    assert len(list(folder.glob(f"{DATABASE}*"))) <= 3


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_IOERR_SHMSIZE])
@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EROFS, "is read-only"),
        (errno.EACCES, "is read-only"),
    ],
)
def test_what_sqlite_does_not_tell_the_disk_tells(
    code: int, number: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> int:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(failures, "create_file", fail)
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    assert words in str(failures.as_session_error(error, tmp_path))
    assert list(tmp_path.iterdir()) == []
