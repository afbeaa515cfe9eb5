"""The screen in full: the program's own words, failures, and the past, on an emulated terminal."""

import io

import pyte
import pytest
from rich.console import Console

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.rounds import CallOutcome, Round, ToolCall, ToolResult
from chatbot_cli.commands.outcomes import Remembered
from chatbot_cli.errors import ChatError, MissingKey
from chatbot_cli.terminal.rich_screen import RichScreen
from chatbot_cli.terminal.theme import THEME, make_console
from chatbot_cli.text.chart import Chart, Column, Divider, Row

TRICKY = "see [/INST], [red]this[/red], :smile: and \x1b[2J"
SHOWN = "see [/INST], [red]this[/red], :smile: and ␛[2J"


class Glass:
    """A terminal of some width, and what is to be seen on it."""

    def __init__(self, columns: int = 60) -> None:
        self._emulator = pyte.Screen(columns, 40)
        self._stream = pyte.Stream(self._emulator)
        self._file = io.StringIO()
        self.console = Console(
            file=self._file, width=columns, height=40, theme=THEME, force_terminal=True, color_system="standard"
        )

    @property
    def lines(self) -> list[str]:
        self._stream.feed(self._file.getvalue().replace("\n", "\r\n"))
        self._file.seek(0)
        self._file.truncate()
        return "\n".join(line.rstrip() for line in self._emulator.display).rstrip("\n").split("\n")


class Screen(RichScreen):
    """A screen on two terminals: one is stdout, the other stderr."""

    def __init__(self, columns: int = 60) -> None:
        self.out, self.err = Glass(columns), Glass(columns)
        super().__init__(self.out.console, self.err.console)


def test_messages_of_the_program_are_shown_as_they_are_with_their_columns() -> None:
    screen = Screen()
    screen.say(f"  one    column\n  three  {TRICKY}")
    assert screen.out.lines == ["»   one    column", f"    three  {SHOWN}"]
    assert screen.err.lines == [""]


def test_a_hint_is_spelled_as_the_chat_says() -> None:
    out, err = Glass(), Glass()
    RichScreen(out.console, err.console, lambda name, value: f"/{name} {value}").fail(MissingKey("A_KEY", "some-model"))
    assert err.lines[-1].endswith(", or try /model demo.")


def test_a_failure_and_its_hint_go_to_stderr_as_they_are() -> None:
    screen = Screen()
    screen.fail(ChatError(TRICKY, "Try [another]."))
    screen.fail(ChatError("Just no.", "Ask again."), f"Also {TRICKY}")
    assert screen.err.lines == [f"» {SHOWN}", "  Try [another].", "» Just no.", f"  Also {SHOWN}", "  Ask again."]
    assert screen.out.lines == [""]


def test_a_long_line_is_wrapped_at_words() -> None:
    screen = Screen(columns=20)
    screen.say("The quick brown fox jumps over.")
    screen.fail(ChatError("The quick brown fox jumps over."))
    assert screen.out.lines == screen.err.lines == ["» The quick brown", "  fox jumps over."]


CHART = Chart(
    (Column(right=True), Column("begins with", stretches=True), Column("tokens", right=True)),
    (Row(("1", f"Hello, {TRICKY}", "30"), 0.75), Divider("Here it ends."), Row(("12", "Thanks.", "10"), 0.25)),
    "Sent:",
)


def test_a_table_has_a_bar_for_each_share_where_there_is_room() -> None:
    screen = Screen(columns=100)
    screen.show(CHART)
    before, titles, hello, divider, thanks = screen.out.lines
    assert (before, titles) == ("» Sent:", f"      begins with{' ' * 44}tokens")
    assert hello == f"   1  Hello, {SHOWN}      30  {'█' * 24}"
    assert divider.startswith("  ╌╌ Here it ends. ╌╌╌")
    assert thanks.endswith(f"    10  {'█' * 8}")


def test_a_table_fits_a_narrow_terminal_without_bars() -> None:
    screen = Screen(columns=30)
    screen.show(CHART)
    assert screen.out.lines == [
        "» Sent:",
        "      begins with       tokens",
        "   1  Hello, see [/IN…      30",
        "  ╌╌ Here it ends. ╌╌╌╌╌╌╌╌╌╌╌",
        "  12  Thanks.               10",
    ]


def test_earlier_exchanges_look_as_they_did_when_they_were_new() -> None:
    screen = Screen(columns=40)
    screen.recall(
        [
            Remembered(1, Exchange("Show me\ncode.", "Some **bold** words.\n\n```python\nprint(1)\n```"), sent=False),
            Remembered(2, Exchange("More?", "Hal", Ending.STOPPED), sent=True, pinned=True),
        ]
    )
    assert screen.out.lines == [
        "── 1 · not sent any more " + "─" * 14,
        "",
        "Show me",
        "code.",
        "",
        "Some bold words.",
        "",
        "[1] python",
        "print(1)",
        "",
        "── 2 · pinned " + "─" * 25,
        "",
        "More?",
        "",
        "Hal",
        "",
        "» (stopped)",
    ]


def test_earlier_exchanges_tell_their_attachments_and_tool_calls_in_one_line_each() -> None:
    screen = Screen(columns=64)
    calls = ToolCall("1", "weather", '{"city": "Oslo"}'), ToolCall("2", "files__read")
    failed = ToolResult(f"{TRICKY} and more of it", CallOutcome.FAILED)
    snow = Round(calls, (ToolResult("Snow.\nAnd ice."), failed), "Let me look.")
    exchange = Exchange("Is it cold?", "Yes.", rounds=(snow,), attached=(Attachment("map.png", "image/png", b"12"),))
    screen.recall([Remembered(1, exchange, sent=True)])
    before = screen.out.lines[4:]
    assert before[0] == "» Attached: map.png (PNG, 2 bytes)"
    assert before[1:5] == ["", "Let me look.", "", '» ✓ weather     city="Oslo"  → 2 lines']
    assert before[5].startswith("» ✗ files.read  → failed: ")
    assert before[5].endswith("…")
    assert before[6:] == ["", "Yes."]


def test_an_earlier_question_is_wrapped_and_not_cut_off() -> None:
    screen = Screen(columns=20)
    question = "Which of all these words will be lost at the edge of a narrow terminal?"
    screen.recall([Remembered(1, Exchange(question, "None."), sent=True)])
    assert " ".join(" ".join(screen.out.lines).split()).count(question) == 1


def test_earlier_exchanges_cannot_act_on_the_terminal_either() -> None:
    screen = Screen()
    screen.recall([Remembered(1, Exchange(TRICKY, TRICKY), sent=True)])
    assert screen.out.lines.count(SHOWN) == 2


@pytest.mark.parametrize("text", ["[/INST]", "[red]x[/red]", ":smile:", "https://example.org 'x' 123 None"])
def test_no_console_of_ours_reads_text_as_markup(text: str) -> None:
    paper = io.StringIO()
    make_console(paper).print(text)
    assert paper.getvalue() == f"{text}\n"


def test_a_size_that_the_shell_exports_is_not_taken_for_the_windows_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "1234")
    monkeypatch.setenv("LINES", "567")
    console = make_console(io.StringIO())
    assert console.width != 1234
    assert console.height != 567
