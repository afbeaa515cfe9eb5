"""A reply on an emulated screen: visible while it streams, once in the scrollback when it is done."""

import asyncio

import pytest

from chatbot_cli.chat.events import ReasoningDelta, RequestBuilt, TextDelta
from chatbot_cli.chat.limits import Limits
from chatbot_cli.errors import ChatError, ReplyCut
from chatbot_cli.terminal.reply_panel import ReplyPanel
from chatbot_cli.terminal.reply_state import ReplyState, advance
from tests.chat.turns import window_holding
from tests.terminal.panel_window import EagerPanel, Window, end, play, words


async def test_a_reply_is_between_two_open_rules() -> None:
    window = Window()
    await play(window, [*words("A **short** answer."), *end()])
    title, gap, answer, _, footer = window.lines
    assert title.startswith("── tutor · demo ───")
    assert (gap, answer) == ("", "A short answer.")
    assert footer.startswith("── 12 tokens sent, 34 received · 2.3 s · 15/s · $0.0021 ───")
    assert "│" not in "".join(window.lines)


async def test_a_long_reply_is_in_the_scrollback_once() -> None:
    window = Window(rows=10)
    paragraphs = [f"Paragraph {number} has a few words." for number in range(40)]
    listing = "\n".join(f"- item {number}" for number in range(60))
    code = "```python\n" + "\n".join(f"line_{number} = {number}" for number in range(60)) + "\n```"
    await play(window, [*words("\n\n".join([*paragraphs, listing, code])), *end()])
    text = "\n".join(window.lines)
    for number in range(40):
        assert text.count(f"Paragraph {number} has") == 1
    for number in range(60):
        assert window.lines.count(f" • item {number}") == 1
        assert window.lines.count(f"line_{number} = {number}") == 1
    assert text.count("tutor · demo") == 1


async def test_the_spinner_turns_until_the_first_word_and_leaves_nothing() -> None:
    window = Window()
    async with EagerPanel(window) as panel:
        assert "waiting" in window.screen
        panel.show(ReasoningDelta("hm"))
        assert "thinking" in window.screen
        panel.show(TextDelta("Now."))
        assert "Now." in window.screen
        assert "thinking" not in window.screen


async def test_the_remaining_text_is_painted_when_the_stream_stalls() -> None:
    window = Window()
    async with ReplyPanel(window.console, "t") as panel:
        panel.show(TextDelta("one"))
        panel.show(TextDelta(" two"))
        async with asyncio.timeout(10):
            while "one two" not in window.screen:  # noqa: ASYNC110  a screen has no event to wait for
                await asyncio.sleep(0.01)


async def test_a_reply_that_never_began_leaves_no_trace() -> None:
    window = Window()
    with pytest.raises(ChatError):
        await play(window, [], ChatError("no"))
    assert window.lines == [""]


@pytest.mark.parametrize(
    ("error", "mark"), [(ReplyCut("the line broke"), "cut off: the line broke"), (asyncio.CancelledError(), "stopped")]
)
async def test_a_reply_that_broke_off_keeps_its_text_and_says_so(error: BaseException, mark: str) -> None:
    window = Window()
    with pytest.raises(type(error)):
        await play(window, words("Half an answ"), error)
    assert "Half an answ" in window.lines
    assert window.lines[-1].startswith(f"── {mark} · ")


@pytest.mark.parametrize("is_free", [False, True])
async def test_of_a_reply_that_was_stopped_nobody_knows_the_price_unless_it_is_free(is_free: bool) -> None:
    window = Window()
    request = RequestBuilt(window_holding(1, 0, 1, Limits(1, 100)), is_free)
    with pytest.raises(asyncio.CancelledError):
        await play(window, [request, *words("Half an answ")], asyncio.CancelledError())
    assert window.lines[-1].startswith("── stopped · 4.0 s")
    assert ("· price unknown ─" in window.lines[-1]) is not is_free


async def test_the_reason_why_a_reply_was_cut_is_shown_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    window = Window(columns=30)
    with pytest.raises(ReplyCut):
        await play(window, words("Half"), ReplyCut("GPU 7 of the cluster in the cellar is on \x1b[31mfire"))
    footer_text = " ".join(window.lines[window.lines.index("Half") + 1 :])
    assert "cut off: GPU 7 of the cluster in the cellar is on ␛[31mfire · " in footer_text


async def test_the_rest_of_a_code_block_is_code() -> None:
    window = Window()
    reply_so_far = "See:\n\n```python\nclass A:\n    def f(self):\n"
    await play(
        window, [*words("        self.__x__ = 1\n"), *words("```\nDone **here**."), *end()], reply_so_far=reply_so_far
    )
    assert [line for line in window.lines if "self" in line] == ["    def f(self):", "        self.__x__ = 1"]
    assert "Done here." in window.lines
    assert "See:" not in window.lines


async def test_the_rest_of_a_sentence_follows_its_beginning() -> None:
    window = Window()
    await play(window, [*words(", three."), *end()], reply_so_far="Count.\n\nNow:\n\nOne, two")
    assert "One, two, three." in window.lines
    assert "Count." not in window.lines


async def test_a_user_who_does_not_wait_is_told_how_much_is_not_shown() -> None:
    window = Window()
    long = "".join(f"line {number}\n\n" for number in range(5_000))

    async def show() -> None:
        await play(window, [TextDelta(long), *end()])

    showing = asyncio.create_task(show())
    await asyncio.sleep(0)  # until it paints the text
    showing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await showing
    assert "line 4999" not in window.lines
    (message,) = [line for line in window.lines if "/history shows them" in line]
    assert int(message.split()[3].replace(",", "")) > 10_000
    assert window.lines[-1].startswith("── 12 tokens sent")


async def test_escape_codes_of_the_model_do_nothing() -> None:
    window = Window()
    await play(window, [*words("before \x1b[2J\x1b[H after \x1b"), TextDelta("]0;title\x07"), *end()])
    assert "before ␛[2J␛[H after ␛]0;title␇" in window.lines


async def test_markup_of_the_model_is_text() -> None:
    window = Window()
    await play(window, [*words("see [/INST] and [red]this[/red] :smile:"), *end()])
    assert "see [/INST] and [red]this[/red] :smile:" in window.lines


async def test_a_narrow_screen_holds_a_reply() -> None:
    window = Window(columns=20, rows=6)
    await play(window, [*words("The quick brown fox jumps over the lazy dog. " * 5), *end()])
    assert "".join(window.lines).count("lazy") == 5


def test_thinking_ends_with_the_first_word() -> None:
    thinking = advance(ReplyState(), ReasoningDelta("hm"))
    assert thinking.thinking
    assert not advance(thinking, TextDelta("So")).thinking
    assert not advance(advance(thinking, TextDelta("So")), ReasoningDelta("hm")).thinking
