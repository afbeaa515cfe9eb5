"""No key is left in a text, however it got there."""

import pytest

from chatbot_cli.secrets.finding import find_secrets
from chatbot_cli.secrets.striking import kinds_in_place, struck

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


def test_a_key_that_another_one_begins_with_leaves_nothing_of_that_one() -> None:
    key = "sk-proj-" + "Ab3dEf6hIj9lMn2pQr5tUv8xYz1" * 2  # nobody's
    text = f"old: {key[:40]}\nnew: {key}\n"
    kind = "[an OpenAI API key, not shown]"
    assert kinds_in_place(text, find_secrets(text)) == f"old: {kind}\nnew: {kind}\n"
