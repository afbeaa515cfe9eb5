"""Files that are not trusted, in a child process: whatever it does, the chat goes on."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot_cli.readers.child import process
from chatbot_cli.readers.child.process import ChildProcess
from chatbot_cli.readers.child.reading_apart import _Children, read_apart
from chatbot_cli.readers.child.wire import parse_reply, request
from chatbot_cli.readers.document import ReadDocument, ReadingStopped, Unreadable
from chatbot_cli.readers.formats import Format
from tests.readers.made_files import slides

# What Windows lacks.
WITHOUT = """
import os, signal, sys
for module in ("resource", "fcntl", "termios", "pwd", "grp"):
    sys.modules[module] = None
for module, name in ((signal, "alarm"), (os, "register_at_fork"), (os, "getuid"), (os, "O_NONBLOCK")):
    delattr(module, name)
from pathlib import Path
import chatbot_cli.readers.child.worker
from chatbot_cli.readers.child.reading_apart import read_apart
from chatbot_cli.readers.reading import read_document
chatbot_cli.readers.child.worker._limit_memory()
print(read_document(Path("a.md"), b"# Read").text)
"""
SLIDES = slides(("Hello", "World"))
ASKED = request(Format.POWERPOINT, SLIDES)


@pytest.fixture
def child() -> Iterator[ChildProcess]:
    started = ChildProcess()
    yield started
    started.kill()


def test_one_child_reads_many_files_and_has_neither_a_terminal_nor_keys(
    child: ChildProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        read = parse_reply(child.ask(ASKED))
        assert isinstance(read, ReadDocument)
        assert read.text == "# Hello\n\nWorld"
    assert os.getsid(child.pid) == child.pid != os.getsid(0)
    environ = Path(f"/proc/{child.pid}/environ")
    if environ.exists():
        assert {entry.partition(b"=")[0] for entry in environ.read_bytes().split(b"\0")} <= {
            b"",
            *map(str.encode, (*process._SEEN, "PYTHONPATH")),
        }


def test_a_child_that_hangs_is_ended_and_the_next_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    children = _Children()
    with children.one() as child:
        child.ask(ASKED)
        hung = child.pid
    os.kill(hung, signal.SIGSTOP)
    with monkeypatch.context() as patch:
        patch.setattr(process, "SECONDS", 0.1)
        with pytest.raises(Unreadable, match="took too long"), children.one() as child:
            child.ask(ASKED)
    with children.one() as child:
        assert child.pid != hung
        assert isinstance(parse_reply(child.ask(ASKED)), ReadDocument)
    children.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(hung, 0)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="the system cannot limit another process")
def test_a_child_that_has_used_up_its_memory_is_named_as_such(child: ChildProcess) -> None:
    child.ask(ASKED)
    used = int(Path(f"/proc/{child.pid}/statm").read_text().split()[0]) * resource.getpagesize()
    resource.prlimit(child.pid, resource.RLIMIT_AS, (used + 1_000_000, used + 1_000_000))
    with pytest.raises(Unreadable, match="too much memory"):
        child.ask(request(Format.PDF, bytes(30_000_000)))


def test_a_child_that_dies_is_named_as_such(child: ChildProcess) -> None:
    os.kill(child.pid, signal.SIGSEGV)
    with pytest.raises(Unreadable, match="broke down"):
        child.ask(ASKED)


def test_reading_is_stopped_from_another_thread(child: ChildProcess) -> None:
    os.kill(child.pid, signal.SIGSTOP)
    stopping = threading.Timer(0.05, child.stop)
    stopping.start()
    with pytest.raises(ReadingStopped):
        child.ask(ASKED)
    stopping.join()


def test_a_reading_that_is_stopped_before_it_has_a_child_does_not_begin() -> None:
    with pytest.raises(ReadingStopped):
        read_apart(Format.POWERPOINT, SLIDES, lambda: True)


STARTER = """
import os, sys, time
os.close(0)
from chatbot_cli.readers.child.process import ChildProcess
child = ChildProcess()
child.ask(b"POWERPOINT\\nnone")
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_child_dies_with_its_parent_that_had_no_stdin_and_was_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
        parent.kill()
    deadline = time.monotonic() + 10
    while _is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _is_alive(pid)


def _is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended may be listed until somebody asks for its status."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    try:
        return not stat.parent.parent.joinpath("self").exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    "answer",
    [b"", b"[]", b"{}", b'{"reason": "x"}', b"[" * 100_000, b'{"text": "a", "places": [1, 2], "form": "CODE"}'],
)
def test_an_answer_that_no_child_of_ours_gives_is_refused(answer: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_reply(answer)


def test_a_text_is_read_where_the_system_has_no_limits_for_a_child() -> None:
    run = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, timeout=30)
    assert (run.stdout, run.stderr) == ("# Read\n", "")
