"""The screen and its scrollback while a long reply streams and afterwards, in windows of several sizes."""

import asyncio
import re
from contextlib import suppress

import pytest

from chatbot_cli.chat.events import TextDelta, TurnEvent
from chatbot_cli.chat.fallback_events import FellBack
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.commands.outcomes import Remembered
from chatbot_cli.errors import ChatError, ReplyCut, ServerFailed
from chatbot_cli.terminal.reply_panel import BACKLOG_STEP, ReplyPanel
from chatbot_cli.terminal.rich_screen import RichScreen
from tests.terminal.markdown.streamed_and_whole import shown
from tests.terminal.panel_window import REPLY, Clock, EagerPanel, Window, end, play, without_codes, words

SIZES = [(20, 6), (40, 12), (80, 24), (200, 50)]


def newest_word(event: TurnEvent) -> str:
    """The last word of a piece of text, unless it is the number of an item that is still empty."""
    text = event.text if isinstance(event, TextDelta) else ""
    return "".join(re.findall(r"\w+", text)[-1:]) if not re.fullmatch(r"\s*\d+\.", text) else ""


@pytest.mark.parametrize(("columns", "rows"), SIZES)
async def test_every_line_of_a_reply_is_on_the_screen_once_and_in_order(columns: int, rows: int) -> None:
    window = Window(columns, rows)
    await play(window, [*words(REPLY), *end()])
    reply = shown(REPLY, columns)
    title, gap, *others = window.lines
    assert title.startswith("── tutor · demo")
    assert gap == ""
    assert others[: len(reply)] == reply
    assert others[len(reply)] == ""
    assert " ".join(others[len(reply) + 1 :]).startswith(
        ("── 12 tokens sent, 34 received · 2.3 s · 15/s · $0.0021", "── 12 sent, 34 received · $0.0021 ──")
    )


@pytest.mark.parametrize(("columns", "rows"), SIZES)
async def test_the_newest_words_are_visible_after_every_paint(columns: int, rows: int) -> None:
    window = Window(columns, rows)
    async with EagerPanel(window) as panel:
        for number, event in enumerate(words(REPLY)):
            panel.show(event)
            if number % (rows // 6) == 0:  # looking at a large screen takes long
                assert newest_word(event) in "".join(window.screen.split()), event


async def test_a_title_wider_than_the_window_is_shown_once() -> None:
    window = Window(20, 6)
    async with EagerPanel(window, title="a very long persona · and-a-very-long-model") as panel:
        for event in [*words("one two three four five six seven eight nine ten"), *end()]:
            panel.show(event)
    assert window.lines[:7] == [
        "── a very long perso",
        "na · and-a-very-long",
        "-model",
        "",
        "one two three four",
        "five six seven eight",
        "nine ten",
    ]


async def test_a_window_that_grows_in_mid_reply_loses_and_doubles_nothing() -> None:
    window = Window(30, 8)
    text = "\n\n".join(f"Paragraph w{number} has a few words and ends e{number}" for number in range(60))
    async with EagerPanel(window) as panel:
        for number, event in enumerate([*words(text), *end()]):
            panel.show(event)
            if number % 40 == 39:
                window.widen(30 + number // 10)
    counted = re.findall(r"\b[we]\d+", "\n".join(window.lines))
    assert counted == [f"{letter}{number}" for number in range(60) for letter in "we"]


async def test_a_backlog_is_painted_in_bounded_steps() -> None:
    window = Window(80, 24)
    tokens = [f"t{number} " + "\n\n" * (number % 50 == 49) for number in range(50_000)]
    async with ReplyPanel(window.console, "t", clock=Clock()) as panel:
        for token in tokens:
            panel.show(TextDelta(token))
        assert len(window.writes) == 2  # the cursor hidden, and the first paint
    assert len(window.writes) > sum(map(len, tokens)) / BACKLOG_STEP
    assert max(len(without_codes(written)) for written in window.writes) < 2 * BACKLOG_STEP
    assert " ".join(window.lines[2:-2]).split() == "".join(tokens).split()


async def test_a_backlog_is_painted_in_steps_even_if_it_is_cancelled_meanwhile() -> None:
    window = Window(80, 24)
    text = "".join(f"t{number}\n\n" for number in range(4_000))
    with suppress(asyncio.CancelledError):
        async with ReplyPanel(window.console, "t", clock=Clock()) as panel:
            panel.show(TextDelta(text))
            raise asyncio.CancelledError
    assert max(len(without_codes(written)) for written in window.writes) < 2 * BACKLOG_STEP
    assert "\n".join(window.lines[2:-2]).split() == text.split()


async def test_every_update_that_is_begun_is_ended_in_the_same_write() -> None:
    window = Window(40, 12)
    with pytest.raises(ReplyCut):
        await play(window, words(REPLY), ReplyCut("the line broke"))
    first, *paints, last = window.writes
    assert (first, last) == ("\x1b[?25l", "\x1b[?25h")
    for written in paints:
        assert re.fullmatch(r"\x1b\[\?2026h.*\x1b\[\?2026l", written, re.DOTALL)
        assert written.count("\x1b[?") == 2


async def test_nothing_erases_the_screen_or_turns_off_wrapping() -> None:
    window = Window(20, 6)
    await play(window, [*words(REPLY), *end()])
    assert not re.search(r"\x1b\[\d*J|\x1b\[\?7l|\x1b\[\?1049|\x1b\[\d*;?\d*H", "".join(window.writes))


async def test_an_earlier_reply_looks_as_it_did_when_it_streamed() -> None:
    streamed, recalled = Window(60, 200), Window(60, 200)
    await play(streamed, [*words(REPLY), *end()])
    RichScreen(recalled.console, recalled.console).recall([Remembered(1, Exchange("?", REPLY), sent=True)])
    lines = len(shown(REPLY, 60))
    assert streamed.cells[2 : 2 + lines] == recalled.cells[4 : 4 + lines]


@pytest.mark.parametrize(
    "error", [ZeroDivisionError(), asyncio.CancelledError(), KeyboardInterrupt(), ReplyCut("x"), ChatError("x")]
)
@pytest.mark.parametrize("text", ["", "Half", "```python\nx = ("])
async def test_the_cursor_is_hidden_and_always_given_back(error: BaseException, text: str) -> None:
    window = Window()
    with suppress(type(error)):
        async with EagerPanel(window) as panel:
            for event in words(text):
                panel.show(event)
            assert not window.cursor_is_visible
            raise error
    assert window.cursor_is_visible


async def test_the_title_names_who_answers_in_the_end() -> None:
    window = Window(100, 20)
    fell_back = FellBack("gpt-6-luna", "ollama/llama3.3", ServerFailed("Overloaded."), "tutor · llama3.3")
    await play(window, [fell_back, *words("Hello."), *end()])
    assert window.lines[:3] == [
        "» gpt-6-luna is out of reach (Overloaded): ollama/llama3.3 answers.",
        "── tutor · llama3.3 " + "─" * 79,
        "",
    ]
