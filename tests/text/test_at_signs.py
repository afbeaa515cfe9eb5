"""Where an @ begins the path of a file."""

import pytest

from chatbot_cli.text.at_signs import may_name_files


@pytest.mark.parametrize("text", ["@a", "see @a", "(@a)", 'the "@a"', "a, b:@a", "读@a"])
def test_an_at_sign_may_begin_a_path(text: str) -> None:
    assert may_name_files(text)


@pytest.mark.parametrize("text", ["", "a", "ada@example.com", "\\@a", "`@a`", "x/@a", "grün@a"])
def test_in_a_word_or_after_a_backslash_it_begins_none(text: str) -> None:
    assert not may_name_files(text)
