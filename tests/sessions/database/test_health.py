"""The health of the saved conversations' file, found without changing or making anything."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from chatbot_cli.sessions.database.failures import DATABASE
from chatbot_cli.sessions.database.health import Health, has_full_text, look_at
from chatbot_cli.sessions.database.migrations import MIGRATIONS
from chatbot_cli.sessions.database.opening import open_database
from tests.cli.sessions_command import Saved


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    saved = Saved(tmp_path)
    saved.add("Sorting", "How?", "Like this.")
    saved.add("Tea", "Green?", "Yes.")
    return saved


def contents(folder: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_sound_file_is_left_exactly_as_it_is(saved: Saved) -> None:
    before = contents(saved.folder)
    health = look_at(saved.folder)
    assert health == Health(saved.folder / DATABASE, True, len(before[DATABASE]), 2)
    assert contents(saved.folder) == before


def test_where_nothing_is_saved_nothing_is_made(tmp_path: Path) -> None:
    assert look_at(tmp_path / "none") == Health(tmp_path / "none" / DATABASE)
    assert list(tmp_path.iterdir()) == []


def test_what_a_chat_that_runs_has_just_written_counts(saved: Saved) -> None:
    with closing(open_database(saved.folder)):
        saved.add("Just now", "Here?", "Yes.")
        assert (saved.folder / f"{DATABASE}-wal").stat().st_size > 0
        assert look_at(saved.folder).conversations == 3


@pytest.mark.parametrize("damage", [b"This is no database. " * 100, b"\x00" * 5000])
def test_what_is_no_database(damage: bytes, saved: Saved) -> None:
    path = saved.folder / DATABASE
    path.write_bytes(damage)
    health = look_at(saved.folder)
    assert (health.exists, health.problem, health.size) == (True, "it is damaged", len(damage))
    assert "backup" in health.hint
    assert path.read_bytes() == damage


def test_a_file_that_is_damaged_in_the_middle(saved: Saved) -> None:
    path = saved.folder / DATABASE
    data = bytearray(path.read_bytes())
    data[4096 : len(data) - 4096] = b"\xaa" * (len(data) - 8192)
    path.write_bytes(data)
    assert look_at(saved.folder).problem == "it is damaged"


def test_a_file_of_a_newer_version(saved: Saved) -> None:
    with closing(sqlite3.connect(saved.folder / DATABASE)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    health = look_at(saved.folder)
    assert (health.problem, health.conversations) == ("a newer version of chat has made it", None)
    assert health.hint.startswith("Update chat")


def test_an_empty_file_is_one_that_a_chat_has_just_begun(tmp_path: Path) -> None:
    (tmp_path / DATABASE).touch()
    assert look_at(tmp_path) == Health(tmp_path / DATABASE, True, 0, 0)


def test_a_folder_in_its_place_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / DATABASE).mkdir()
    health = look_at(tmp_path)
    assert health.exists
    assert (health.problem, health.hint) == ("it is a folder", "Move it away.")


def test_this_sqlite_finds_words() -> None:
    assert has_full_text()
