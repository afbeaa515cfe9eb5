"""Text is measured as a terminal shows it."""

import os
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcwidth

from chatbot_cli.text import width
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.width import beginning, cells, cut, cut_inside


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("排序列", 5, "排序…"),
        ("排序列", 4, "排…"),
        ("e\u0301e\u0301", 2, "e\u0301e\u0301"),
    ],
)
def test_lines_are_cut_by_cells(text: str, columns: int, expected: str) -> None:
    assert cut(text, columns) == expected


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("abcdef", 6, "abcdef"),
        ("node /path/index.js", 12, "nod…index.js"),
        ("日本語日本語", 7, "日…本語"),
        ("ab", 1, "…"),
    ],
)
def test_a_line_is_cut_inside_where_its_end_tells_more(text: str, columns: int, expected: str) -> None:
    assert cut_inside(text, columns) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", 0), ("abc", 3), ("naïve “…”", 9), ("排序", 4), ("e\u0301", 1), ("👩\u200d👩\u200d👧", 2), ("한글 ok", 7)],
)
def test_wide_characters_take_two_cells_and_marks_none(text: str, expected: int) -> None:
    assert cells(text) == expected


def test_what_is_measured_without_the_library_is_measured_like_it() -> None:
    known = [character for character in map(chr, range(0x3000)) if width._ONE_CELL_EACH.fullmatch(character)]
    assert len(known) > 900
    assert [character for character in known if wcwidth(character) != 1] == []


@given(st.text(st.sampled_from("ab …排\u0301\u200d👩🇩🇪\ufe0f❤\x1b")), st.integers(0, 12))
def test_nothing_cut_is_wider_than_wanted(text: str, columns: int) -> None:
    line = one_line(text)
    assert cells(beginning(line, columns)) <= columns
    assert line.startswith(beginning(line, columns))
    assert cells(cut(line, columns)) <= max(1, columns)
    assert cells(cut_inside(line, columns)) <= max(1, columns)
    assert cells(line) > columns or cut(line, columns) == line


def test_as_much_as_fits_is_kept() -> None:
    assert beginning("排序列表", 5) == "排序"
    assert beginning("short", 80) == "short"
    assert beginning("short", -1) == ""


def test_a_western_title_costs_no_import() -> None:
    program = (
        "import sys; from chatbot_cli.text.width import cells; cells('Žluťoučký “café”… Ελλάς'); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True, env=os.environ)
    assert "wcwidth" not in re.split(r"\s+", loaded.stdout)
