"""A line in the colours that a terminal has, and on no more of its columns than there are."""

import io
import re
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from wcwidth import wcwidth

from chatbot_cli.terminal.markdown.stream import whole_document
from chatbot_cli.terminal.markdown.view import lines_of
from chatbot_cli.terminal.rows import broken_to_fit, row_of, rows_of
from chatbot_cli.terminal.theme import THEME

ColorSystem = Literal["standard", "256", "truecolor"]
COLOR = re.compile(r"\x1b\[[\d;]*?((?:[34]8;[25];[\d;]+)|(?:3[0-7]|9[0-7]|4[0-7]|10[0-7]))m")
PARTS = ["a", " ", "日", "e\u0301", "👩\u200d👩\u200d👧", "🇩🇪", "❤️", "👍🏽", "1️⃣", "😀"]


def console(colors: ColorSystem | None, *, plain: bool = False) -> Console:
    environ = {"NO_COLOR": "1"} if plain else {}
    return Console(
        file=io.StringIO(), width=40, theme=THEME, force_terminal=True, color_system=colors, _environ=environ
    )


def line() -> list[Segment]:
    """A line of fresh styles: Rich's styles remember the codes of the first console they were rendered for."""
    return [
        Segment("quiet ", Style(dim=True)),
        Segment("loud ", Style(color="#ff8800", bold=True)),
        Segment("plain "),
        Segment("on", Style(bgcolor="color(200)")),
    ]


@pytest.mark.parametrize(
    ("colors", "codes"),
    [
        ("standard", ["91", "45"]),
        ("256", ["38;5;208", "48;5;200"]),
        ("truecolor", ["38;2;255;136;0", "48;5;200"]),
    ],
)
def test_a_console_gets_codes_of_its_own_kind(colors: ColorSystem, codes: list[str]) -> None:
    assert COLOR.findall(row_of(line(), console(colors)).text) == codes


def test_without_colour_there_are_other_styles_still() -> None:
    text = row_of(line(), console("truecolor", plain=True)).text
    assert COLOR.findall(text) == []
    assert text == "\x1b[2mquiet \x1b[0m\x1b[1mloud \x1b[0mplain on"


def test_a_console_without_styles_gets_text() -> None:
    assert row_of(line(), console(None)).text == "quiet loud plain on"


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("colors", ["standard", "256", "truecolor"])
def test_a_reply_uses_the_palette_of_the_terminal_alone(colors: ColorSystem, plain: bool) -> None:
    """So that it is readable on a light ground and on a dark one."""
    target = console(colors, plain=plain)
    text = "# T\n\n`code` [link](x)\n\n> quote\n\n- a\n\n```python\ndef f(): return 'a'  # b\n```\n\n|a|\n|-|\n|b|\n"
    rows = "".join(row_of(shown, target).text for shown in lines_of(whole_document(text), target))
    used = set(COLOR.findall(rows))
    assert used <= {"31", "32", "33", "34", "35", "36", "90"}
    assert bool(used) is not plain


def test_a_row_ends_without_a_style() -> None:
    assert row_of(line(), console("256")).text.endswith("\x1b[0m")


def test_a_row_knows_its_width() -> None:
    assert row_of([Segment("日本"), Segment("e\u0301", Style(bold=True))], console("256")).width == 5


@given(st.lists(st.lists(st.sampled_from(PARTS), max_size=12).map("".join), max_size=4), st.integers(12, 30))
def test_whatever_is_broken_fits_on_every_terminal_and_loses_nothing(texts: list[str], width: int) -> None:
    rows = ["".join(segment.text for segment in row) for row in broken_to_fit([Segment(text) for text in texts], width)]
    assert "".join(rows) == "".join(texts)
    assert all(sum(map(wcwidth, row)) <= width for row in rows)
    assert not any(row.startswith(("\u200d", "\u0301", "\ufe0f", "🏽")) for row in rows if "".join(texts) != row)


@pytest.mark.parametrize(
    ("text", "wraps"),
    [
        ("a" * 40, [False]),
        ("a" * 41, [True, False]),
        ("日" * 21, [True, False]),
        ("a" + "日" * 20, [True, False]),  # one cell is left free, and the character does not fit into it
        ("❤️" * 21, [False, False]),  # one or two cells wide: terminals differ
        ("a" * 100, [True, True, False]),
    ],
)
def test_a_final_line_is_wrapped_by_the_terminal_where_all_terminals_do_so(text: str, wraps: list[bool]) -> None:
    assert [row.wraps for row in rows_of([[Segment(text)]], console(None), final=True)] == wraps
    assert not any(row.wraps for row in rows_of([[Segment(text)]], console(None), final=False))


def test_a_line_that_fits_is_left_as_it_is() -> None:
    assert broken_to_fit([Segment("日本", Style(bold=True)), Segment(" x")], 6) == [
        [Segment("日本", Style(bold=True)), Segment(" x")]
    ]
    assert broken_to_fit([], 6) == [[]]
