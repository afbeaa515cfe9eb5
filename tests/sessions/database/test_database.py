"""The file is made for its owner alone, and whatever is wrong with it is told in a sentence, never made worse."""

import errno
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chatbot_cli.errors import SessionError, SessionNotFound
from chatbot_cli.sessions.database.migrations import MIGRATIONS
from chatbot_cli.sessions.database.opening import (
    DATABASE,
    as_session_error,
    as_text,
    keep_search_index,
    open_database,
    writing,
)
from chatbot_cli.sessions.database.search_index import can_index
from chatbot_cli.sessions.removal import remove_sessions
from chatbot_cli.sessions.searching import search_messages
from chatbot_cli.sessions.store import Store
from chatbot_cli.sessions.summaries import read_summaries
from chatbot_cli.sessions.transfer import read_record

SETUP: dict[str, object] = {"persona": "assistant", "model": "demo"}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def value(connection: sqlite3.Connection, pragma: str) -> object:
    return connection.execute(f"PRAGMA {pragma}").fetchone()[0]


def fill(folder: Path, count: int = 50) -> None:
    """Some saved conversations of a few pages."""
    with closing(Store(open_database(folder))) as store:
        for number in range(count):
            session = store.begin(f"talk {number}", SETUP, number)
            store.ask(session, None, f"question {number} " * 50, number)


def failure(folder: Path) -> SessionError:
    with pytest.raises(SessionError) as caught:
        open_database(folder)
    return caught.value


def set_aside(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{DATABASE}.damaged-????????-??????*"))


def test_what_is_made_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with closing(open_database(tmp_path / "data" / "chat")) as connection:
            Store(connection).begin("", SETUP, 0)
            found = {path.name: mode(path) for path in (tmp_path / "data" / "chat").iterdir()}
    finally:
        os.umask(before)
    assert found == {DATABASE: 0o600, f"{DATABASE}-wal": 0o600, f"{DATABASE}-shm": 0o600}
    assert mode(tmp_path / "data" / "chat") == 0o700


def test_a_folder_or_file_that_was_open_to_others_is_closed_to_them(tmp_path: Path) -> None:
    fill(tmp_path, 1)
    tmp_path.chmod(0o755)
    (tmp_path / DATABASE).chmod(0o644)
    open_database(tmp_path).close()
    assert mode(tmp_path) == 0o700
    assert mode(tmp_path / DATABASE) == 0o600


def test_what_is_committed_is_on_the_disk(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as connection:
        assert value(connection, "journal_mode") == "wal"
        assert value(connection, "synchronous") == 2
        assert value(connection, "busy_timeout") == 5000
        assert value(connection, "foreign_keys") == 1
        assert value(connection, "user_version") == len(MIGRATIONS)


def test_without_create_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(SessionNotFound, match="There are no saved conversations yet"):
        open_database(tmp_path / "chat", create=False)
    assert names(tmp_path) == set()
    fill(tmp_path, 1)
    open_database(tmp_path, create=False).close()


def test_a_place_with_odd_characters_in_its_name_is_a_place(tmp_path: Path) -> None:
    folder = tmp_path / "100%? #1 'ä' \udcff"
    fill(folder, 2)
    with closing(open_database(folder)) as connection:
        assert len(read_summaries(connection, time.time())) == 2
    assert names(tmp_path) == {folder.name}


def test_what_went_wrong_in_a_transaction_is_not_kept(tmp_path: Path) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        with writing(connection):
            connection.execute("INSERT INTO setups (json) VALUES ('{}')")
            raise KeyboardInterrupt

    with closing(open_database(tmp_path)) as connection:
        with pytest.raises(KeyboardInterrupt):
            fail(connection)
        assert not connection.in_transaction
        assert connection.execute("SELECT * FROM setups").fetchall() == []


def test_of_the_migrations_all_are_kept_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("chatbot_cli.sessions.database.opening.MIGRATIONS", (*MIGRATIONS[:2], fail))
    with pytest.raises(KeyboardInterrupt):
        open_database(tmp_path)
    with closing(sqlite3.connect(tmp_path / "sessions.db")) as connection:
        assert connection.execute("SELECT * FROM sqlite_master").fetchall() == []
        assert value(connection, "user_version") == 0


def test_bytes_that_are_no_text_are_read_as_well_as_can_be() -> None:
    assert as_text(b"a\xffb") == "a\ufffdb"
    assert as_text("\ud800".encode("utf-8", "surrogatepass")) == "\ud800"


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "chat").write_text("mine")
    found = failure(tmp_path / "chat")
    assert str(found).startswith(f"Nothing is saved: {tmp_path / 'chat'} cannot be opened")
    assert found.hint
    assert str(failure(tmp_path / "chat" / "deeper")).startswith("Nothing is saved: ")
    assert (tmp_path / "chat").read_text() == "mine"


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / DATABASE).mkdir()
    assert str(failure(tmp_path)).startswith(f"Nothing is saved: {tmp_path / DATABASE} cannot be opened")
    assert (tmp_path / DATABASE).is_dir()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EROFS, "is read-only"),
        (errno.EACCES, "cannot be opened: permission denied"),
        (errno.EIO, "the disk reports an error"),
    ],
)
def test_what_the_system_says_is_a_sentence(number: int, words: str, tmp_path: Path) -> None:
    found = as_session_error(OSError(number, os.strerror(number), str(tmp_path)), tmp_path)
    assert str(found).startswith("Nothing is saved: ")
    assert words in str(found)
    assert found.hint


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as connection:
        store = Store(connection)
        store.begin("first", SETUP, 0)
        connection.execute(f"PRAGMA max_page_count = {value(connection, 'page_count')}")
        with pytest.raises(sqlite3.Error) as caught:
            store.begin("x" * 100_000, SETUP, 0)
        assert "the disk is full" in str(as_session_error(caught.value, tmp_path))
        assert [about.title for about in read_summaries(store.connection, time.time())] == ["first"]


def test_a_read_only_file_is_told(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as connection:
        connection.execute("PRAGMA query_only = ON")
        with pytest.raises(sqlite3.Error) as caught:
            Store(connection).begin("", SETUP, 0)
    assert str(as_session_error(caught.value, tmp_path)) == f"Nothing is saved: {tmp_path / DATABASE} is read-only."


def test_a_file_that_another_program_keeps_locked_is_told(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as first, closing(open_database(tmp_path)) as second, writing(first):
        second.execute("PRAGMA busy_timeout = 1")
        with pytest.raises(sqlite3.Error) as caught:
            Store(second).begin("", SETUP, 0)
        found = as_session_error(caught.value, tmp_path)
    assert "another program keeps" in str(found)
    assert set_aside(tmp_path) == []


def test_what_is_gone_and_what_is_taken_are_told_apart(tmp_path: Path) -> None:
    with closing(Store(open_database(tmp_path))) as store:
        session = store.begin("", SETUP, 0, name="daily")
        with pytest.raises(sqlite3.Error) as taken:
            store.begin("", SETUP, 0, name="daily")
        remove_sessions(store.connection, [session])
        with pytest.raises(sqlite3.Error) as gone:
            store.set_draft(session, "text")
        with pytest.raises(sqlite3.Error) as missing:
            store.begin_reply(
                store.begin("", SETUP, 0), 99, "", 0, label="", trimmed=0, setup=SETUP, model="", persona=""
            )
    assert "another conversation has that name" in str(as_session_error(taken.value, tmp_path))
    for error in (gone.value, missing.value):
        assert "removed elsewhere" in str(as_session_error(error, tmp_path))


def test_any_other_failure_is_told_as_sqlite_has_it(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as connection, pytest.raises(sqlite3.Error) as caught:
        connection.execute("SELECT * FROM nowhere")
    assert "no such table: nowhere" in str(as_session_error(caught.value, tmp_path))
    with pytest.raises(sqlite3.Error) as closed:
        connection.execute("SELECT 1")
    assert str(as_session_error(closed.value, tmp_path)).startswith("Nothing is saved: ")


def read_elsewhere(path: Path) -> str:
    """What another process finds in the messages."""
    read = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('SELECT content FROM messages').fetchall())"
    return subprocess.run([sys.executable, "-c", read, str(path)], capture_output=True, text=True, check=True).stdout


def no_database(path: Path) -> None:
    path.write_bytes(b"something else entirely " * 1000)


def short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50])


def broken_header(path: Path) -> None:
    path.write_bytes(b"\0" * 100 + path.read_bytes()[100:])


def broken_schema(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xff" * 3000 + content[3100:])


@pytest.mark.parametrize("damage", [no_database, short, broken_header, broken_schema])
def test_a_damaged_file_is_kept_aside_and_a_new_one_begun(damage: Callable[[Path], None], tmp_path: Path) -> None:
    fill(tmp_path)
    damage(tmp_path / DATABASE)
    damaged = (tmp_path / DATABASE).read_bytes()
    (tmp_path / f"{DATABASE}-wal").write_bytes(b"written ahead")
    found = failure(tmp_path)
    [kept] = set_aside(tmp_path)[:1]
    assert str(found) == f"The file of the saved conversations is damaged; it is kept as {kept}."
    assert kept.read_bytes() == damaged
    assert DATABASE not in names(tmp_path)
    assert f"{DATABASE}-wal" not in names(tmp_path)
    fill(tmp_path, 3)
    with closing(open_database(tmp_path)) as connection:
        assert len(read_summaries(connection, time.time())) == 3


def test_what_was_written_ahead_of_a_damaged_file_is_kept_beside_it(tmp_path: Path) -> None:
    fill(tmp_path)
    with closing(open_database(tmp_path)) as connection:
        Store(connection).begin("later", SETUP, 0)
        copy = tmp_path / "copy"
        copy.mkdir()
        for name in (DATABASE, f"{DATABASE}-wal"):
            shutil.copy(tmp_path / name, copy / name)
    written_ahead = (copy / f"{DATABASE}-wal").read_bytes()
    no_database(copy / DATABASE)
    failure(copy)
    kept = set_aside(copy)[0]
    assert Path(f"{kept}-wal").read_bytes() == written_ahead


def test_no_damaged_file_replaces_another(tmp_path: Path) -> None:
    for _ in range(4):
        no_database(tmp_path / DATABASE)
        failure(tmp_path)
    assert len(set_aside(tmp_path)) == 4
    assert all(path.stat().st_size == 24_000 for path in set_aside(tmp_path))


def test_damage_that_is_found_later_sets_the_file_aside_under_its_open_connection(tmp_path: Path) -> None:
    fill(tmp_path, 200)
    path = tmp_path / DATABASE
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.DatabaseError) as caught:
        connection.execute("SELECT content FROM messages").fetchall()
    found = as_session_error(caught.value, tmp_path)
    assert str(set_aside(tmp_path)[0]) in str(found)
    with closing(open_database(tmp_path)) as anew:
        session = Store(anew).begin("a new one", SETUP, 0)
        connection.close()  # must not take the new file's journal with it
        Store(anew).ask(session, None, "still here", 0)
        assert read_elsewhere(path) == "[('still here',)]\n"


def test_a_sound_file_is_never_set_aside(tmp_path: Path) -> None:
    """Another chat has met the damage first and moved the file; a new one stands in its place."""
    fill(tmp_path, 2)
    damaged = tmp_path / "damaged"
    no_database(damaged)
    with closing(sqlite3.connect(damaged)) as connection, pytest.raises(sqlite3.DatabaseError) as caught:
        connection.execute("SELECT * FROM sqlite_master")
    found = as_session_error(caught.value, tmp_path)
    assert "could not be read" in str(found)
    assert set_aside(tmp_path) == []
    with closing(open_database(tmp_path)) as connection:
        assert len(read_summaries(connection, time.time())) == 2


def test_a_damaged_file_that_is_not_there_any_more_is_told(tmp_path: Path) -> None:
    no_database(tmp_path / "damaged")
    with closing(sqlite3.connect(tmp_path / "damaged")) as connection, pytest.raises(sqlite3.DatabaseError) as caught:
        connection.execute("SELECT * FROM sqlite_master")
    assert "no such file" in str(as_session_error(caught.value, tmp_path))


@pytest.mark.parametrize("most", [True, False])
def test_a_damaged_index_is_made_anew_and_the_file_stays(most: bool, tmp_path: Path) -> None:
    fill(tmp_path, 5)
    with closing(open_database(tmp_path)) as connection:
        connection.execute("UPDATE message_words_data SET block = x'ffffffffffffffff' WHERE ? OR id > 10", (most,))
    with closing(Store(open_database(tmp_path))) as store, pytest.raises(sqlite3.Error) as caught:
        search_messages(store.connection, "question")
    found = as_session_error(caught.value, tmp_path)
    assert "the index for searching is damaged" in str(found)
    assert set_aside(tmp_path) == []
    with closing(Store(open_database(tmp_path))) as store:
        assert len(search_messages(store.connection, "question")) == 5
        store.ask(store.begin("", SETUP, 0), None, "another question", 0)
        assert len(search_messages(store.connection, "question")) == 6
        assert store.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert len(contents(tmp_path)) == 1


def test_a_file_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    fill(tmp_path, 2)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = contents(tmp_path)
    found = failure(tmp_path)
    assert "a newer version of chat has made" in str(found)
    assert found.hint
    with pytest.raises(SessionError, match="newer version"):
        open_database(tmp_path, create=False)
    assert contents(tmp_path) == before


def test_a_newer_version_that_is_only_written_ahead_is_not_touched(tmp_path: Path) -> None:
    fill(tmp_path / "old", 2)
    copy = tmp_path / "copy"
    copy.mkdir(mode=0o700)
    with closing(sqlite3.connect(tmp_path / "old" / DATABASE)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        for name in (DATABASE, f"{DATABASE}-wal"):  # as a crash would leave them
            shutil.copy(tmp_path / "old" / name, copy / name)
    before = contents(copy)
    assert "a newer version of chat has made" in str(failure(copy))
    after = contents(copy)
    assert {name: after[name] for name in before} == before


def test_opening_once_more_leaves_the_locks_of_the_first_connection(tmp_path: Path) -> None:
    """POSIX drops all locks of a process on a file that it closes; another process would take it for unused."""
    with closing(Store(open_database(tmp_path))) as store:
        session = store.begin("", SETUP, 0)
        open_database(tmp_path).close()
        assert read_elsewhere(tmp_path / DATABASE) == "[]\n"
        assert (tmp_path / f"{DATABASE}-wal").stat().st_size > 0
        store.ask(session, None, "still here", 0)
    with closing(open_database(tmp_path)) as connection:
        assert len(read_record(connection, session).messages) == 1


def test_an_sqlite_without_fts5_can_write_and_search_and_the_next_with_it_catches_up(tmp_path: Path) -> None:
    with closing(Store(open_database(tmp_path))) as store:
        session = store.begin("", SETUP, 0)
        store.ask(session, None, "the first words", 0)
        keep_search_index(store.connection, False)
        store.ask(session, None, "the second words", 0)
        assert [found.snippet for found in search_messages(store.connection, "wor sec")] == ["the second words"]
    with closing(Store(open_database(tmp_path))) as store:
        assert can_index(store.connection)
        assert len(search_messages(store.connection, "words")) == 2
        store.connection.execute("INSERT INTO message_words (message_words) VALUES ('integrity-check')")
