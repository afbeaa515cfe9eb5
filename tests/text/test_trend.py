"""Amounts of successive days, as small bars and in words."""

import pytest

from chatbot_cli.text.trend import Point, Trend, listed, sparkline

TREND = Trend(
    "cost per day",
    tuple(Point(f"{day} May", amount, f"${amount}") for day, amount in enumerate([0, 0.001, 4, 8, 2, 8, 0, 1], 6)),
)


def test_the_greatest_has_the_highest_bar_and_what_is_little_is_seen() -> None:
    assert sparkline(TREND, 80) == "6 May ·▁▅█▃█·▂ 13 May"
    assert TREND.most == "The most was $8, on 11 May."


@pytest.mark.parametrize(("room", "shown"), [(18, "10 May ▃█·▂ 13 May"), (5, "13 May █ 13 May")])
def test_a_narrow_screen_has_the_latest(room: int, shown: str) -> None:
    assert sparkline(TREND, room) == shown


def test_in_words_it_is_a_line_for_each_of_the_last_days() -> None:
    assert list(listed(TREND))[:3] == ["cost per day", "7 May   $0.001", "8 May   $4"]
    assert len(list(listed(TREND))) == 8


def test_where_nothing_was_no_day_is_the_greatest() -> None:
    assert Trend("", (Point("6 May", 0, "$0"),)).most == "There was nothing."
