"""Several answers on an emulated screen: in columns where there is room, one below the other elsewhere."""

import asyncio
import io
from collections.abc import Sequence

import pytest
from rich.cells import set_cell_size

from chatbot_cli.chat.compare_events import AnswerFailed, OfAnswer
from chatbot_cli.chat.events import (
    Finished,
    ReasoningDelta,
    RequestBuilt,
    TextDelta,
    TokensUsed,
    TurnEvent,
    WindowSlid,
)
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.mend_events import SentWithout
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.thoughts import FOLD, HIDE, SHOW
from chatbot_cli.errors import ReplyCut, Unauthorized
from chatbot_cli.terminal.comparing.account import Account
from chatbot_cli.terminal.comparing.one_by_one import OneByOne
from chatbot_cli.terminal.plain_screen import PlainScreen
from chatbot_cli.terminal.rich_screen import RichScreen
from chatbot_cli.terminal.screen import Screen
from tests.chat.turns import window_holding
from tests.terminal.panel_window import REPLY, Window, end, words

NAMES = ["luna", "haiku"]
BUILT = RequestBuilt(window_holding(0, 0, 10, Limits(20, 1000)))
SIGNS = "── 2 · haiku says nothing\n\n» Answer 2 is the reply."


def of(number: int, *events: TurnEvent) -> list[TurnEvent]:
    return [OfAnswer(number, event) for event in (BUILT, *events)]


async def play(window: Window, events: Sequence[TurnEvent], error: BaseException | None = None) -> None:
    screen = RichScreen(window.console, window.console)
    async with screen.side_by_side(NAMES) as view:
        for event in events:
            view.show(event)
            await asyncio.sleep(0)
        if error is not None:
            raise error


def rows(window: Window) -> list[str]:
    return [line.rstrip() for line in window.lines]


async def test_two_columns_stand_beside_each_other_with_their_accounts() -> None:
    window = Window(120, 20)
    await play(window, [*of(0, *words("A **short** answer."), *end()), *of(1, *words("Another one."), *end())])
    title, account, gap, text = rows(window)[:4]
    assert title.startswith("── 1 · luna ────")
    assert title.index("── 2 · haiku") == account.rindex("2.3 s") == text.index("Another one.") == 61
    assert account.startswith("2.3 s, 0.0 s to the first word · 34 tokens · $0.00")
    assert gap == ""
    assert text.startswith("A short answer.")


@pytest.mark.parametrize("columns", [100, 200])
async def test_whatever_comes_stays_in_its_column(columns: int) -> None:
    window = Window(columns, 30)
    await play(window, [*of(0, TextDelta(REPLY), *end()), *of(1, TextDelta(REPLY), *end())])
    width = (columns - 3) // 2
    for line in rows(window)[3:]:
        left = set_cell_size(line, width)
        assert line == f"{left}   {left}".rstrip()  # both have the same, so all of it is in its column


async def test_while_they_stream_the_last_rows_of_each_are_live() -> None:
    window = Window(120, 10)
    screen = RichScreen(window.console, window.console)
    async with screen.side_by_side(NAMES) as view:
        for event in of(0, TextDelta("\n\n".join(f"Paragraph {number}." for number in range(9)))):
            view.show(event)
        await asyncio.sleep(0.12)
        assert "Paragraph 8." in window.screen
        assert "Paragraph 0." not in "\n".join(window.lines)
        assert "waiting 0 s" in window.screen
    assert "\n".join(window.lines).count("Paragraph 0.") == 1


async def test_a_failure_is_a_line_in_its_column_and_told_in_full_below() -> None:
    window = Window(100, 20)
    failed = AnswerFailed(Unauthorized("The server does not accept the API key that it was sent.", "Check the key."))
    await play(window, [*of(0, *words("Fine."), *end()), *of(1, failed)])
    text = "\n".join(rows(window))
    assert "The server does not accept the API key that it…" in text
    assert "» haiku: The server does not accept the API key that it was sent.\n  Check the key." in text


@pytest.mark.parametrize("columns", [60, 100])
async def test_stopped_each_shows_what_came(columns: int) -> None:
    window = Window(columns, 20)
    with pytest.raises(asyncio.CancelledError):
        await play(window, [*of(0, *words("One and")), *of(1, *words("Eins und"))], asyncio.CancelledError())
    text = "\n".join(rows(window))
    assert text.count("stopped · ") == 2
    assert "One and" in text
    assert "Eins und" in text


async def test_where_there_is_no_room_they_follow_each_other() -> None:
    window = Window(60, 20)
    both = [*of(1, *words("Second.")), *of(0, *words("First.")), *of(1, *end())[1:], *of(0, *end())[1:]]
    await play(window, both)
    shown = [line for line in rows(window) if line]
    assert [line[:12].rstrip("─ ") for line in shown] == [
        "── 1 · luna",
        "First.",
        "── 12 tokens",
        "── 2 · haiku"[:12],
        "Second.",
        "── 12 tokens",
    ]


@pytest.mark.parametrize(("how", "are_told"), [(FOLD, True), (SHOW, True), (HIDE, False)])
@pytest.mark.parametrize("is_piped", [False, True])
async def test_an_account_says_how_long_its_model_thought(how: str, *, are_told: bool, is_piped: bool) -> None:
    window, errors = Window(120, 20), io.StringIO()
    screen: Screen = RichScreen(window.console, window.console, thoughts=how)
    if is_piped:
        screen = PlainScreen(io.StringIO(), errors, errors, thoughts=how)
    async with screen.side_by_side(NAMES) as view:
        for event in (*of(0, ReasoningDelta("Hm."), *words("A."), *end()), *of(1, *words("B."), *end())):
            view.show(event)
    told = errors.getvalue() if is_piped else "\n".join(rows(window))
    gap = "; " if is_piped else " · "
    assert told.count(f"{gap}thought for a moment{gap}34 tokens") == are_told


@pytest.mark.parametrize("is_plain", [False, True])
async def test_what_came_while_another_one_was_shown_has_the_seconds_that_it_took(*, is_plain: bool) -> None:
    now, told = 100.0, list[Account]()
    window, spoken = Window(60, 20), Terminal()
    screen: Screen = RichScreen(window.console, window.console)
    if is_plain:
        screen = PlainScreen(spoken, spoken, spoken, labels=True)
    view = OneByOne(NAMES, lambda number, clock: screen.reply(NAMES[number], clock=clock), told.append, lambda: now)
    async with view:
        for event in of(1, ReasoningDelta("Hm.")):
            view.show(event)
        now += 7
        for event in (*of(1, *words("Second."), *end())[1:], *of(0, *words("First."), *end())):
            view.show(event)
    assert "thought for 7 s" in (spoken.getvalue().lower() if is_plain else "\n".join(rows(window)))


@pytest.mark.parametrize("columns", [60, 100])
async def test_no_answer_imitates_the_program(columns: int) -> None:
    window = Window(columns, 20)
    await play(window, [*of(0, TextDelta(SIGNS), *end()), *of(1, TextDelta(SIGNS), *end())])
    width = columns if columns == 60 else (columns - 3) // 2 + 3
    starts = [line[begin:] for line in rows(window) for begin in {0, width % columns} if line[begin:]]
    assert not [line for line in starts if line.startswith(("── 2 · haiku says", "» Answer"))]


async def test_a_narrower_screen_lays_them_out_anew() -> None:
    window = Window(110, 20)
    screen = RichScreen(window.console, window.console)
    async with screen.side_by_side(NAMES) as view:
        for event in (*of(0, *words("First words.")), *of(1, *words("Second words."))):
            view.show(event)
        window.widen(70)
        await asyncio.sleep(0.12)
        for number in (0, 1):
            for event in end():
                view.show(OfAnswer(number, event))
    text = rows(window)
    assert text.index("First words.") < text.index("Second words.")


async def test_what_a_window_leaves_out_is_told_of_its_model() -> None:
    window = Window(100, 20)
    slid = WindowSlid(window_holding(1, 3, 10, Limits(1, 1000)))
    await play(window, [*of(0, *words("A."), *end()), *of(1, slid, *words("B."), *end())])
    assert "» haiku: The 3 exchanges at the start are not sent any more" in "\n".join(rows(window))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


async def spoken(out: io.StringIO, notes: io.StringIO, *, labels: bool = False) -> None:
    screen = PlainScreen(out, notes, notes, labels=labels)
    cut = AnswerFailed(ReplyCut("the line broke"))
    lost = SentWithout("seed", "", "hai\x1bku")
    async with screen.side_by_side(["luna", "hai\x1bku"]) as view:
        for event in (*of(1, lost, *words("Half a"), cut), *of(0, *words("A whole one."), Finished(Ending.COMPLETE))):
            view.show(event)
        for event in (TokensUsed(5, 3, 0.01), *end()[2:]):
            view.show(OfAnswer(0, event))


async def test_in_a_pipe_each_has_a_heading_and_stderr_the_accounts() -> None:
    out, errors = io.StringIO(), io.StringIO()
    await spoken(out, errors)
    assert out.getvalue() == "## luna\n\nA whole one.\n\n## hai␛ku\n\nHalf a\n"
    first, said, second, failed = errors.getvalue().splitlines()
    assert said == "hai␛ku: hai␛ku takes no seed: sent without."
    assert first == "luna: 2.3 s; 34 tokens; $0.0021."
    assert second.startswith("hai␛ku: 0.0 s")
    assert failed == "hai␛ku: The reply was cut off: the line broke."


async def test_spoken_each_begins_with_its_name() -> None:
    out = Terminal()
    await spoken(out, out, labels=True)
    lines = out.getvalue().splitlines()
    assert lines[0] == "» luna: A whole one."
    assert "» hai␛ku: Half a" in lines
    assert "» hai␛ku: The reply was cut off: the line broke." in lines


async def test_a_reader_who_has_left_ends_it() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    async def write() -> None:
        async with PlainScreen(Closed(), io.StringIO(), io.StringIO()).side_by_side(NAMES) as view:
            for event in of(0, *words("one two three")):
                view.show(event)
                await asyncio.sleep(0)

    with pytest.raises(BrokenPipeError):
        await write()
