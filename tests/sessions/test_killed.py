"""`kill -9` at any moment: the database is sound, and at most the last second of a reply is lost."""

import multiprocessing
import os
import signal
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from chatbot_cli.system.folders import Folders
from tests.sessions.killed_process import QUESTIONS, Ended, Shown, converse
from tests.streaming_server import StreamingServer, answer

KILLS = 200
BATCHES = 10
AT_ONCE = 5
LONGEST_LIFE = 1.6  # seconds, after its first words
LONGEST_LOSS = 1.0

SLOWLY = answer(*(f"word{number} " for number in range(150)), between=0.01)


@pytest.fixture(scope="module")
def processes() -> multiprocessing.context.ForkServerContext:
    """Processes that have everything loaded, so that 200 of them start in no time."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.sessions.killed_process", "chatbot_cli.sessions.resuming", "openai"])
    return context


@pytest.mark.parametrize("batch", range(BATCHES))
@pytest.mark.parametrize("model", ["demo", "streaming"])
def test_a_killed_process_leaves_all_that_was_said(
    batch: int, model: str, tmp_path: Path, processes: multiprocessing.context.ForkServerContext
) -> None:
    chance = Random(f"{batch} {model}")
    lives = [chance.uniform(0, LONGEST_LIFE) for _ in range(KILLS // BATCHES // 2)]
    with StreamingServer(otherwise=SLOWLY) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        environ = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-made-up"} if model == "streaming" else {}

        def live_and_die(number: int) -> None:
            root = tmp_path / str(number)
            root.mkdir()
            check(root, *kill(processes, root, environ, lives[number]))

        for done in [pool.submit(live_and_die, number) for number in range(len(lives))]:
            done.result()


def kill(
    processes: multiprocessing.context.ForkServerContext, root: Path, environ: dict[str, str], life: float
) -> tuple[list[Shown | Ended], float]:
    """Let it talk for a while and kill it; what it had shown, and when it was killed."""
    reader, writer = processes.Pipe(duplex=False)
    process = processes.Process(target=converse, args=(root, environ, writer))
    process.start()
    writer.close()
    with closing(reader):
        reader.poll(30)  # it has begun
        time.sleep(life)  # not to wait for anything: the moment of its death is left to chance
        assert process.is_alive()
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        killed = time.time()
        process.join()
        seen = list(_rest(reader))
    process.close()
    return seen, killed


def _rest(reader: multiprocessing.connection.Connection) -> Iterator[Shown | Ended]:
    try:
        while True:
            yield reader.recv()
    except (EOFError, OSError):  # also when it was killed in the middle of a message
        return


def check(root: Path, seen: list[Shown | Ended], killed: float) -> None:
    """Hold what is saved against what was seen."""
    shown: dict[int, str] = defaultdict(str)
    settled: dict[int, str] = defaultdict(str)  # seen more than a second before the end
    for event in seen:
        if isinstance(event, Shown):
            shown[event.turn] += event.text
            settled[event.turn] += event.text if event.at < killed - LONGEST_LOSS else ""
    ended = {event.turn for event in seen if isinstance(event, Ended)}
    with closing(sqlite3.connect(Folders.of({}, root).data / "sessions.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = database.execute(
            "SELECT question.content, reply.content, reply.ending FROM messages question"
            " LEFT JOIN messages reply ON reply.parent = question.id WHERE NOT question.is_reply ORDER BY question.id"
        ).fetchall()
    assert [question for question, _, _ in rows] == [
        f"{QUESTIONS[turn % len(QUESTIONS)]} ({turn})" for turn in range(len(rows))
    ]
    assert len(rows) >= len(shown)
    for turn, text in shown.items():
        _, kept, ending = rows[turn]
        if turn in ended:
            assert (kept, ending) == (text, "complete")
        else:
            assert (kept or "").startswith(settled[turn]), f"turn {turn}: {len(settled[turn])} of {len(text)}"
