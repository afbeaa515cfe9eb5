"""No row of a reply begins with a sign of the program, however hostile the reply, on any screen."""

import asyncio
import io
import os
import pty
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.events import ReplyEnded, TextDelta
from chatbot_cli.chat.journal import SessionSummary
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.cli.session_listing import conversation
from chatbot_cli.commands.outcomes import Remembered
from chatbot_cli.errors import ChatError
from chatbot_cli.terminal.plain_screen import PlainScreen
from chatbot_cli.terminal.rich_screen import RichScreen
from tests.scrolling_screen import ScrollingScreen
from tests.sessions.records_to_export import NOON, record_of
from tests.terminal.panel_window import EagerPanel, Window, end
from tests.text.rows import begins_with_a_sign, same_but_for_signs

LINES = (
    *("── Assistant · m ─────────────────", "── 12 tokens sent, 34 received · 2.3 s ──────", "—— x ——", "---", "***"),
    *("› what is my key?", "❯ ls", "» Copied: 1 line.", "» You: hi", "» Assistant: hi", "» (stopped)", "words", "", ""),
    *("» chat: The key was refused. Paste the new key here:", "# › title", "- » item", "1. ── item", "> › quoted"),
    *("| ── a | › b |\n|---|---|\n| » c | d |", "    » code", "```\n» in code\n── a ──\n› b\n```", "$$\n› x\n$$"),
    *("```python\n» = '''\n── a ──\n", "&#8250; entity", "&nbsp;&nbsp;» after blanks", r"\» escaped", "**› bold**"),
    *("~~&nbsp;&nbsp;~~ Assistant ~~&nbsp;&nbsp;~~", "\u200d› joined", "\u200f» mark", "\u2800› braille", "`── code`"),
    *("\u200b» nothing", "[» label](https://x.example/)", "<br>» break", "one<br>› two", "\x1b[1G» escape"),
)
WORDS = (
    *("› a", "» a", "── a ──", "word", "日本語", "a" * 7, "e\u0301", "naïve", "\u00a0", "👍", "—", "»"),
    *("👩\u200d👩\u200d👧", "\t"),
)
LONG = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join)
UNBROKEN = st.lists(st.sampled_from(WORDS), min_size=9, max_size=40).map("".join).map("```\n{}\n```".format)
REPLIES = st.lists(st.sampled_from(LINES) | LONG | UNBROKEN, min_size=1, max_size=8).map("\n".join).filter(bool)
SIZES = st.lists(st.integers(1, 30), min_size=1, max_size=5)
COLUMNS = st.integers(20, 120)
A_FEW = settings(max_examples=60, deadline=None)


class Glass(io.StringIO):
    """A terminal for plain text: what is written to it, and the rows that are to be seen."""

    def __init__(self, columns: int) -> None:
        super().__init__()
        self._columns = columns
        self._master, self._slave = pty.openpty()
        termios.tcsetwinsize(self._slave, (24, columns))

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._slave

    @property
    def rows(self) -> list[str]:
        screen = ScrollingScreen(self._columns, 24)
        pyte.Stream(screen).feed(self.getvalue().replace("\n", "\r\n"))
        return [*screen.scrollback, *screen.visible]

    def hang_up(self) -> None:
        os.close(self._master)
        os.close(self._slave)


@contextmanager
def glass(columns: int) -> Iterator[Glass]:
    terminal = Glass(columns)
    try:
        yield terminal
    finally:
        terminal.hang_up()


def pieces(text: str, sizes: Sequence[int]) -> Iterator[str]:
    """The text in pieces of these sizes, again and again."""
    turn = 0
    while text:
        size = sizes[turn % len(sizes)]
        yield text[:size]
        text, turn = text[size:], turn + 1


@A_FEW
@given(REPLIES, SIZES, COLUMNS)
def test_while_it_streams_in_full_colour(reply: str, sizes: list[int], columns: int) -> None:
    window = Window(columns, 400)

    async def show() -> None:
        async with EagerPanel(window) as panel:
            for piece in pieces(reply, sizes):
                panel.show(TextDelta(piece))
                assert [row for row in window.lines if begins_with_a_sign(row)] == window.lines[:1]
            for event in end():
                panel.show(event)

    asyncio.run(show())
    title, *rows, _ = window.lines
    assert title.startswith("── tutor · demo ──")
    footer = next((number for number, row in enumerate(rows) if row.startswith("── 12 tokens sent,")), len(rows))
    assert not any(map(begins_with_a_sign, rows[:footer]))


@A_FEW
@given(REPLIES, REPLIES, COLUMNS)
def test_in_the_history_in_full_colour(question: str, reply: str, columns: int) -> None:
    window = Window(columns, 400)
    screen = RichScreen(window.console, window.console)
    screen.recall([Remembered(1, Exchange(question, reply), sent=True)])
    rule, *rows = window.lines
    assert rule.startswith("── 1 ──")
    assert not any(map(begins_with_a_sign, rows))


@A_FEW
@given(REPLIES, SIZES, COLUMNS)
def test_while_it_streams_in_plain_text(reply: str, sizes: list[int], columns: int) -> None:
    with glass(columns) as out:

        async def show() -> None:
            async with PlainScreen(out, out, out, labels=True).reply("t") as view:
                for piece in pieces(reply, sizes):
                    view.show(TextDelta(piece))
                view.show(ReplyEnded(Ending.COMPLETE, 1.0, None))

        asyncio.run(show())
        label, *rows = out.rows
        assert label.startswith("» Assistant:")
        assert not any(map(begins_with_a_sign, rows))


@A_FEW
@given(REPLIES, REPLIES, COLUMNS)
def test_in_the_history_in_plain_text(question: str, reply: str, columns: int) -> None:
    with glass(columns) as out:
        PlainScreen(out, out, out, labels=True).recall([Remembered(1, Exchange(question, reply), sent=True)])
        ours = [row for row in out.rows if begins_with_a_sign(row)]
    assert [row.split()[1] for row in ours] == ["1", "You:", "Assistant:"]


@A_FEW
@given(REPLIES, REPLIES, COLUMNS)
def test_in_what_sessions_show_prints(question: str, reply: str, columns: int) -> None:
    summary = SessionSummary(1, "A talk", NOON, NOON, 1, "pirate", "demo")
    with glass(columns) as out:
        out.write(conversation(summary, record_of(question, reply), NOON, columns))
        ours = [row for row in out.rows if begins_with_a_sign(row)]
    assert [row.split()[1] for row in ours][-2:] == ["You:", "Assistant:"]
    assert len(ours) == 3


@A_FEW
@given(REPLIES, SIZES)
def test_a_terminal_differs_from_a_pipe_in_the_glyphs_of_signs_alone(reply: str, sizes: list[int]) -> None:
    with glass(40) as out:
        pipe = io.StringIO()

        async def show(stream: io.StringIO) -> None:
            async with PlainScreen(stream, stream, stream).reply("t") as view:
                for piece in pieces(reply, sizes):
                    view.show(TextDelta(piece))
                view.show(ReplyEnded(Ending.COMPLETE, 1.0, None))

        asyncio.run(show(out))
        asyncio.run(show(pipe))
        assert same_but_for_signs(out.getvalue().replace("␛", ""), pipe.getvalue())
    assert pipe.getvalue().rstrip("\n") == reply.replace("\x1b", "").replace("\u200b", "").rstrip("\n")


@pytest.mark.parametrize("columns", [20, 33, 80])
def test_foreign_words_in_a_message_of_the_program_are_none_of_its_signs(columns: int) -> None:
    said = "The server says: " + "a" * (columns - 19) + "› and " + "» more\n── Assistant ──\n› rm"
    window = Window(columns, 100)
    RichScreen(window.console, window.console).say(said)
    assert [number for number, row in enumerate(window.lines) if begins_with_a_sign(row)] == [0]
    with glass(columns) as out:
        screen = PlainScreen(out, out, out)
        screen.say(said)
        screen.fail(ChatError(said, said))
        ours = [row for row in out.rows if begins_with_a_sign(row)]
    assert [row[:5] for row in ours] == ["» The", "» ── ", "» › r", "» The", "» The"]
