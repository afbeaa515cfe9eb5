"""Ctrl-Z and `kill -TSTP` under a shell with job control: the shell gets its terminal, and the chat takes it back."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.end_to_end.installed_chat import GARBAGE, ChatSession, InstalledChat
from tests.streaming_server import RESET, Pause, StreamingServer, answer, chunk, page, stream, text

BRACKETED_PASTE, SYNCHRONIZED = 2004 << 5, 2026 << 5  # as the emulator keeps private modes
CTRL_Z = "\x1a"
SHELL_PROMPT = "shell>"


class JobSession(ChatSession):
    """A chat that is a job of a shell."""

    job = 0  # its process id, which is its group's
    checks = prompts = 0
    forbidden = re.compile(GARBAGE.pattern.replace("@-_", "@-Y"))  # not ^Z, which a terminal echoes in its usual mode

    def start_chat(self, *arguments: str) -> None:
        self.wait_for_shell()
        self.found = self.modes
        self.send(f"sh -c 'echo job=$$; exec chat \"$@\"' sh {' '.join(arguments)}\r")
        self.wait_for(lambda: bool(re.search(r"^job=\d+$", self.text, re.MULTILINE)))
        self.job = int(re.findall(r"^job=(\d+)$", self.text, re.MULTILINE)[-1])

    @property
    def shell_waits(self) -> bool:
        """Whether the shell has written a prompt since it was last waited for, and the cursor stands there."""
        waits = self.screen[self.emulator.cursor.y].strip() == SHELL_PROMPT
        return waits and self.text.count(SHELL_PROMPT) > self.prompts

    def wait_for_shell(self, shown: str = "") -> None:
        self.wait_for(lambda: shown in self.text and self.shell_waits)
        self.prompts = self.text.count(SHELL_PROMPT)

    def stop(self, way: str) -> None:
        """Press Ctrl-Z, or send the signal; the shell has its terminal as it knows it."""
        if way == "key":
            self.send(CTRL_Z)
        else:
            os.kill(self.job, signal.SIGTSTP)
        self.wait_for_shell()
        self.check_terminal()

    def check_terminal(self) -> None:
        """The shell echoes what is typed, and nothing is left of the chat's own modes."""
        assert not self.emulator.cursor.hidden
        assert not {BRACKETED_PASTE, SYNCHRONIZED} & self.emulator.mode
        self.checks += 1
        self.tell_shell(f"echo here $((40 + {self.checks}))", f"here {40 + self.checks}")

    def tell_shell(self, command: str, shown: str) -> None:
        self.send(f"{command}\r")
        self.wait_for_shell(shown)
        assert any(line.endswith(f"{SHELL_PROMPT} {command}") for line in self.lines), self.text  # echoed, once

    def go_on(self, *, raw: bool = True) -> None:
        """Bring it to the foreground, and wait until it reads the keyboard again, if it did."""
        told = self.text.count("sh -c")
        self.send("fg\r")
        self.wait_for(lambda: self.text.count("sh -c") > told and (not raw or self.modes != self.found))

    def finish_chat(self) -> None:
        """Leave; the shell has its terminal back."""
        self.send("\x04")
        self.wait_for_shell()
        assert self.modes == self.found
        self.check_terminal()


@pytest.fixture
def fork_server() -> None:
    """None: a shell starts each chat anew here."""


@contextmanager
def shell(chat: InstalledChat) -> Iterator[JobSession]:
    readline = chat.folder / "inputrc"  # where sh is bash: its own bracketed paste is not what is tested
    readline.write_text("set enable-bracketed-paste off\n")
    environ = chat.environ | {"PS1": f"{SHELL_PROMPT} ", "INPUTRC": str(readline)}
    with JobSession(["/bin/sh", "-i"], environ, cwd=chat.folder) as session:
        try:
            yield session
        finally:
            with suppress(ProcessLookupError):
                os.kill(session.job or session.process.pid, signal.SIGKILL)


def counted(session: JobSession, after: str = "") -> list[str]:
    """The numbers that the demo model has counted to. In plain text the shell may go on in the middle of one."""
    text = session.text.partition(after)[2] if after else session.text
    return re.findall(r"^ *[•-] (\d+)", text, re.MULTILINE)


UP_TO_40 = [f"{number}" for number in range(1, 41)]
WAYS = ("key", "signal")


MODES = {"panel": ([], "›", "xterm"), "plain": (["--plain"], "» You:", "xterm"), "dumb": ([], "» You:", "dumb")}
EACH_MODE = pytest.mark.parametrize(("mode", "prompt", "terminal"), MODES.values(), ids=MODES)


@EACH_MODE
def test_the_prompt_is_there_again_with_its_text(
    chat: InstalledChat, mode: list[str], prompt: str, terminal: str
) -> None:
    chat.environ["TERM"] = terminal
    with shell(chat) as session:
        session.start_chat("--model", "demo", *mode)
        session.wait_for(lambda: prompt in session.screen)
        session.send("Than")
        session.wait_for(lambda: f"{prompt} Than" in session.screen)
        for way in WAYS:
            session.stop(way)
            session.go_on()
            session.wait_for(lambda: f"{prompt} Than" == session.screen[session.emulator.cursor.y])
        session.send("ks\r")
        session.wait_for(lambda: "You're welcome!" in session.text and prompt in session.screen)
        session.finish_chat()


@EACH_MODE
def test_a_reply_goes_on_and_nothing_of_it_is_lost(
    chat: InstalledChat, mode: list[str], prompt: str, terminal: str
) -> None:
    chat.environ["TERM"] = terminal
    with shell(chat) as session:
        session.start_chat("--model", "demo", *mode)
        session.wait_for(lambda: prompt in session.screen)
        session.send("count to 40\r")
        session.wait_for(lambda: len(counted(session)) > 3)
        ahead = "" if terminal == "dumb" else "typed ahead"
        session.send(ahead)
        for way in WAYS:
            session.stop(way)
            session.go_on()
        session.wait_for(lambda: f"{prompt} {ahead}".strip() in session.screen)
        session.send("\x15/history\r")
        session.wait_for(lambda: "40" in counted(session, "/history") and prompt in session.screen)
        assert counted(session, "/history") == UP_TO_40
        session.finish_chat()


def test_a_list_to_choose_from_is_there_again(chat: InstalledChat) -> None:
    chat.run("--model", "demo", "First question")
    chat.run("--model", "demo", "Second question")
    with shell(chat) as session:
        session.start_chat("--model", "demo")
        session.wait_until_ready()
        session.send("/sessions\r")
        session.wait_for("Enter opens it, Esc leaves.")
        for way in WAYS:
            session.stop(way)
            assert "Enter opens it" not in session.text
            session.go_on()
            session.wait_for("Enter opens it, Esc leaves.")
        session.send("\x1b")
        session.wait_until_ready()
        session.finish_chat()


@pytest.mark.parametrize(("mode", "way"), [([], "signal"), (["Why?"], "key")], ids=["conversation", "one answer"])
def test_the_wait_for_another_try_goes_on(chat: InstalledChat, mode: list[str], way: str) -> None:
    chat.environ["CHAT_TRIES"] = "3"
    waiting = page({"error": {"message": "Slow down"}}, 429, Retry_After="3")
    with StreamingServer(waiting, answer("Because.")) as server, shell(chat.at(server)) as session:
        session.start_chat(*mode)
        if not mode:
            session.wait_until_ready()
            session.send("Why?\r")
        session.wait_for("trying again in 3 s (2 of 3), Ctrl-C stops")
        session.stop(way)
        assert "Ctrl-C stops" not in session.text
        session.go_on(raw=not mode)
        session.wait_for("Because.")
        if not mode:
            session.wait_until_ready()
            session.finish_chat()
        else:
            session.wait_for_shell()
            session.check_terminal()


@pytest.mark.parametrize(("mode", "way"), [([], "key"), (["--plain"], "signal")])
def test_one_answer_on_the_terminal_goes_on(chat: InstalledChat, mode: list[str], way: str) -> None:
    with shell(chat) as session:
        session.start_chat("--model", "demo", *mode, "count to 40")
        session.wait_for(lambda: len(counted(session)) > 3)
        session.stop(way)
        session.go_on(raw=False)
        session.wait_for(lambda: "40" in counted(session))
        session.wait_for_shell()
        came = counted(session)
        assert (came[-30:] if mode else came) == (UP_TO_40[-30:] if mode else UP_TO_40)
        session.check_terminal()


@pytest.mark.parametrize("question", ["", "count to 40"], ids=["at the prompt", "in mid-reply"])
def test_a_chat_that_is_sent_to_the_background_waits_there(chat: InstalledChat, question: str) -> None:
    with shell(chat) as session:
        session.start_chat("--model", "demo")
        session.wait_until_ready()
        if question:
            session.send(f"{question}\r")
            session.wait_for(lambda: len(counted(session)) > 3)
        session.stop("key")
        session.tell_shell("bg", "[1]")
        for _ in range(100):  # until the system has told the shell
            session.tell_shell("jobs", "[1]")
            if "Stopped" in (state := session.text.rpartition("jobs")[2]):
                break
        assert "Stopped" in state
        session.check_terminal()
        session.go_on()
        session.wait_until_ready()
        assert len(counted(session)) == (40 if question else 0)
        session.finish_chat()


def test_ctrl_z_in_the_editor_stops_both(chat: InstalledChat) -> None:
    editor = chat.folder / "editor"
    editor.write_text('#!/bin/sh\necho editing\nread word </dev/tty\necho "$word" >"$1"\n')
    editor.chmod(0o700)
    chat.environ["EDITOR"] = str(editor)
    with shell(chat) as session:
        session.start_chat("--model", "demo")
        session.wait_until_ready()
        session.send("\x18\x05")
        session.wait_for("editing")
        session.stop("key")
        session.go_on(raw=False)
        session.send("Thanks\r")
        session.wait_for_line("Thanks")
        session.stop("key")
        session.go_on()
        session.wait_for_line("Thanks")
        session.send("\x03")
        session.wait_for_line("")
        session.finish_chat()


def test_a_connection_that_broke_meanwhile_is_told(chat: InstalledChat) -> None:
    half = stream(chunk(role="assistant"), text("Half an answer. "), Pause(0.5), RESET)
    with StreamingServer(half) as server, shell(chat.at(server)) as session:
        session.start_chat()
        session.wait_until_ready()
        session.send("Why?\r")
        session.wait_for("Half an answer.")
        session.stop("signal")
        session.go_on()
        session.wait_for("What came is kept.")
        session.wait_for_line("Why?")
        assert "Half an answer." in session.text
