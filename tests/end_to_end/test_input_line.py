"""The input line in a real terminal: pasting, new lines, history across runs, completion, an editor."""

from collections.abc import Iterator

import pytest

from tests.end_to_end.installed_chat import ChatSession, InstalledChat
from tests.streaming_server import StreamingServer

pytestmark = pytest.mark.usefixtures("in_a_hurry")

ALT_ENTER, CTRL_J, UP, TAB = "\x1b\r", "\n", "\x1b[A", "\t"
SHIFT_ENTERS = ("\x1b[27;2;13~", "\x1b[13;2u")  # xterm's and kitty's
LEFT = "\x1b[D"
CTRL_C, CTRL_R, CTRL_U, CTRL_X_CTRL_E = "\x03", "\x12", "\x15", "\x18\x05"


def pasted(text: str) -> str:
    """A text as a terminal sends it from the clipboard."""
    return f"\x1b[200~{text}\x1b[201~"


@pytest.fixture
def session(chat: InstalledChat) -> Iterator[ChatSession]:
    with chat.in_terminal("--model", "demo") as started:
        started.wait_until_ready()
        yield started
        started.leave()


def test_a_pasted_text_of_many_lines_is_one_message(session: ChatSession) -> None:
    session.send(pasted("def f():\r    return 1\n\nprint(f())"))
    session.wait_for_line("def f():\n    return 1\n\nprint(f())")
    assert "You wrote: “def f(): return 1 print(f())”" in session.enter("")
    assert " · 1 of 40 exchanges · " in session.toolbar


def test_what_would_be_hidden_in_a_paste_is_seen_before_it_is_sent(
    chat: InstalledChat, server: StreamingServer
) -> None:
    text = "if ok\u202e \u2066# then\U000e0041\u2069 go"
    with chat.at(server).in_terminal() as session:
        session.wait_until_ready()
        session.send(pasted(text))
        session.wait_for("if ok‹RLO› ‹LRI›# then‹tag 41›‹PDI› go")
        session.send(f"!{4 * LEFT}?")  # the cursor goes over a symbol as over one character
        session.wait_for("then‹tag 41›‹PDI›? go!")
        session.enter(f"{LEFT}{LEFT}#")
        assert "\u202e".encode() not in session.raw
        assert "\U000e0041".encode() not in session.raw
        session.leave()
    assert server.requests[0].body["messages"][-1]["content"] == f"{text[:-4]}#{text[-4]}? go!"


def test_some_keys_begin_a_new_line(session: ChatSession) -> None:
    session.send(f"one{ALT_ENTER}two{CTRL_J}three{SHIFT_ENTERS[0]}four{SHIFT_ENTERS[1]}five")
    session.wait_for_line("one\ntwo\nthree\nfour\nfive")
    assert "You wrote: “one two three four five”" in session.enter("")


def test_ctrl_c_clears_the_line_and_says_what_leaves(session: ChatSession) -> None:
    session.send(f"first{CTRL_J}second")
    session.wait_for_line("first\nsecond")
    session.send(CTRL_C)
    session.wait_for_line("")
    session.send(CTRL_C)
    session.wait_for("Ctrl-D leaves")
    session.send("x")
    session.wait_for_line("x")
    session.send(CTRL_C)
    session.wait_for_line("")
    assert " · 0 of 40 exchanges · " in session.toolbar


def test_enter_on_an_empty_line_sends_nothing(session: ChatSession) -> None:
    session.send("\r  \r")
    session.send("x")
    session.wait_for_line("x")
    session.send(CTRL_U)
    session.wait_for_line("")
    assert " · 0 of 40 exchanges · " in session.toolbar


def test_commands_and_their_arguments_are_completed(session: ChatSession) -> None:
    session.send("/per")
    session.wait_for("Switch the persona")  # in the menu
    session.send(TAB)
    session.wait_for(lambda: "› /persona" in session.screen)
    session.send(" ")
    session.wait_for(lambda: {"assistant", "chef", "planner", "reviewer", "tutor"} <= {*session.text.split()})
    session.send("ch")
    session.wait_for(lambda: "tutor" not in session.text)
    session.send(TAB)
    session.wait_for(lambda: "› /persona chef" in session.screen)
    assert "From here on: Chef" in session.enter("")


def test_a_text_from_the_editor_comes_back_to_be_read_over_and_sent(chat: InstalledChat) -> None:
    editor = chat.home / "editor"
    editor.write_text('#!/bin/sh\ncat "$1" > found\necho \'and more\' >> "$1"\n')
    editor.chmod(0o755)
    chat.environ["EDITOR"] = str(editor)
    with chat.in_terminal("--model", "demo") as session:
        session.wait_until_ready()
        session.send(f"a little{CTRL_J}")
        session.wait_for(lambda: session.is_ready and "a little" in session.line)
        session.send(CTRL_X_CTRL_E)
        session.wait_for_line("a little\nand more")
        session.send("\r")
        session.wait_for(lambda: session.is_ready and " · 1 of 40 exchanges" in session.toolbar)
        assert "You wrote: “a little and more”" in session.text
        assert (chat.folder / "found").read_text() == "a little\n"
        session.leave()


def test_history_is_kept_across_runs_for_its_owner_alone(chat: InstalledChat) -> None:
    with chat.in_terminal("--model", "demo") as first:
        first.enter("/tokens")
        first.enter(f"Thanks{ALT_ENTER}to you")
        first.leave()
    history = chat.home / ".local/state/chatbot-cli/history"
    assert history.stat().st_mode & 0o777 == 0o600
    assert history.parent.stat().st_mode & 0o077 == 0

    with chat.in_terminal("--model", "demo") as second:
        second.wait_until_ready()
        second.send(UP)
        second.wait_for_line("Thanks\nto you")
        second.send(UP + UP)
        second.wait_for_line("/tokens")
        second.send(CTRL_C)
        second.wait_for_line("")
        second.send(f"{CTRL_R}you")
        second.wait_for("to you")
        assert "You're welcome!" in second.enter("\r")
        second.leave()


def test_a_text_pasted_into_a_dumb_terminal_is_one_message(chat: InstalledChat) -> None:
    chat.environ["TERM"] = "dumb"
    with chat.in_terminal("--model", "demo") as session:
        session.wait_for("You:")
        session.send("first line\rsecond line")
        session.wait_for("second line")
        session.send("\r")
        session.wait_for("You wrote: “first line second line”")
