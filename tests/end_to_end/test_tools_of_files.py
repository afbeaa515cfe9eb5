"""Python files of tools in the real program: one that hangs, and one that prints where an answer stands."""

import time
from pathlib import Path

import pytest

from tests.end_to_end.installed_chat import InstalledChat
from tests.terminal_session import PATIENCE

pytestmark = pytest.mark.usefixtures("in_a_hurry")

TOOLS = '''
import sys, time
from pathlib import Path

def hang() -> None:
    """Never ends."""
    Path("began").touch()
    time.sleep(1000)

def loud() -> str:
    """Prints."""
    print("on stdout")
    print("on stderr", file=sys.stderr)
    return "\\x1b[2J\\x1b]0;title\\x07\\ud800\\u202ethe result"
'''
WITH_TOOLS = ("--model", "demo", "--tools", "tools.py", "--allow", "*")


def wait_for_file(path: Path) -> None:
    """Wait until a tool has left its sign."""
    deadline = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < deadline, f"waited in vain for {path.name}"
        time.sleep(0.01)


def test_a_tool_that_hangs_is_stopped_by_a_key_and_the_chat_goes_on_and_ends(chat: InstalledChat) -> None:
    (chat.folder / "tools.py").write_text(TOOLS)
    with chat.in_terminal(*WITH_TOOLS) as session:
        session.wait_until_ready()
        session.send("call hang\r")
        wait_for_file(chat.folder / "began")
        session.send("\x03")
        session.wait_for(lambda: session.is_ready and "1 of 40 exchanges" in session.toolbar)
        session.forbidden = None  # what the tool returns is shown, as symbols
        assert "␛[2J␛]0;title␇�‹RLO›the result" in session.enter("call loud")
        session.leave()


def test_what_a_tool_prints_is_not_in_the_answer_and_what_it_returns_does_nothing_to_it(chat: InstalledChat) -> None:
    (chat.folder / "tools.py").write_text(TOOLS)
    done = chat.run(*WITH_TOOLS, "call loud")
    assert done.exit_code == 0
    assert "the result" in done.out
    assert "on std" not in done.out
    assert "\x1b" not in done.out + done.err


def test_a_file_or_a_name_that_makes_no_sense_ends_the_program_before_anything_is_sent(chat: InstalledChat) -> None:
    (chat.folder / "tools.py").write_text("import nowhere_at_all\n")
    for flags, told in (
        (("--tools", "tools.py"), "tools.py:1 failed with ModuleNotFoundError"),
        (("--tools", "gone.py"), "is not there"),
        (("--tool", "nonsense"), "There is no tool 'nonsense'."),
    ):
        done = chat.run("--model", "demo", *flags, "Hi")
        assert (done.exit_code, done.out) == (2, ""), flags
        assert told in done.err
