"""A reply in tmux, which wraps its lines anew when a window changes its width: each line of it stands there once."""

import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

import chatbot_cli
from chatbot_cli.providers.demo.showcase import long_story
from tests.end_to_end.installed_chat import InstalledChat
from tests.streaming_server import StreamingServer, answer
from tests.terminal_session import PATIENCE

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Tmux:
    """A server of our own with one window."""

    def __init__(self, socket: Path, chat: InstalledChat, *arguments: str) -> None:
        self._command = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        self._environ = chat.environ | {"PYTHONPATH": str(Path(chatbot_cli.__file__).parents[1])}
        program = shlex.join([sys.executable, "-m", "chatbot_cli", *arguments])
        self.run("new-session", "-d", "-x", "80", "-y", "24", "-c", str(chat.folder), program)

    def run(self, *arguments: str) -> str:
        return subprocess.run(
            [*self._command, *arguments],
            env=self._environ,
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        ).stdout

    def close(self) -> None:
        self.run("kill-server")

    def send(self, *keys: str) -> None:
        self.run("send-keys", *keys)

    def resize(self, columns: int) -> None:
        self.run("resize-window", "-x", str(columns))

    @property
    def text(self) -> str:
        """The scrollback and the screen."""
        return self.run("capture-pane", "-p", "-S", "-")

    def wait_for(self, condition: Callable[[str], object]) -> str:
        """Look again and again until the text is as it should be; nothing tells when tmux has drawn it."""
        deadline = time.monotonic() + PATIENCE
        while not condition(text := self.text):
            assert time.monotonic() < deadline, f"waited in vain; the screen:\n{text}"
            time.sleep(0.02)
        return text


@pytest.fixture
def tmux(chat: InstalledChat, tmp_path: Path) -> Iterator[Tmux]:
    window = Tmux(tmp_path / "tmux", chat, "--model", "demo")
    yield window
    window.close()


def test_a_window_that_changes_its_width_in_mid_reply_shows_every_word_once(tmux: Tmux) -> None:
    """The words are compared and not the lines: those that are final stay as they were wrapped, by us or by tmux.

    The screen is full before the window shrinks, and the open paragraph is never higher than the screen: otherwise
    tmux itself pushes rows that are not final yet into its scrollback, where nobody can erase them.
    """
    tmux.wait_for(lambda text: "exchanges" in text)
    tmux.send("count to 30", "Enter")
    tmux.wait_for(lambda text: " tokens sent" in text)
    tmux.send("tell me a long story", "Enter")
    for number, columns in enumerate((50, 100, 40, 120, 61, 33, 80)):
        tmux.wait_for(partial(has_words, 30 + 25 * number))
        tmux.resize(columns)
    tmux.wait_for(partial(has_words, 230))
    tmux.send("C-c")
    text = tmux.wait_for(lambda text: "── stopped" in text)
    told, seen = re.findall(r"\w+", long_story()), "".join(reply_words(text))
    assert len(seen) > 900
    assert "".join(told).startswith(seen), text


def test_a_list_that_is_counted_shows_every_line_once(tmux: Tmux) -> None:
    tmux.wait_for(lambda text: "exchanges" in text)
    tmux.send("count to 100", "Enter")
    for number, columns in ((10, 50), (20, 100), (30, 33), (40, 120), (60, 20), (80, 80)):
        tmux.wait_for(partial(has_line, f" • {number}"))
        tmux.resize(columns)
    lines = tmux.wait_for(lambda text: " tokens sent" in text).split("\n")
    assert [line for line in lines if line.startswith(" • ")] == [f" • {number}" for number in range(1, 101)]


def test_a_long_line_of_code_is_copied_as_one_line(chat: InstalledChat, tmp_path: Path) -> None:
    code = f"total = sum([{', '.join(map(str, range(1000, 1060)))}])"
    pieces = ("Here:\n\n```python\n", *re.findall(r".{1,9}", code), "\n```\n", "\nBye.")
    with StreamingServer(answer(*pieces)) as server, closing(Tmux(tmp_path / "tmux", chat.at(server))) as window:
        window.wait_for(lambda text: "exchanges" in text)
        window.send("hi", "Enter")
        text = window.wait_for(lambda text: " tokens sent" in text)
        assert code not in text
        assert code in window.run("capture-pane", "-p", "-J", "-S", "-").split("\n")


def has_line(line: str, text: str) -> bool:
    return line in text.split("\n")


def has_words(count: int, text: str) -> bool:
    return len(reply_words(text)) >= count


def reply_words(text: str) -> list[str]:
    """The words between the two rules of the newest reply."""
    reply = text.partition("tell me a long story\n")[2].partition("──\n")[2].partition("── ")[0]
    return re.findall(r"\w+", reply)
