"""Failures in a conversation: a sentence and a hint, the question in the prompt again, and the chat goes on."""

import socket

from tests.end_to_end.installed_chat import KEY, ChatSession, InstalledChat
from tests.streaming_server import HANG_UP, RESET, SILENCE, Received, StreamingServer, answer, page, stream, text

QUESTION = "Why?"


def asked(received: Received) -> list[str]:
    """The roles and texts of a request, without the system message."""
    return [f"{message['role']}: {message['content']}" for message in received.body["messages"][1:]]


def ask_in_vain(session: ChatSession, keys: str) -> str:
    """Ask, and see the question in the prompt again; what was shown between."""
    shown = session.enter(keys)
    assert session.line == QUESTION
    assert " · 0 of 40 exchanges · " in session.toolbar
    assert "Traceback" not in shown
    assert KEY not in shown
    return shown.strip()


def test_after_each_failure_enter_asks_again(chat: InstalledChat) -> None:
    failures = {
        "The server does not accept the API key": page({"error": {"message": f"No such key: {KEY}"}}, 401),
        "The server does not know the model gpt-6-luna": page({"error": {"code": "model_not_found"}}, 404),
        "Too many requests": page({"error": {"message": "Slow down"}}, 429),
        "The server failed (500)": page({"error": {"message": "Oh no"}}, 500),
        "was lost before the reply": stream(RESET),
        "The server sent an empty reply.": stream(),
    }
    with (
        StreamingServer(*failures.values(), answer("Because.")) as server,
        chat.at(server).in_terminal() as session,
    ):
        keys = QUESTION
        for sentence in failures:
            shown = ask_in_vain(session, keys)
            assert shown.startswith(sentence) or sentence in shown.split("\n")[0]
            assert len(shown.split("\n")) > 1  # the hint
            keys = ""
        assert "Because." in session.enter(keys)
        assert session.line == ""
        assert " · 1 of 40 exchanges · " in session.toolbar
        session.leave()
    assert [asked(received) for received in server.requests] == [[f"user: {QUESTION}"]] * len(server.requests)


def test_nobody_answers(chat: InstalledChat) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        with chat.in_terminal("--base-url", address) as session:
            for keys in (QUESTION, ""):
                assert f"Nothing answers at {address}: connection refused." in ask_in_vain(session, keys)
            session.send("\x15")
            session.wait_for_line("")
            assert "/reset" in session.enter("/help")
            session.leave()


def test_a_server_that_says_nothing(chat: InstalledChat) -> None:
    chat.environ |= {"CHAT_FIRST_TOKEN_TIMEOUT": "0.2"}
    with StreamingServer(otherwise=stream(SILENCE)) as server, chat.at(server).in_terminal() as session:
        for keys in (QUESTION, ""):
            assert "did not begin to answer within 0.2 seconds." in ask_in_vain(session, keys)
        session.send("\x15\x04")
        assert session.wait_for_exit() == 0


def test_a_cut_reply_is_kept_until_it_is_asked_for_again(chat: InstalledChat) -> None:
    script = stream(text("Half an ans"), HANG_UP), answer("The whole answer."), answer("You are welcome.")
    with StreamingServer(*script) as server, chat.at(server).in_terminal() as session:
        shown = session.enter(QUESTION)
        assert "Half an ans" in shown
        assert "── cut off: the connection was lost · " in shown
        assert shown.count("cut off") == 1
        assert session.line == QUESTION
        assert " · 1 of 40 exchanges · " in session.toolbar
        assert "(cut off: the connection was lost)" in session.enter("\x15/history")
        session.send(QUESTION)
        session.wait_for_line(QUESTION)

        assert "The whole answer." in session.enter("")
        assert " · 1 of 40 exchanges · " in session.toolbar
        assert "Half" not in session.enter("/history")
        session.enter("Thanks")
        session.leave()
    assert [asked(received) for received in server.requests] == [
        [f"user: {QUESTION}"],
        [f"user: {QUESTION}"],
        [f"user: {QUESTION}", "assistant: The whole answer.", "user: Thanks"],
    ]


def test_after_a_cut_reply_another_question_goes_on_from_it(chat: InstalledChat) -> None:
    script = stream(text("Half an ans"), HANG_UP), answer("Go on.")
    with StreamingServer(*script) as server, chat.at(server).in_terminal() as session:
        session.enter(QUESTION)
        session.send("\x15")
        session.wait_for_line("")
        session.enter("Continue")
        session.leave()
    assert asked(server.requests[1]) == [f"user: {QUESTION}", "assistant: Half an ans", "user: Continue"]


def test_on_a_dumb_terminal_nothing_is_sent_that_was_not_shown(chat: InstalledChat) -> None:
    chat.environ |= {"TERM": "dumb"}
    with (
        StreamingServer(page({"error": {"message": "Oh no"}}, 500), answer("Because.")) as server,
        chat.at(server).in_terminal() as session,
    ):
        session.wait_for("You:")
        session.send(f"{QUESTION}\r")
        session.wait_for(lambda: "Oh no" in session.text and session.text.count("\n» You:") == 2)
        session.send("Tell me.\r")
        session.wait_for("Because.")
    assert "You: " + asked(server.requests[1])[0].removeprefix("user: ") in session.text


def test_nothing_a_server_sends_acts_on_the_terminal(chat: InstalledChat) -> None:
    title = "\x1b]0;owned\x07"
    script = answer("\x1b", "[2J\x1b[31m", f"red{title}"), page({"error": {"message": f"{title}\x1bc no"}}, 400)
    with StreamingServer(*script) as server, chat.at(server).in_terminal() as session:
        session.forbidden = None
        assert "␛[2J␛[31mred␛]0;owned␇" in session.enter(QUESTION)
        assert "(400): ]0;owned c no." in session.enter(QUESTION)
        assert "␛[2J␛[31mred␛]0;owned␇" in session.enter("\x15/history")
        assert "Ask me anything" in session.text  # the screen was not cleared
        assert session.emulator.title != "owned"
        assert b"\x1b]0;" not in session.raw
        assert b"\x1b[31mred" not in session.raw
        session.leave()
