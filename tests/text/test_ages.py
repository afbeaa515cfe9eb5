"""Ages as they are told, and as they are typed."""

import pytest

from chatbot_cli.errors import UsageError
from chatbot_cli.text.ages import age_in_words, seconds_in


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        *((0, "just now"), (59, "just now"), (60, "1 minute ago"), (7199, "1 hour ago"), (86_400 * 2, "2 days ago")),
        *((86_400 * 40, "1 month ago"), (86_400 * 800, "2 years ago"), (-5, "just now")),
        *((-59, "just now"), (-60, "in the future"), (-86_400 * 800, "in the future")),
    ],
)
def test_ages_are_told_in_one_unit(seconds: float, words: str) -> None:
    assert age_in_words(seconds) == words


@pytest.mark.parametrize(
    ("age", "seconds"),
    [("36h", 129_600), ("90d", 7_776_000), (" 2 W ", 1_209_600), ("6m", 15_552_000), ("1y", 31_536_000), ("0d", 0)],
)
def test_an_age_is_a_number_and_a_letter(age: str, seconds: int) -> None:
    assert seconds_in(age) == seconds


@pytest.mark.parametrize("age", ["", "d", "5", "-1d", "1.5d", "1d2h", "9999999d", "１d"])
def test_anything_else_is_no_age(age: str) -> None:
    with pytest.raises(UsageError, match="is no age"):
        seconds_in(age)
