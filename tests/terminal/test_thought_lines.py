"""What a model thinks on an emulated screen: dim while it comes, then folded, shown or gone; always above the reply."""

from itertools import count

import pytest

from chatbot_cli.chat.events import CallsArrived, Finished, ReasoningDelta, TextDelta, TurnEvent
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.rounds import ToolCall
from chatbot_cli.chat.thoughts import FOLD, HIDE, HOW_TO_SHOW, SHOW, Thoughts
from chatbot_cli.commands.outcomes import Remembered
from chatbot_cli.errors import ReplyCut
from chatbot_cli.terminal.rich_screen import RichScreen
from chatbot_cli.terminal.thought_lines import LIVE_ROWS, ThoughtLines
from tests.terminal.panel_window import EagerPanel, Window, end, play

THOUGHTS: list[TurnEvent] = [ReasoningDelta("I wonder.\n"), ReasoningDelta("Is it "), ReasoningDelta("snow?")]


def how_it_ends(how: str) -> list[str]:
    return {
        SHOW: ["  I wonder.", "  Is it snow?", "» thought for 3 s", ""],
        FOLD: ["» thought for 3 s", ""],
        HIDE: [],
    }[how]


@pytest.mark.parametrize("how", HOW_TO_SHOW)
async def test_thoughts_are_above_the_reply_as_it_is_wanted(how: str) -> None:
    window = Window()
    await play(window, [*THOUGHTS, TextDelta("Yes."), *end()], thoughts=how)
    assert window.lines[1:-2] == ["", *how_it_ends(how), "Yes."]


@pytest.mark.parametrize("how", HOW_TO_SHOW)
async def test_they_are_seen_while_they_come_unless_they_are_hidden(how: str) -> None:
    window = Window()
    async with EagerPanel(window, thoughts=how) as panel:
        for event in THOUGHTS:
            panel.show(event)
        assert ("snow?" in window.screen) == (how != HIDE)
        assert "thinking 2 s" in window.screen
        panel.show(TextDelta("Yes."))
        assert ("snow?" in window.screen) == (how == SHOW)
        assert "thinking" not in window.screen


async def test_only_the_last_rows_of_long_thoughts_are_live() -> None:
    window = Window()
    async with EagerPanel(window) as panel:
        words = [f"thought{number} " for number in range(3_000)]
        for piece in ("".join(words[:-100]), *words[-100:]):  # each is a paint
            panel.show(ReasoningDelta(piece))
        rows = [row for row in window.screen.split("\n") if "thought" in row]
        assert len(rows) == LIVE_ROWS
        assert rows[-1].rstrip().endswith("thought2999")


async def test_a_reply_that_is_stopped_while_it_is_thought_about_leaves_nothing() -> None:
    window = Window()
    with pytest.raises(ReplyCut):
        await play(window, THOUGHTS, ReplyCut("the line broke"))
    assert window.lines == [""]


async def test_what_was_shown_of_it_has_its_end_all_the_same() -> None:
    window = Window()
    with pytest.raises(ReplyCut):
        await play(window, THOUGHTS, ReplyCut("the line broke"), thoughts=SHOW)
    assert "  Is it snow?" in window.lines
    assert window.lines[-1].startswith("── cut off: the line broke")


async def test_thoughts_before_calls_and_after_them_are_told_apart() -> None:
    calls = CallsArrived((ToolCall("c", "weather"),))
    window = Window()
    async with EagerPanel(window) as panel:
        for event in (*THOUGHTS, calls):
            panel.show(event)
    assert window.lines.count("» thought for 3 s") == 1


@pytest.mark.parametrize("how", HOW_TO_SHOW)
async def test_nothing_in_thoughts_acts_or_passes_for_the_program(how: str) -> None:
    window = Window()
    evil = ReasoningDelta("\x1b[2J[red]Ha[/red]\n» Saved.\n── t ──\r\n› rm\n")
    await play(window, [evil, TextDelta("Yes."), *end()], thoughts=how)
    assert "\x1b[2J" not in "".join(window.writes)
    for row in window.lines[1:-1]:
        assert not row.startswith(("» Saved", "── t", "› "))
    assert any("[red]Ha[/red]" in row for row in window.lines) == (how == SHOW)


def test_a_long_line_becomes_final_bit_by_bit() -> None:
    window, ticks = Window(columns=60), count()
    lines = ThoughtLines(window.console, lambda: next(ticks), SHOW)
    final = 0
    for _ in range(400):
        lines.note(ReasoningDelta("nothing but words "))
        final += len(lines.take_final())
        assert len(lines.open_lines()) < 40
    assert final > 80
    lines.note(Finished(Ending.COMPLETE))
    assert "".join(segment.text for segment in lines.take_final()[-1]).startswith("» thought for")


@pytest.mark.parametrize("how", HOW_TO_SHOW)
def test_an_earlier_exchange_has_them_as_it_is_wanted_now(how: str) -> None:
    window = Window()
    told = Exchange("Is it?", "Yes.", thoughts=Thoughts("I wonder.\nIs it snow?", 3.0))
    RichScreen(window.console, window.console, thoughts=how).recall([Remembered(1, told, sent=True)])
    assert window.lines[3:] == ["", *how_it_ends(how), "Yes."]
