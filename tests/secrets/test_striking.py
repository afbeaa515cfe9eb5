"""No key is left in a text, however it got there."""

import pytest

from chatbot_cli.secrets.striking import struck

KEY = "my-own-key-0123456789"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"whole: {KEY}.", "whole: [key]."),
        (f"cut: {KEY[:14]}… is wrong", "cut: [key] is wrong"),
        ("masked: sk-12...cdef is wrong", "masked: [key] is wrong"),
        ("masked: abcd****wxyz", "masked: [key]"),
        ("of others: gsk_abcdef and AIzaSyD", "of others: [key] and [key]"),
        ("a desk-top stays, and *** three stars", "a desk-top stays, and [key] three stars"),
    ],
)
def test_a_key_is_struck_out_whole_cut_and_masked(text: str, expected: str) -> None:
    assert struck(text, KEY) == expected


def test_each_secret_is_struck_out() -> None:
    assert struck("user name1234 with pass5678", "name1234", "pass5678") == "user [key] with [key]"
