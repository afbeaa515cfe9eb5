"""Plain text: what a pipe gets, what a terminal gets, and where the rest goes."""

import asyncio
import io
from collections.abc import Sequence

import pytest
from rich.cells import cell_len

from chatbot_cli.chat.events import (
    Finished,
    PriceRises,
    ReasoningDelta,
    ReplyEnded,
    RequestBuilt,
    Retrying,
    TextDelta,
    TokensUsed,
    TurnEvent,
    WindowSlid,
)
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.commands.outcomes import Remembered
from chatbot_cli.errors import ChatError, MissingKey, RateLimited, ReplyCut
from chatbot_cli.terminal.countdown import Countdown
from chatbot_cli.terminal.plain_screen import PlainScreen
from chatbot_cli.text.chart import Chart, Column, Row
from tests.chat.turns import window_holding
from tests.rounds import A_PICTURE, A_ROUND

WINDOW = window_holding(2, 1, 40, Limits(2, 1000))


class Streams:
    """The output of a program on its streams. `terminal` says whether stdout is one."""

    def __init__(self, *, terminal: bool = False) -> None:
        self._out, self._err = (Terminal() if terminal else io.StringIO()), io.StringIO()
        self.screen = PlainScreen(self._out, self._err, self._err)
        self.labelled = PlainScreen(self._out, self._out, self._err, labels=True)

    @property
    def out(self) -> str:
        return self._out.getvalue()

    @property
    def err(self) -> str:
        return self._err.getvalue()

    async def show(
        self, *events: TurnEvent, error: BaseException | None = None, screen: PlainScreen | None = None
    ) -> None:
        async with (screen or self.screen).reply("tutor · demo") as view:
            for event in events:
                view.show(event)
            if error is not None:
                raise error


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def reply(*pieces: str, ending: Ending = Ending.COMPLETE) -> Sequence[TurnEvent]:
    return [RequestBuilt(WINDOW), *map(TextDelta, pieces), Finished(ending), ReplyEnded(ending, 1.0, None)]


@pytest.mark.parametrize(
    ("pieces", "written"),
    [
        (["Hello, ", "Ada."], "Hello, Ada.\n"),
        (["one\n", "two\n"], "one\ntwo\n"),
        (["end\n\n"], "end\n\n"),
        (["**bold** [red]x[/red] :smile:"], "**bold** [red]x[/red] :smile:\n"),
        (["naïve 東京 🙂"], "naïve 東京 🙂\n"),
        (["a\r", "\nb"], "a\nb\n"),
        (["\x1b[2J", "\x1b]0;owned\x07text\x9b"], "[2J]0;ownedtext\n"),
        (["half \ud83d"], "half \N{REPLACEMENT CHARACTER}\n"),
    ],
)
async def test_a_pipe_gets_the_text_as_it_is_without_controls_and_a_newline_at_its_end(
    pieces: list[str], written: str
) -> None:
    streams = Streams()
    await streams.show(*reply(*pieces))
    assert streams.out == written
    assert streams.err == ""


async def test_a_terminal_is_shown_that_there_were_controls() -> None:
    streams = Streams(terminal=True)
    await streams.show(*reply("\x1b[2Jtext"))
    assert streams.out == "␛[2Jtext\n"


async def test_each_piece_leaves_the_program_at_once() -> None:
    pipe = io.BytesIO()
    screen = PlainScreen(io.TextIOWrapper(pipe, "utf-8"), io.StringIO(), io.StringIO())
    async with screen.reply("") as view:
        for piece, sent in (("Hel", b"Hel"), ("lo", b"Hello")):
            view.show(TextDelta(piece))
            assert pipe.getvalue() == sent


async def test_thinking_is_not_part_of_the_reply() -> None:
    streams = Streams()
    await streams.show(ReasoningDelta("hm"), *reply("Four."))
    assert streams.out == "Four.\n"


async def test_a_window_that_slid_is_reported_on_stderr() -> None:
    streams = Streams()
    await streams.show(WindowSlid(WINDOW), *reply("Four."))
    assert streams.out == "Four.\n"
    assert (
        streams.err == "The oldest exchange is not sent any more: the window holds 2 exchanges. max_turns widens it.\n"
    )


async def test_a_block_that_leaves_is_told_in_full_the_first_time_and_then_in_short() -> None:
    streams = Streams()
    await streams.show(WindowSlid(window_holding(20, 20, 40, Limits(40, 1000))), *reply("Four."))
    await streams.show(WindowSlid(window_holding(20, 40, 40, Limits(40, 1000)), before=20), *reply("Four."))
    first, later = streams.err.splitlines()
    assert first.startswith("The 20 exchanges at the start are not sent any more: ")
    assert later == "20 more exchanges left the window."


@pytest.mark.parametrize(
    ("ending", "note"),
    [
        (Ending.LENGTH, "(The reply was cut at its token limit.)\n"),
        (Ending.FILTERED, "(The reply was cut by the provider's content filter.)\n"),
    ],
)
async def test_a_reply_that_is_not_whole_says_so_beside_the_text(ending: Ending, note: str) -> None:
    streams = Streams()
    await streams.show(*reply("Half", ending=ending))
    assert (streams.out, streams.err) == ("Half\n", note)


@pytest.mark.parametrize(
    ("error", "note"),
    [(asyncio.CancelledError(), "(The reply was stopped.)\n"), (ReplyCut("the line broke"), "")],
    ids=["stopped", "cut: the error itself says so"],
)
async def test_a_reply_that_broke_off_ends_its_line(error: BaseException, note: str) -> None:
    streams = Streams()
    with pytest.raises(type(error)):
        await streams.show(TextDelta("Half"), error=error)
    assert (streams.out, streams.err) == ("Half\n", note)


async def test_a_wait_is_counted_on_a_line_that_goes() -> None:
    out, err = io.StringIO(), Terminal()
    waiting = Retrying(RateLimited("Slow \x1b[2Jdown."), 30.0, 2, 3)
    async with PlainScreen(out, err, err, countdown=True).reply("tutor · demo") as view:
        view.show(waiting)
        await asyncio.sleep(0)
        assert err.getvalue().endswith("\r\x1b[KSlow ␛[2Jdown; trying again in 30 s (2 of 3), Ctrl-C stops")
        view.show(TextDelta("Hello."))
        assert err.getvalue().endswith("stops\r\x1b[K")
    assert out.getvalue() == "Hello.\n"


async def test_a_countdown_goes_when_the_wait_is_over_and_never_wraps() -> None:
    err = Terminal()
    countdown = Countdown(err)
    countdown.start(Retrying(RateLimited("太多请求" * 30), 0.05, 2, 3))
    await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()}, timeout=10)
    shown, *_, last = err.getvalue().split("\r\x1b[K")[1:]
    assert cell_len(shown) <= 76
    assert last == ""


async def test_in_a_conversation_a_cut_reply_says_why() -> None:
    streams = Streams()
    with pytest.raises(ReplyCut):
        await streams.show(TextDelta("Half"), error=ReplyCut("the line broke"), screen=streams.labelled)
    assert streams.out == "Assistant: Half\n(The reply was cut off: the line broke.)\n"


async def test_a_reply_that_never_began_leaves_nothing() -> None:
    streams = Streams()
    with pytest.raises(ChatError):
        await streams.show(RequestBuilt(WINDOW), error=ChatError("no"))
    assert (streams.out, streams.err) == ("", "")


async def test_in_a_conversation_each_speaker_is_labelled() -> None:
    streams = Streams(terminal=True)
    async with streams.labelled.reply("tutor · demo") as view:
        for event in reply("Hel", "lo"):
            view.show(event)
    assert streams.out == "» Assistant: Hello\n"


def test_a_failure_and_its_hint_are_shown_on_stderr_harmlessly() -> None:
    streams = Streams()
    streams.screen.fail(ChatError("No \x1b[31mmodel", "Try [another]."))
    streams.screen.fail(ChatError("Just no."))
    assert (streams.out, streams.err) == ("", "No ␛[31mmodel\nTry [another].\nJust no.\n")


def test_a_hint_is_spelled_as_the_chat_says() -> None:
    problems = io.StringIO()
    screen = PlainScreen(io.StringIO(), io.StringIO(), problems, spelling=lambda name, value: f"/{name} {value}")
    screen.fail(MissingKey("A_KEY", "some-model"))
    assert problems.getvalue().endswith(", or try /model demo.\n")


def test_messages_of_the_program_are_not_mixed_with_replies() -> None:
    streams = Streams()
    streams.screen.say("  two\n  columns \x1b")
    assert (streams.out, streams.err) == ("", "  two\n  columns ␛\n")


def test_a_table_tells_its_shares_without_bars() -> None:
    streams = Streams()
    streams.labelled.show(Chart((Column(), Column(right=True)), (Row(("you \x1b", "30"), 0.75), Row(("all", "40")))))
    assert streams.out + streams.err == "you ␛  30  75 %\nall    40\n"


def test_earlier_exchanges_are_marked_if_they_are_not_sent_or_not_whole() -> None:
    streams = Streams()
    streams.labelled.recall(
        [
            Remembered(1, Exchange("2 + 2?", "Four."), sent=False),
            Remembered(2, Exchange("More?", "Hal", Ending.STOPPED), sent=True, pinned=True),
        ]
    )
    assert streams.out == (
        "1 (not sent any more)\nYou: 2 + 2?\nAssistant: Four.\n\n2 (pinned)\nYou: More?\nAssistant: Hal\n(stopped)\n\n"
    )


def test_earlier_exchanges_tell_their_attachments_and_tool_calls() -> None:
    streams = Streams()
    exchange = Exchange("Is it cold?", "Yes.", rounds=(A_ROUND,), attached=(A_PICTURE,))
    streams.labelled.recall([Remembered(1, exchange, sent=True)])
    assert streams.out == (
        "1\nYou: Is it cold?\n(Attached: cat.png (PNG, 6 bytes))\nAssistant: Let me look.\n"
        '✓ weather  city="Oslo"  → Snow., 0.50 s\nAssistant: Yes.\n\n'
    )


def test_an_earlier_exchange_that_was_stopped_after_calls_has_no_empty_answer() -> None:
    streams = Streams()
    streams.labelled.recall([Remembered(1, Exchange("Is it cold?", "", Ending.STOPPED, rounds=(A_ROUND,)), sent=True)])
    assert streams.out.splitlines()[-3:] == ['✓ weather  city="Oslo"  → Snow., 0.50 s', "(stopped)", ""]


class Tty(io.StringIO):
    """A text that says it is a terminal."""

    def isatty(self) -> bool:
        return True


async def test_a_user_who_cannot_see_a_spinner_is_told_about_the_wait() -> None:
    out = Tty()
    screen = PlainScreen(out, out, out, labels=True, heartbeat=0.01)
    async with screen.reply("t") as reply, asyncio.timeout(10):
        while "waiting" not in out.getvalue():  # noqa: ASYNC110  a screen has no event to wait for
            await asyncio.sleep(0)
        reply.show(TextDelta("Here."))
        told = out.getvalue()
    assert told.startswith("» (waiting for 0 s, Ctrl-C stops)\n")
    assert out.getvalue() == f"{told}\n» (The reply was stopped.)\n"


async def test_a_pipe_hears_nothing_of_waiting() -> None:
    out = io.StringIO()
    screen = PlainScreen(out, out, out, heartbeat=0.0)
    async with screen.reply("t"):
        for _ in range(10):
            await asyncio.sleep(0)
    assert out.getvalue() == ""


async def test_in_a_chat_the_figures_follow_the_reply_and_a_script_gets_the_reply_alone() -> None:
    used = TokensUsed(491, 38, 0.0021, cached=430)
    events: list[TurnEvent] = [TextDelta("Hi."), used, ReplyEnded(Ending.COMPLETE, 1.0, used)]
    chat, script = Streams(), Streams()

    await chat.show(*events, screen=chat.labelled)
    await script.show(*events)

    figures = "(491 tokens sent, 430 of them cached; 38 received; 1.0 s, 38 a second; $0.0021.)"
    assert chat.out == f"Assistant: Hi.\n{figures}\n"
    assert (script.out, script.err) == ("Hi.\n", "")


async def test_a_step_of_the_price_is_told_before_the_reply() -> None:
    streams = Streams()

    await streams.show(PriceRises(250_000, 272_000, 2.0), *reply("Hi."))

    assert streams.out == "Hi.\n"
    assert streams.err == "This request has 250,000 tokens; above 272,000, each token sent costs twice as much.\n"
