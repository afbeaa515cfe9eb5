"""A prompt through a pipe, then a conversation on the terminal: `git diff | chat -i "Review this"`."""

import os
import pty
import subprocess

import pytest

from tests.end_to_end.installed_chat import CHAT, InstalledChat
from tests.streaming_server import StreamingServer, answer
from tests.terminal_session import PATIENCE

pytestmark = pytest.mark.usefixtures("in_a_hurry")


@pytest.fixture
def fork_server() -> None:
    """None: each chat is started anew here."""


def test_it_answers_the_pipe_and_goes_on_at_the_terminal(chat: InstalledChat) -> None:
    replies = answer("It looks *good*."), answer("You are welcome.")
    with (
        StreamingServer(*replies) as server,
        chat.at(server).in_terminal("-i", "Review this", stdin=b"--- a\n+++ b\n") as session,
    ):
        assert "It looks good." in session.wait_until_ready()
        assert "You are welcome." in session.enter("Thank you")
        session.leave()
    first, second = [request.body["messages"][1:] for request in server.requests]
    assert first == [{"role": "user", "content": "Review this\n\n--- a\n+++ b"}]
    assert second == [
        *first,
        {"role": "assistant", "content": "It looks *good*."},
        {"role": "user", "content": "Thank you"},
    ]


def test_without_a_key_the_demo_model_answers_as_in_any_conversation(chat: InstalledChat) -> None:
    with chat.in_terminal("-i", stdin=b"My name is Ada.") as session:
        shown = session.wait_until_ready()
        assert "OPENAI_API_KEY" in shown
        assert "Nice to meet you, Ada!" in shown
        assert "Your name is Ada" in session.enter("What is my name?")
        session.leave()


def test_with_a_prompt_and_no_pipe_it_goes_on_as_well(chat: InstalledChat) -> None:
    with chat.in_terminal("-m", "demo", "-i", "Thanks") as session:
        assert "You're welcome!" in session.wait_until_ready()
        assert " · 1 of 40 exchanges · " in session.toolbar
        session.leave()


def test_into_a_file_there_can_be_no_conversation(chat: InstalledChat) -> None:
    run = chat.run("-m", "demo", "-i", "Review this", stdin="a diff")
    assert (run.exit_code, run.out) == (2, "")
    assert "needs a terminal" in run.err
    assert "Traceback" not in run.err


def test_without_a_keyboard_there_can_be_no_conversation(chat: InstalledChat) -> None:
    screen, theirs = pty.openpty()
    process = subprocess.Popen(
        [str(CHAT), "-m", "demo", "-i", "Review this"],
        stdin=subprocess.PIPE,
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=chat.environ,
        cwd=chat.folder,
        start_new_session=True,  # without a terminal of its own
    )
    os.close(theirs)
    _, err = process.communicate(b"a diff", PATIENCE)
    os.close(screen)
    assert process.returncode == 2
    assert "There is no terminal to go on with." in err.decode()
    assert "Traceback" not in err.decode()
