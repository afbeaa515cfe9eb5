"""`chat sessions` with a damaged conversation: it is named on stderr, and whatever can be done is done."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chatbot_cli.sessions.damage import NOTHING_BEFORE
from chatbot_cli.sessions.database.opening import DATABASE
from tests.cli.sessions_command import Saved, home_of_its_own, sessions

BROKEN = "chat: Conversation 2, “Broken”, is damaged: its setup is no JSON."


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Saved:
    return home_of_its_own(tmp_path, monkeypatch)


@pytest.fixture
def damaged(saved: Saved) -> int:
    """The number of a conversation whose setup is no JSON; there is a sound one, too."""
    saved.add("Sound", "How?", "Like this.", days=9)
    session = saved.add("Broken", "Why?", "Because.", days=9)
    with closing(sqlite3.connect(saved.folder / DATABASE)) as connection:
        connection.execute("INSERT INTO setups (id, json) VALUES (99, '{')")
        connection.execute("UPDATE steps SET setup = 99 WHERE session = ?", (session,))
        connection.commit()
    return session


def test_the_list_shows_which_one_is_damaged(damaged: int) -> None:
    done = sessions()
    assert [line.split()[:2] for line in done.lines[1:]] == [["2", "Broken"], ["1", "Sound"]]
    assert "damaged" in done.lines[1]
    assert (done.exit_code, done.err.splitlines()) == (0, [BROKEN])
    assert [one["problem"] for one in json.loads(sessions("--json").out)] == ["its setup is no JSON", ""]


@pytest.mark.parametrize("form", ["md", "json", "jsonl", "html"])
def test_what_was_said_is_shown_and_exported(damaged: int, form: str) -> None:
    for done in (sessions("show", "2"), sessions("export", "broken", "--format", form)):
        assert "Because." in done.out
        assert (done.exit_code, done.err.splitlines()) == (0, [BROKEN])


def test_it_is_found_renamed_and_removed(damaged: int) -> None:
    assert "Because." in sessions("search", "because").out.replace("*", "")
    assert sessions("rename", "2", "Other").out == "2 is called “Other” now.\n"
    assert sessions("rm", "2", "--yes").out == "Removed 1 conversation.\n"
    assert [one["id"] for one in json.loads(sessions("--json").out)] == [1]


def test_it_is_pruned(damaged: int) -> None:
    assert "Removed 2 conversations." in sessions("prune", "--older-than", "1d", "--yes").out


def test_one_that_cannot_be_read_ends_in_one_sentence(damaged: int, saved: Saved) -> None:
    with closing(sqlite3.connect(saved.folder / DATABASE)) as connection:
        connection.execute("UPDATE messages SET parent = id WHERE session = 2")
        connection.commit()
    for command in (("show", "2"), ("export", "2")):
        done = sessions(*command)
        assert (done.exit_code, done.out) == (1, "")
        assert done.err.splitlines() == [
            f"chat: Conversation 2, “Broken”, is damaged: {NOTHING_BEFORE}.",
            "      chat sessions lists the others, chat --resume ID goes on with one of them; chat begins a new one.",
        ]
