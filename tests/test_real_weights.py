"""A real file of weights, its child, cache and limits: `CHAT_REAL_GGUF=PATH.gguf pytest -m real` (docs/models.md)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli import Chatbot
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.setup import Setup
from chatbot_cli.errors import ContextTooLong, MessageTooLong
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.gguf.running import SERVERS
from chatbot_cli.providers.route.endpoint import Access
from tests.chat.turns import take_turn
from tests.terminal_session import TerminalSession

GGUF = os.environ.get("CHAT_REAL_GGUF", "")
SPEC = f"gguf/{Path(GGUF).absolute()}"
CHAT = Path(sys.executable).with_name("chat")
LONG = "Write a very long story about a sailor and his cat."

pytestmark = [pytest.mark.real, pytest.mark.skipif(not GGUF, reason="CHAT_REAL_GGUF names no file of weights")]


def conversation(turns: int) -> Conversation:
    model, options = open_model(SPEC, Access({})), Options(temperature=0.0, max_reply_tokens=24)
    return Conversation(Setup("assistant", "Answer in a short sentence.", model, options=options, max_turns=turns))


async def used_in(talk: Conversation, count: int) -> list[TokensUsed]:
    """What so many turns took."""
    questions = [f"Say something about the number {number}, and about what it is good for." for number in range(count)]
    events = [event for question in questions for event in await take_turn(talk, question)]
    return [event for event in events if isinstance(event, TokensUsed)]


async def test_what_was_read_before_is_not_read_again() -> None:
    first, second = await used_in(conversation(20), 2)
    assert first.cost == second.cost == 0
    assert second.cached > 0.5 * second.sent


async def test_a_window_in_blocks_keeps_most_of_what_was_read() -> None:
    used = await used_in(conversation(8), 24)
    assert sum(one.cached for one in used) >= 0.7 * sum(one.sent for one in used)


async def test_what_is_too_long_is_refused_in_numbers_here_or_by_the_server() -> None:
    talk = conversation(20)
    window = talk.setup.model.context_tokens
    with pytest.raises(MessageTooLong):
        await take_turn(talk, "word " * window)
    blind = replace(talk.setup.model, context_tokens=100 * window)
    talk.change_setup("model", replace(talk.setup, model=blind, max_context_tokens=100 * window))
    with pytest.raises(ContextTooLong, match=f"{window} tokens"):
        await take_turn(talk, "word " * (window + 500))


async def test_a_program_that_closes_its_bot_leaves_no_process() -> None:
    async with Chatbot(model=SPEC, max_reply_tokens=10) as bot:
        assert await bot.say("Say hi.")
        (pid,) = children_of(os.getpid())
    await_end(pid)
    assert SERVERS._newest is None


def children_of(pid: int) -> Sequence[int]:
    """The processes with weights that a process has started."""
    shown = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in shown.splitlines()]
    return [int(row[0]) for row in rows if int(row[1]) == pid and "gguf.program" in row[2]]


def await_end(pid: int) -> None:
    until(lambda: str(pid) not in subprocess.run(["ps", "-eo", "pid="], capture_output=True, text=True).stdout.split())


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("end", ["quit", "SIGTERM", "SIGKILL"])
def test_in_a_chat_ctrl_c_stops_the_reply_and_no_process_outlives_it(end: str, tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "PATH": os.defpath, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    if path := os.environ.get("PYTHONPATH"):
        environ["PYTHONPATH"] = path
    with TerminalSession([str(CHAT), "-m", SPEC, "--no-save"], environ, cwd=tmp_path) as session:
        session.wait_for(lambda: "›" in session.text, 60)
        session.send(f"{LONG}\r")
        session.wait_for(lambda: session.text.count(" the ") > 1, 60)
        (pid,) = children_of(session.process.pid)
        session.send("\x03")
        session.wait_for(lambda: "stopped" in session.text, 60)
        if end == "quit":
            session.send("/quit\r")
        else:
            session.interrupt(signal.Signals[end])
        session.wait_for_exit(60)
    await_end(pid)
