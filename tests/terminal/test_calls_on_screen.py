"""The tools that a model calls, on both screens: while they run, what came of them, and what a stop leaves."""

import asyncio
import io
from collections.abc import AsyncGenerator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment

from chatbot_cli.chat.calls_in_words import in_words
from chatbot_cli.chat.events import (
    CallsArrived,
    Finished,
    ImagesLeftOut,
    ReplyEnded,
    RequestBuilt,
    TextDelta,
    TokensUsed,
    TurnEvent,
)
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import CallOutcome, ToolCall, ToolResult
from chatbot_cli.chat.tool_events import CallInText, ToolBegan, ToolEnded, ToolProgress, ToolsIgnored, ToolsLeftOut
from chatbot_cli.errors import ImagesRefused, ToolsRefused
from chatbot_cli.terminal.call_lines import call_lines
from chatbot_cli.terminal.plain_screen import PlainScreen
from chatbot_cli.terminal.screen import notice_of, show_turn
from tests.chat.turns import window_holding
from tests.fakes import tool_named
from tests.terminal.panel_window import EagerPanel, Window, play

STOCK, ORDER = tool_named("stock"), tool_named("shop__order", label="shop.order")
LOOK = ToolCall("c1", "stock", '{"item": "tea"}')
BUY = ToolCall("c2", "shop__order")
REQUEST = RequestBuilt(window_holding(1, 0, 1, Limits(1, 100)))
THREE = ToolResult("a\nb\nc", seconds=0.04)
DENIED = ToolResult("(not run) The user did not allow it.", CallOutcome.DENIED)
ASKED: list[TurnEvent] = [
    REQUEST,
    TextDelta("Let me **look**."),
    CallsArrived((LOOK, BUY)),
    Finished(Ending.COMPLETE),
    TokensUsed(10, 5, 0.1),
]
RAN: list[TurnEvent] = [
    *ASKED,
    ToolBegan(LOOK, STOCK),
    ToolEnded(LOOK, THREE, STOCK),
    ToolEnded(BUY, DENIED, ORDER),
    REQUEST,
]
ANSWERED: list[TurnEvent] = [
    *RAN,
    TextDelta("There is tea."),
    Finished(Ending.COMPLETE),
    TokensUsed(20, 6, 0.2),
    ReplyEnded(Ending.COMPLETE, 2.0, TokensUsed(30, 11, 0.3)),
]


async def _show(screen: PlainScreen, events: list[TurnEvent], error: BaseException | None = None) -> None:
    async with screen.reply("t") as view:
        for event in events:
            view.show(event)
        if error:
            raise error


async def test_text_calls_and_answer_are_in_one_panel_with_one_footer() -> None:
    window = Window(70, 30)
    await play(window, ANSWERED)
    assert [line.rstrip("─ ") for line in window.lines] == [
        "── tutor · demo",
        "",
        "Let me look.",
        "",
        '» ✓ stock       item="tea"  → 3 lines, 0.04 s',
        "» – shop.order  not allowed",
        "",
        "There is tea.",
        "",
        "── 2 calls · 30 tokens sent, 11 received · 2.0 s · 5.5/s · $0.30",
    ]


async def test_from_the_calls_to_the_next_event_the_terminal_is_not_touched() -> None:
    window = Window(60, 30)
    async with EagerPanel(window) as panel:
        for event in ASKED[:3]:
            panel.show(event)
        assert window.cursor_is_visible
        assert window.lines == ["── tutor · demo " + "─" * 43, "", "Let me look."]
        written = len(window.writes)
        for event in ASKED[3:]:
            panel.show(event)
        await asyncio.sleep(0.12)  # the spinner would have turned
        assert len(window.writes) == written
        window.console.file.write("» Run stock? y\n")
        panel.show(ToolBegan(LOOK, STOCK))
        assert not window.cursor_is_visible
        assert window.lines[3:5] == ["", "» Run stock? y"]
        assert window.lines[5].startswith("» ⠋ stock")


async def test_running_calls_have_a_line_each_with_their_progress() -> None:
    window = Window(80, 30)
    async with EagerPanel(window) as panel:
        for event in (
            *ASKED,
            ToolBegan(LOOK, STOCK),
            ToolBegan(BUY, ORDER),
            ToolProgress(LOOK, STOCK, "row 30\x1b[2J", 0.45),
            ToolProgress(BUY, ORDER, "asking"),
        ):
            panel.show(event)
        stock, order = window.lines[-2:]
        assert stock[4:] == 'stock       item="tea"  ━━━━╌╌╌╌╌╌ 45 %, row 30␛[2J, 3 s'
        assert order[4:] == "shop.order  asking, 2 s"
        panel.show(ToolEnded(BUY, ToolResult("done"), ORDER))
        assert window.lines[-2] == "» ✓ shop.order  → done"
        assert "stock" in window.lines[-1]
        panel.show(ToolEnded(LOOK, THREE, STOCK))
        panel.show(REQUEST)
        assert window.lines[-1].endswith("waiting 0 s")


async def test_a_stop_says_of_each_call_whether_it_may_have_had_effects() -> None:
    window = Window(80, 30)
    with pytest.raises(asyncio.CancelledError):
        await play(window, [*ASKED, ToolBegan(LOOK, STOCK), TokensUsed(1, 1)], asyncio.CancelledError())
    assert window.lines[4:6] == [
        '» – stock       item="tea"  stopped after 1.0 s; it may have had effects',
        "» – shop.order  not run: stopped before",
    ]
    assert window.lines[-1].startswith("── stopped · 2 calls · ")
    assert window.cursor_is_visible


async def test_a_stop_while_the_user_is_asked_leaves_a_whole_panel() -> None:
    window = Window(80, 30)
    with pytest.raises(asyncio.CancelledError):
        await play(window, ASKED, asyncio.CancelledError())
    assert window.lines[2:6] == [
        "Let me look.",
        "",
        '» – stock       item="tea"  not run: stopped before',
        "» – shop.order  not run: stopped before",
    ]
    assert window.cursor_is_visible


async def test_a_narrow_screen_shortens_the_arguments_and_no_line_wraps() -> None:
    window = Window(40, 30)
    call = ToolCall("c1", "stock", '{"item": "日本語の文日本語の文日本語の文", "b": "\\u001b[31m"}')
    await play(window, [REQUEST, CallsArrived((call,)), ToolBegan(call, STOCK), ToolEnded(call, THREE, STOCK)])
    (line,) = [line for line in window.lines if "stock" in line]
    assert line.startswith("» ✓ stock  item=")
    assert line.endswith("…  → 3 lines, 0.04 s")


def test_a_failure_has_a_sign_in_colour() -> None:
    window = Window()
    (line,) = call_lines(window.console, [in_words(LOOK, ToolResult("No tea.", CallOutcome.FAILED))], 0)
    assert Segment("✗ ", window.console.get_style("problem")) in line


async def test_plain_text_has_the_same_words_one_line_each() -> None:
    out = io.StringIO()
    await _show(PlainScreen(out, out, out, labels=True), ANSWERED)
    assert out.getvalue().splitlines() == [
        "Assistant: Let me **look**.",
        '✓ stock  item="tea"  → 3 lines, 0.04 s',
        "– shop.order  not allowed",
        "Assistant: There is tea.",
        "(2 calls; 30 tokens sent; 11 received; 2.0 s, 5.5 a second; $0.30.)",
    ]


async def test_a_pipe_gets_the_words_of_the_model_alone_with_a_gap_where_calls_were() -> None:
    out, notes = io.StringIO(), io.StringIO()
    await _show(PlainScreen(out, notes, notes), ANSWERED)
    assert out.getvalue() == "Let me **look**.\n\nThere is tea.\n"
    assert notes.getvalue() == '✓ stock  item="tea"  → 3 lines, 0.04 s\n– shop.order  not allowed\n'


async def test_plain_text_tells_of_a_stop_too() -> None:
    out, notes = io.StringIO(), io.StringIO()
    with pytest.raises(asyncio.CancelledError):
        await _show(PlainScreen(out, notes, notes), ASKED, asyncio.CancelledError())
    assert notes.getvalue().splitlines()[0] == '– stock  item="tea"  not run: stopped before'
    assert notes.getvalue().endswith("(The reply was stopped.)\n")


async def test_who_listens_is_told_that_a_tool_still_runs_but_not_while_he_is_asked() -> None:
    out = io.StringIO()
    out.isatty = lambda: True  # type: ignore[method-assign]  # a terminal
    async with PlainScreen(out, out, out, labels=True, heartbeat=0.01).reply("t") as view, asyncio.timeout(10):
        for event in ASKED:
            view.show(event)
        asked = out.getvalue()
        await asyncio.sleep(0.05)
        assert out.getvalue() == asked
        view.show(ToolBegan(LOOK, STOCK))
        view.show(ToolProgress(LOOK, STOCK, "row 30"))
        while "stock has run for" not in out.getvalue():  # noqa: ASYNC110  a screen has no event to wait for
            await asyncio.sleep(0)
    assert "(stock has run for 0 s: row 30; Ctrl-C stops)" in out.getvalue()


def test_tools_that_the_model_does_not_get_are_told_in_a_sentence() -> None:
    refused = ToolsLeftOut(ToolsRefused("tinyllama takes no tools."))
    assert notice_of(refused) == "tinyllama takes no tools. It is asked without tools, now and from now on."
    assert "it read 20 of 540 tokens" in notice_of(ToolsIgnored(20, 540))
    assert "no tool ran" in notice_of(CallInText())


def test_earlier_images_that_a_model_does_not_take_are_told() -> None:
    notice = notice_of(ImagesLeftOut(ImagesRefused("tiny takes no images (400): no mmproj.")))
    assert notice == "tiny takes no images (400): no mmproj. So the images of earlier messages are named, and not sent."


async def test_the_debug_log_tells_of_each_call(caplog: pytest.LogCaptureFixture) -> None:
    async def events() -> AsyncGenerator[TurnEvent, None]:
        for event in ANSWERED:
            yield event

    out = io.StringIO()
    with caplog.at_level("DEBUG", "chatbot_cli"):
        await show_turn(events(), PlainScreen(out, out, out).reply("t"))
    assert 'call stock {"item": "tea"}: done, 0.040 s, 5 characters' in caplog.text
    assert "call shop__order {}: not allowed by the user" in caplog.text


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 3)), min_size=1, max_size=4), st.booleans(), st.integers(4, 20))
def test_however_text_and_calls_alternate_each_line_is_there_once_with_one_gap_in_between(
    rounds: list[tuple[bool, int]], answers: bool, rows: int
) -> None:
    events: list[TurnEvent] = []
    expected = ["── tutor · demo", ""]
    for number, (says, count) in enumerate(rounds):
        calls = tuple(ToolCall(f"c{at}", "stock", f'{{"n": {number * 10 + at}}}') for at in range(count))
        events += [REQUEST, *([TextDelta(f"Text {number}.")] if says else []), CallsArrived(calls), TokensUsed(1, 1)]
        if says:
            expected += [*([""] if number else []), f"Text {number}.", ""]
        for call in calls:
            events += [ToolBegan(call, STOCK), ToolProgress(call, STOCK, "…"), ToolEnded(call, ToolResult("ok"), STOCK)]
            expected.append(f"» ✓ stock  {call.arguments[2:3]}={call.arguments[6:-1]}  → ok")
    events += [
        REQUEST,
        *([TextDelta("Done.")] if answers else []),
        ReplyEnded(Ending.COMPLETE, 1.0, None, is_free=True),
    ]
    expected += [*(["", "Done."] if answers else []), "", f"── {sum(count for _, count in rounds)} call"]
    window = Window(60, rows)
    asyncio.run(play(window, events))
    assert [line.rstrip("─ ") for line in window.lines][:-1] == expected[:-1]
    assert window.lines[-1].startswith(expected[-1])
