"""A whole conversation with the demo model: what is remembered, what is sent, and who answers."""

import re

import pytest

from tests.end_to_end.installed_chat import ACCOUNT, InstalledChat
from tests.streaming_server import SILENCE, Received, StreamingServer, answer, stream, text

SLID_OUT = "The oldest exchange is not sent any more: the window holds 2 exchanges."


@pytest.fixture
def fork_server() -> None:
    """None: each chat is started anew here."""


def asked(received: Received) -> list[str]:
    """All that the user said, in a request."""
    return [message["content"] for message in received.body["messages"] if message["role"] == "user"]


@pytest.mark.usefixtures("in_a_hurry")
def test_without_a_key_the_demo_model_answers_and_says_how_to_set_one(chat: InstalledChat) -> None:
    with chat.in_terminal() as session:
        session.wait_until_ready()
        (notice,) = [line for line in session.lines if "OPENAI_API_KEY" in line]
        assert "demo model answers" in notice
        assert ".env" in notice
        assert "You're welcome!" in session.enter("Thanks")
        session.leave()
        assert session.text.count("OPENAI_API_KEY") == 1


@pytest.mark.usefixtures("in_a_hurry")
def test_asked_for_the_demo_model_says_nothing_of_keys(chat: InstalledChat) -> None:
    with chat.in_terminal("--model", "demo") as session:
        assert "KEY" not in session.wait_until_ready()
        session.leave()


@pytest.mark.usefixtures("in_a_hurry")
def test_a_name_is_remembered_forgotten_by_reset_and_brought_back(chat: InstalledChat) -> None:
    with chat.in_terminal("--model", "demo", "--persona", "tutor") as session:
        assert "understand about Python?" in session.wait_until_ready()
        reply = session.enter("My name is Ada.")
        assert reply.startswith("── Python tutor · demo ──")
        assert "Nice to meet you, Ada!" in reply
        assert re.search(r"^── [\d,]+ tokens sent, \d+ received · \d+\.\d s · \d+/s ─+$", reply, re.MULTILINE)
        assert "Your name is Ada" in session.enter("What is my name?")

        assert "2 exchanges forgotten. /undo brings them back." in session.enter("/reset")
        assert " · 0 of 40 exchanges · " in session.toolbar
        assert "I don't know your name" in session.enter("What is my name?")

        assert "Undone: /reset." in session.enter("/undo 2")
        assert " · 2 of 40 exchanges · " in session.toolbar
        assert "Your name is Ada" in session.enter("What is my name?")
        session.leave()


@pytest.mark.usefixtures("in_a_hurry")
def test_the_window_slides_and_says_so_once(chat: InstalledChat) -> None:
    with chat.in_terminal("--model", "demo", "--max-turns", "2") as session:
        session.enter("My name is Ada.")
        session.enter("Thanks")
        assert "Your name is Ada" in session.enter("What is my name?")
        assert SLID_OUT not in session.text

        reply = session.enter("Who am I?")
        assert SLID_OUT in reply
        assert f"\x1b[2m{SLID_OUT}" in session.raw.decode()  # dim
        assert "Your name is Ada" not in reply.replace(SLID_OUT, "")
        assert "I don't know your name" in session.enter("Do you know my name?")
        assert session.text.count(SLID_OUT) == 1
        assert " · 2 of 2 exchanges · " in session.toolbar
        session.leave()


def test_trimming_sends_less_and_forgets_nothing(online: InstalledChat, server: StreamingServer) -> None:
    with online.in_terminal() as session:
        session.enter("one")
        session.enter("two")
        assert "1 exchange trimmed, the last 1 still sent." in session.enter("/trim 1")
        counted = session.enter("/tokens")
        assert " 1 of 40 exchanges, before your message." in counted
        assert "tokens, are not sent: /trim left them out" in counted
        session.enter("three")

        history = session.enter("/history")
        assert [line for line in history.split("\n") if line in ("one", "two", "three")] == ["one", "two", "three"]
        assert "── 1 · not sent any more ──" in history
        assert "── 2 ──" in history

        session.enter("/undo 2")
        assert " 2 of 40 exchanges, before your message." in session.enter("/tokens")
        session.enter("four")
        session.leave()
    assert [asked(received) for received in server.requests[2:]] == [["two", "three"], ["one", "two", "four"]]


def test_another_persona_goes_on_with_the_conversation(online: InstalledChat, server: StreamingServer) -> None:
    with online.in_terminal() as session:
        session.enter("one")
        assert "From here on: Chef · gpt-6-luna." in session.enter("/persona chef")
        assert session.toolbar.startswith("Chef · gpt-6-luna · 1 of 40 exchanges")
        assert session.enter("two").startswith("── Chef · gpt-6-luna ──")
        session.leave()
    system = [received.body["messages"][0]["content"] for received in server.requests]
    assert [prompt[:21] for prompt in system] == ["You are a knowledgeab", "You are a friendly, p"]
    assert asked(server.requests[1]) == ["one", "two"]


def test_a_command_that_does_not_exist_is_not_sent(chat: InstalledChat) -> None:
    with chat.in_terminal("--model", "demo") as session:
        assert "Did you mean /reset?" in session.enter("/rest")
        assert " · 0 of 40 exchanges · " in session.toolbar
        assert "You wrote: “/rest of it”" in session.enter("//rest of it")
        assert " · 1 of 40 exchanges · " in session.toolbar
        session.leave()


def test_a_reply_longer_than_the_screen_stands_there_once(chat: InstalledChat) -> None:
    pieces = [piece for number in range(1, 121) for piece in ("-", f" {number}\n")]
    with (
        StreamingServer(answer("Here we go:\n\n", *pieces, between=0.005)) as server,
        chat.at(server).in_terminal() as session,
    ):
        session.enter("count to 120")
        counted = [line.strip() for line in session.lines if line.strip().startswith("•")]
        assert counted == [f"• {number}" for number in range(1, 121)]
        assert session.text.count("Here we go:") == 1
        assert session.text.count("── Assistant · gpt-6-luna ──") == 1
        assert len(ACCOUNT.findall(session.text)) == 1
        session.leave()


def test_the_newest_words_of_a_long_reply_can_be_seen(chat: InstalledChat) -> None:
    pieces = [f"- {number}\n" for number in range(1, 61)]
    with StreamingServer(stream(text(*pieces), SILENCE)) as server, chat.at(server).in_terminal() as session:
        session.begin("count to 120", " • 60")
        assert " • 1" not in session.screen
        session.send("\x03")
        session.leave()


def test_exit_leaves(chat: InstalledChat) -> None:
    with chat.in_terminal("--model", "demo") as session:
        session.wait_until_ready()
        session.send("/exit\r")
        assert session.wait_for_exit() == 0
