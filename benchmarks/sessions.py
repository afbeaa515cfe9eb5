"""The cost of saving: keeping an exchange, resuming a conversation of 10,000 messages, searching in 100,000.

    python -m benchmarks.sessions [--messages N] [--runs N]

Medians. Each is shown beside the least possible cost, measured in the same run: a write that is safe on the disk (an
fsync of a file), the start of the program, one reading of all the text.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.setup import Setup
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from chatbot_cli.sessions.resuming import ResumableSessions
from chatbot_cli.system.folders import Folders

LONG_CONVERSATION = 10_000  # messages
PARAGRAPH = "A generator yields its values one at a time, and goes on from there when the next is asked for. " * 6
NEEDLE = "heliotrope"
EVERY = 1000  # messages between two that hold the needle
SETUP = {"persona": "assistant", "system_prompt": "Be brief.", "model": "demo", "base_url": "", "examples": []}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000, help="messages to search in (100,000)")
    parser.add_argument("--runs", type=int, default=9, help="of which the median counts (9)")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        folder = Folders.of({}, Path(home)).data
        archive = ResumableSessions(folder, _unused)
        session = fill(archive, wanted.messages)
        report("an exchange kept", exchange_kept(archive, session), "a write and an fsync", fsync(folder), wanted.runs)
        report(
            f"a rare word in {wanted.messages:,} messages",
            search(archive),
            "all text read once",
            read_all(archive),
            wanted.runs,
        )
        archive.close()
        report(
            f"chat --resume, {LONG_CONVERSATION:,} messages, one answer",
            program(home, "--resume", str(session), "hello"),
            "chat, a new conversation",
            program(home, "hello"),
            wanted.runs,
        )


def _unused(saved: object) -> Setup:
    raise AssertionError("no conversation is opened here")


def report(name: str, run: Callable[[], object], beside: str, floor: Callable[[], object], runs: int) -> None:
    """Measure both in turns, and print a line."""
    times: list[tuple[float, float]] = [(timed(run), timed(floor)) for _ in range(runs)]
    taken, least = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"{name:44} {1000 * taken:9.2f} ms   {taken / least:6.2f} × {beside} ({1000 * least:.2f} ms)", flush=True)


def timed(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def fill(archive: ResumableSessions, messages: int) -> int:
    """Save conversations with `messages` messages in all, the first one long; return its number."""
    first, count = 0, 0
    while count < messages:
        length = min(LONG_CONVERSATION if not first else 500, messages - count)
        session = archive.insert([conversation(length, count)], time.time())[0].id
        first, count = first or session, count + length
    return first


def conversation(length: int, before: int) -> SessionRecord:
    """A conversation of `length` messages; `before` counts those of the other conversations."""
    reply = ReplyRecord(Ending.COMPLETE, "", "demo", "assistant", 1.0, 100, 100, None)
    messages = tuple(
        MessageRecord(
            number,
            number - 1 or None,
            f"{number}. {PARAGRAPH}{NEEDLE if (before + number) % EVERY == 0 else ''}",
            float(number),
            reply if number % 2 == 0 else None,
        )
        for number in range(1, length - length % 2 + 1)
    )
    return SessionRecord("A long conversation", 0.0, time.time(), SETUP, messages, head=len(messages) or None)


def exchange_kept(archive: ResumableSessions, session: int) -> Callable[[], object]:
    """Keep a question, then the beginning and the end of its answer, as each turn does."""
    store = archive.store

    def run() -> None:
        at = time.time()
        question = store.ask(session, None, PARAGRAPH, at)
        reply = store.begin_reply(
            session, question, "A", at, label="", trimmed=0, setup=SETUP, model="demo", persona="assistant"
        )
        store.end_reply(reply, PARAGRAPH, ReplyRecord(Ending.COMPLETE), at)

    return run


def fsync(folder: Path) -> Callable[[], object]:
    """Write the same text to a file three times, each followed by an fsync."""

    def run() -> None:
        with (folder / "floor").open("ab", buffering=0) as file:
            for _ in range(3):
                file.write(PARAGRAPH.encode())
                os.fsync(file.fileno())

    return run


def search(archive: ResumableSessions) -> Callable[[], object]:
    """Find a rare word."""

    def run() -> None:
        if not archive.search(NEEDLE):
            raise AssertionError(f"{NEEDLE} was not found")

    return run


def read_all(archive: ResumableSessions) -> Callable[[], object]:
    """Search all text for the rare word without an index."""
    connection = archive.store.connection
    return lambda: connection.execute("SELECT count(*) FROM messages WHERE instr(content, ?)", (NEEDLE,)).fetchone()


def program(home: str, *arguments: str) -> Callable[[], object]:
    """Run the whole program with the demo model."""
    environ = {"PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "chatbot_cli", "--model", "demo", *arguments]
    return lambda: subprocess.run(command, env=environ, check=True, capture_output=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
