"""Text is cut so that a reader sees that it was cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.text.short import as_written, shorten, shorten_foreign


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("ten letter", "ten letter"),
        ("eleven lett", "eleven le…"),
        ("  two\n\tlines  ", "two lines"),
        ("eight ab cd", "eight ab…"),
        (" \n ", ""),
    ],
)
def test_white_space_is_folded_and_no_blank_stands_before_the_ellipsis(text: str, expected: str) -> None:
    assert shorten(text, 10) == expected


@given(st.text(), st.integers(1, 20))
def test_no_text_is_longer_than_wanted(text: str, width: int) -> None:
    assert all(len(cut(text, width)) <= width for cut in (shorten, shorten_foreign, as_written))


def test_what_cannot_be_printed_parts_words() -> None:
    assert shorten_foreign("a\x00b\u200ec\ud800d", 40) == "a b c d"


def test_of_huge_text_only_the_beginning_is_read() -> None:
    assert shorten_foreign("a" * 10_000_000, 5) == "aaaa…"
    assert shorten_foreign(" " * 10_000_000 + "a", 5) == ""


def test_what_somebody_wrote_keeps_its_blanks_and_shows_where_a_control_stood() -> None:
    assert as_written("a  b\x1b\n") == "a  b��"
    assert as_written("a  b", 3) == "a …"
