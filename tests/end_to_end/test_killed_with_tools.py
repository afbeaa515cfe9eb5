"""The real program is killed in a turn with tools, and goes on."""

import json
import signal
import sqlite3
from contextlib import closing, suppress

import pytest

from tests.end_to_end.installed_chat import InstalledChat
from tests.end_to_end.test_sessions import folder_of, wait_until

pytestmark = pytest.mark.usefixtures("in_a_hurry")


def test_a_turn_with_tools_that_a_kill_cut_off_is_sent_with_all_its_results(chat: InstalledChat) -> None:
    with chat.in_terminal("-m", "demo", "--tool", "time") as session:
        session.forbidden = None  # a killed program leaves the terminal as it was
        session.wait_until_ready()
        session.send("call time 9 times\r")
        wait_until(lambda: calls_in(chat) > 1)
        session.interrupt(signal.SIGKILL)
        session.wait_for_exit()
    with chat.in_terminal("-m", "demo", "-c", "--tool", "time") as session:
        session.wait_for("/continue goes on with what the tools have found")
        session.wait_until_ready()
        session.leave()
    request = json.loads(chat.run("-c", "--dry-run", "And now?").out)
    _, question, *rounds, cut_off, asked = request["messages"]
    said = [message["content"] for message in (question, cut_off, asked)]
    assert said == ["call time 9 times", "(cut off)", "And now?"]
    assert [message["role"] for message in rounds] == ["assistant", "tool"] * (len(rounds) // 2)
    assert [one["tool_calls"][0]["id"] for one in rounds[::2]] == [one["tool_call_id"] for one in rounds[1::2]]
    assert [tool["function"]["name"] for tool in request["tools"]] == ["time"]


def calls_in(chat: InstalledChat) -> int:
    """How many calls are on the disk."""
    if not (folder_of(chat) / "sessions.db").exists():
        return 0
    with closing(sqlite3.connect(folder_of(chat) / "sessions.db")) as database, suppress(sqlite3.OperationalError):
        (count,) = database.execute("SELECT count(*) FROM calls").fetchone()  # no table before the first question
        return int(count)
    return 0
