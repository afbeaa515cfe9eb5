"""Counts read like English."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatbot_cli.text.counts import counted, dollars, dollars_as_stated


@pytest.mark.parametrize(
    ("count", "words"),
    [
        *((0, "0 seconds"), (1, "1 second"), (2, "2 seconds"), (1_234_567, "1,234,567 seconds")),
        *((1.0, "1 second"), (0.5, "0.5 seconds"), (300.0, "300 seconds"), (3600.0, "3,600 seconds")),
    ],
)
def test_one_is_singular_and_thousands_are_set_apart(count: float, words: str) -> None:
    assert counted(count, "second") == words


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        *((0, "$0.00"), (1.254, "$1.25"), (0.0421, "$0.042"), (0.00042, "$0.00042"), (2e-5, "$0.00002")),
        (1234.5, "$1,234.50"),
    ],
)
def test_small_amounts_keep_two_significant_digits(amount: float, shown: str) -> None:
    assert dollars(amount) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0.0425, "$0.0425"), (1.255, "$1.255"), (0.5, "$0.50"), (0, "$0.00"), (1e6, "$1,000,000.00"), (1e-5, "$0.00001")],
)
def test_a_stated_amount_is_not_rounded(amount: float, shown: str) -> None:
    assert dollars_as_stated(amount) == shown


@given(st.floats(-1e9, 1e9))
@example(1e-9)
@example(-1e-9)
@example(0.0999)
@example(0.0)
def test_every_amount_is_a_number_that_says_how_much(amount: float) -> None:
    shown = dollars(amount)

    assert re.fullmatch(r"-?\$[\d,]+(\.\d+)?", shown)
    assert float(shown.replace("$", "").replace(",", "")) == pytest.approx(amount, rel=0.1, abs=0)
