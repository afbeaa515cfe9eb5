"""A chat of the fork server is what a chat is that is started anew."""

import signal
from pathlib import Path

import pytest

from tests.end_to_end.forked_process import ForkServer
from tests.end_to_end.installed_chat import InstalledChat


@pytest.fixture(autouse=True)
def _forks(fork_server: ForkServer | None) -> None:
    if fork_server is None:
        pytest.skip("each chat is started anew")


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (["--help"], ""),
        (["--model", "demo", "Review this"], "b\xe9a\r\n\x00"),
        (["question"], ""),  # there is no key
        (["sessions", "show", "1"], ""),
    ],
    ids=" ".join,
)
def test_it_says_the_same_and_ends_the_same(
    chat: InstalledChat, tmp_path: Path, arguments: list[str], stdin: str
) -> None:
    (tmp_path / "anew").mkdir()
    anew = InstalledChat(tmp_path / "anew")
    assert chat.forked_by
    assert not anew.forked_by
    assert chat.run(*arguments, stdin=stdin.encode("latin-1")) == anew.run(*arguments, stdin=stdin.encode("latin-1"))
    anew.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_ends_it_in_the_same_way(chat: InstalledChat, number: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "anew").mkdir()
    codes = []
    for started in (chat, InstalledChat(tmp_path / "anew")):
        with started.in_terminal("--model", "demo") as session:
            session.wait_until_ready()
            session.interrupt(number)
            codes.append(session.wait_for_exit())
    assert codes[0] == codes[1]
