"""Stopping: a reply by key or signal, which keeps what came; the program by signal, which leaves the terminal clean."""

import signal

import pytest

from tests.end_to_end.installed_chat import ACCOUNT, ChatSession, InstalledChat

CTRL_C, ESC, BACKSPACE = "\x03", "\x1b", "\x7f"
BRACKETED_PASTE = 2004 << 5  # as the emulator keeps private modes


@pytest.fixture
def fork_server() -> None:
    """None: each chat is started anew here."""


def stopped_after(session: ChatSession) -> list[str]:
    """Wait for the end of a stopped reply and the next prompt; the lines that came."""
    session.wait_for(lambda: session.is_ready and "── stopped · " in session.text)
    return [line.strip() for line in session.lines if line.startswith(" • ")]


@pytest.mark.parametrize("key", [CTRL_C, ESC], ids=["Ctrl-C", "Esc"])
def test_a_key_stops_the_reply_and_what_came_is_kept(chat: InstalledChat, key: str) -> None:
    with chat.in_terminal("--model", "demo") as session:
        session.begin("count to 250", " • 3")
        session.send(key)
        came = stopped_after(session)
        assert came[:3] == ["• 1", "• 2", "• 3"]
        assert came[-1] != "• 400"
        assert session.line == ""

        history = session.enter("/history")
        assert "count to 250" in history
        assert [line.strip() for line in history.split("\n") if line.startswith(" • ")] == came
        assert "(stopped)" in history
        assert "Here we go: - 1 - 2 - 3" in session.enter("What did you say?")
        session.leave()


def test_a_signal_from_outside_stops_the_reply_alone(chat: InstalledChat) -> None:
    with chat.in_terminal("--model", "demo") as session:
        session.begin("count to 250", " • 3")
        session.interrupt(signal.SIGINT)
        assert stopped_after(session)[:3] == ["• 1", "• 2", "• 3"]
        assert "You're welcome!" in session.enter("Thanks")
        session.leave()


def test_a_question_without_an_answer_stands_in_the_prompt_again(chat: InstalledChat) -> None:
    with chat.in_terminal("--model", "demo") as session:
        session.wait_until_ready()
        session.send("Thanks\r")
        session.wait_for("waiting")
        session.send(CTRL_C)
        session.wait_for_line("Thanks")
        assert "Stopped before an answer came." in session.text
        assert "waiting" not in session.text
        assert "I was sent 2 messages" in session.enter("")
        session.leave()


def test_what_is_typed_during_a_reply_stands_in_the_next_prompt(chat: InstalledChat) -> None:
    with chat.in_terminal("--model", "demo") as session:
        session.begin("count to 25", " • 1")
        session.send("Thannks")
        session.send(BACKSPACE * 3 + "ks")
        session.wait_for_line("Thanks")
        assert [line for line in session.lines if "Tha" in line] == ["› Thanks"]
        assert [line.strip() for line in session.lines if line.startswith(" • ")] == [f"• {n}" for n in range(1, 26)]
        assert len(ACCOUNT.findall(session.text)) == 1
        assert "You're welcome!" in session.enter("")
        session.leave()


def test_lines_typed_or_pasted_during_a_reply_are_not_sent_unseen(chat: InstalledChat) -> None:
    with chat.in_terminal("--model", "demo") as session:
        session.begin("count to 250", " • 1")
        session.send("one\rtwo\r\x1b[200~three\rfour\x1b[201~")
        session.send(CTRL_C)
        session.wait_for_line("one\ntwo\nthree\nfour")
        assert " · 1 of 40 exchanges · " in session.toolbar
        session.send(CTRL_C)
        session.wait_for_line("")
        session.leave()


def test_what_is_typed_before_the_reply_begins_is_not_echoed_either(chat: InstalledChat) -> None:
    with chat.in_terminal("--model", "demo") as session:
        session.wait_until_ready()
        session.send("Thanks\r")
        session.wait_for(lambda: not session.is_ready)
        session.send("again")
        session.wait_for_line("again")
        assert [line for line in session.lines if "again" in line] == ["› again"]
        assert session.text.count("── Assistant · demo ──") == 1
        assert "You wrote: “again”" in session.enter("")
        session.leave()


@pytest.mark.parametrize("line", ["Thanks", "/tokens"])
def test_ctrl_c_right_after_enter_does_not_end_the_chat(chat: InstalledChat, line: str) -> None:
    with chat.in_terminal("--model", "demo") as session:
        session.wait_until_ready()
        session.send(f"{line}\r")
        session.wait_for(lambda: not session.is_ready)
        session.send(CTRL_C)
        session.wait_for(lambda: session.is_ready or "Ctrl-D leaves" in session.text)
        session.send("\x15x")
        session.wait_for_line("x")
        session.send(CTRL_C)
        session.wait_for_line("")
        session.leave()


@pytest.mark.parametrize("question", ["", "count to 250"], ids=["at the prompt", "in mid-reply"])
def test_a_signal_to_leave_leaves_the_terminal_as_it_was(chat: InstalledChat, question: str) -> None:
    with chat.in_terminal("--model", "demo") as session:
        before = session.modes
        session.wait_until_ready()
        assert session.modes != before  # raw
        assert BRACKETED_PASTE in session.emulator.mode
        if question:
            session.begin(question, " • 3")
            assert session.modes != before
        session.interrupt(signal.SIGTERM)
        assert session.wait_for_exit() == 143
        assert session.modes == before
        assert not session.emulator.cursor.hidden
        assert session.emulator.cursor.x == 0
        assert BRACKETED_PASTE not in session.emulator.mode


def test_leaving_leaves_the_terminal_as_it_was(chat: InstalledChat) -> None:
    with chat.in_terminal("--model", "demo") as session:
        before = session.modes
        session.begin("count to 250", " • 3")
        session.send(CTRL_C)
        stopped_after(session)
        session.leave()
        assert session.modes == before
        assert not session.emulator.cursor.hidden
        assert session.emulator.cursor.x == 0
        assert BRACKETED_PASTE not in session.emulator.mode
