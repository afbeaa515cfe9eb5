"""A session is open in one place at a time, and free again when that is gone, however it went."""

import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chatbot_cli.sessions.session_lock import LOCK_FILE, SessionLocks

HOLD = """
import sys
from pathlib import Path
from chatbot_cli.sessions.session_lock import SessionLocks
locks = SessionLocks(Path(sys.argv[1]))
print(*[locks.take(int(number)) for number in sys.argv[2:]], flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process(folder: Path, *sessions: int) -> Iterator[tuple[list[bool], "subprocess.Popen[str]"]]:
    """A process that takes sessions and holds them; whether it got them."""
    arguments = [sys.executable, "-c", HOLD, str(folder), *map(str, sessions)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield [word == "True" for word in process.stdout.readline().split()], process


def test_a_session_is_taken_once_until_it_is_released(tmp_path: Path) -> None:
    locks = SessionLocks(tmp_path)
    assert locks.take(1)
    assert not locks.take(1)
    assert locks.take(2)
    locks.release(1)
    assert locks.take(1)


def test_two_parts_of_one_process_are_kept_apart(tmp_path: Path) -> None:
    mine, yours = SessionLocks(tmp_path), SessionLocks(tmp_path)
    assert mine.take(1)
    assert not yours.take(1)
    yours.release(1)  # it is not yours
    assert not yours.take(1)
    mine.close()
    assert yours.take(1)


def test_another_process_gets_what_is_not_taken(tmp_path: Path) -> None:
    locks = SessionLocks(tmp_path)
    assert locks.take(1)
    assert SessionLocks(tmp_path).take(3)
    with another_process(tmp_path, 1, 2, 3) as (got, _):
        assert got == [False, True, False]
        assert not locks.take(2)
    assert locks.take(2)


def test_what_was_released_is_free_for_another_process(tmp_path: Path) -> None:
    locks = SessionLocks(tmp_path)
    assert locks.take(1)
    assert locks.take(2)
    locks.release(1)
    with another_process(tmp_path, 1, 2) as (got, _):
        assert got == [True, False]


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    locks = SessionLocks(tmp_path)
    with another_process(tmp_path, 7) as (got, process):
        assert got == [True]
        assert not locks.take(7)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert locks.take(7)


def test_the_lock_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    SessionLocks(tmp_path).take(1)
    assert stat.S_IMODE((tmp_path / LOCK_FILE).stat().st_mode) == 0o600


def test_where_there_can_be_no_locks_all_is_free(tmp_path: Path) -> None:
    (tmp_path / LOCK_FILE).mkdir()
    for folder in (tmp_path, tmp_path / "nowhere"):
        locks = SessionLocks(folder)
        assert locks.take(1)
        locks.release(1)
        locks.close()
