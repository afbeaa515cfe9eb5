"""`kill -9` at any moment of a turn with tools: no call is without a result, and the conversation goes on."""

import asyncio
import multiprocessing
import os
import signal
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import UNANSWERED, CallOutcome
from chatbot_cli.chat.tool_rounds import Tools
from chatbot_cli.sessions.database.failures import DATABASE
from tests.fakes import FakeApprover
from tests.sessions.calling_model import ROUNDS, CallingModel, TellingToolbox, check_request
from tests.sessions.killed_in_a_tool import TOOLS, call_tools
from tests.sessions.resumable_conversation import ResumableConversation

KILLS = int(os.environ.get("CHAT_KILLS", "20"))  # 200 take half a minute
AT_ONCE = 4
LONGEST_LIFE = 0.2  # seconds after the first question: two turns or so


def test_a_process_killed_in_a_turn_with_tools_leaves_no_call_without_a_result(tmp_path: Path) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.sessions.killed_in_a_tool"])
    chance = Random(15)
    lives = [chance.uniform(0, LONGEST_LIFE) for _ in range(KILLS)]

    def live_and_die(number: int) -> None:
        root = tmp_path / str(number)
        root.mkdir()
        kill(processes, root, lives[number])
        asyncio.run(check(root))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(live_and_die, number) for number in range(KILLS)]:
            done.result()


def kill(processes: multiprocessing.context.ForkServerContext, root: Path, life: float) -> None:
    """Let it call tools for a while, and kill it."""
    reader, writer = processes.Pipe(duplex=False)
    process = processes.Process(target=call_tools, args=(root, writer))
    process.start()
    writer.close()
    with closing(reader):
        assert reader.poll(30)
        time.sleep(life)  # not to wait for anything: the moment of its death is left to chance
        assert process.is_alive()
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    process.close()


async def check(root: Path) -> None:
    """Hold what is saved against what ran and what was seen, and go on."""
    ran, ended = told(root)
    with closing(sqlite3.connect(root / DATABASE)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    tools = Tools(TellingToolbox(TOOLS, tell=lambda line: None), FakeApprover())
    model = CallingModel()
    with closing(ResumableConversation(root, model=model, tools=tools)) as resumable:
        resumable.come_back(resumable.archive.last())
        saved = {
            call.id: result
            for exchange in resumable.chat.exchanges
            for one in exchange.rounds
            for call, result in zip(one.calls, one.results, strict=True)
        }
        assert len(saved) >= ran  # each was on the disk before it ran
        assert all(saved[call].outcome is CallOutcome.DONE for call in ended)
        assert {result for result in saved.values() if result.outcome is not CallOutcome.DONE} <= {UNANSWERED}
        for exchange in resumable.chat.exchanges:
            assert [one.text for one in exchange.rounds] == ["Let me look."] * len(exchange.rounds)
            is_whole = exchange.ending is Ending.COMPLETE
            assert (len(exchange.rounds), exchange.assistant) == (ROUNDS, "There is tea.") if is_whole else True
        await resumable.say("And now?")
        for request in model.requests:
            check_request(request)


def told(root: Path) -> tuple[int, set[str]]:
    """How many calls ran, and the ids of those whose results were seen."""
    story = root / "story"
    lines = [line.split() for line in story.read_text().splitlines()] if story.exists() else []
    return sum(word == "ran" for word, _ in lines), {call for word, call in lines if word == "ended"}
