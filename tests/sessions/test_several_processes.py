"""Many processes use one database at once, and nothing is lost or mixed up."""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from chatbot_cli.sessions.database.opening import DATABASE, open_database
from chatbot_cli.sessions.reading import read_current, read_exchanges
from chatbot_cli.sessions.searching import search_messages
from chatbot_cli.sessions.summaries import read_summaries

PROCESSES = 8
EXCHANGES = 15

OPEN = """
import sys
from pathlib import Path
from chatbot_cli.sessions.database.opening import open_database
from chatbot_cli.sessions.store import Store
from chatbot_cli.chat.messages import Ending
from chatbot_cli.sessions.records import ReplyRecord
print("ready", flush=True)
sys.stdin.readline()
store = Store(open_database(Path(sys.argv[1])))
"""

TALK = """
who, setup = sys.argv[2], {"persona": "assistant", "model": "demo"}
session, reply = store.begin(f"talk of {who}", setup, 0), None
for number in range(int(sys.argv[3])):
    question = store.ask(session, reply, f"question {number} of {who}", 0)
    reply = store.begin_reply(
        session, question, "begun", 0, label="said", trimmed=0, setup=setup, model="demo", persona="assistant"
    )
    store.grow_reply(reply, "grown")
    store.end_reply(reply, f"answer {number} to {who}", ReplyRecord(Ending.COMPLETE), 0)
"""


def run_at_once(script: str, *arguments: list[str]) -> None:
    """One process for each list of arguments; they begin together, once all have loaded."""
    processes = [
        subprocess.Popen([sys.executable, "-c", script, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for words in arguments
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write(b"go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0] * len(processes)


def test_a_new_file_can_be_opened_by_many_at_once(tmp_path: Path) -> None:
    for attempt in range(3):
        folder = tmp_path / str(attempt)
        run_at_once(OPEN, *[[str(folder)]] * PROCESSES)
        assert list(folder.glob("*damaged*")) == []
        with closing(open_database(folder)) as connection:
            assert read_summaries(connection, time.time()) == []


def test_nothing_is_lost_when_many_write_at_once(tmp_path: Path) -> None:
    run_at_once(OPEN + TALK, *[[str(tmp_path), str(who), str(EXCHANGES)] for who in range(PROCESSES)])
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.execute("INSERT INTO message_words (message_words) VALUES ('integrity-check')")
    with closing(open_database(tmp_path)) as connection:
        summaries = read_summaries(connection, time.time())
        assert sorted(about.title for about in summaries) == [f"talk of {who}" for who in range(PROCESSES)]
        for about in summaries:
            who, head = about.title.removeprefix("talk of "), read_current(connection, about.id).head
            assert head is not None
            assert [
                (exchange.user, exchange.assistant) for exchange in read_exchanges(connection, head, 0, about.exchanges)
            ] == [(f"question {number} of {who}", f"answer {number} to {who}") for number in range(EXCHANGES)]
        assert len(search_messages(connection, "question", 1000)) == PROCESSES * EXCHANGES
