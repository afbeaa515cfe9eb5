"""A table with bars, as plain text: aligned, cut where the terminal is narrow, and understood without a bar."""

import pytest

from chatbot_cli.text.chart import Chart, Column, Divider, Row, percent, plain_lines
from chatbot_cli.text.width import cells

COLUMNS = (
    Column("no.", right=True),
    Column("who", spared=True),
    Column("begins with", stretches=True),
    Column("tokens"),
)
CHART = Chart(
    COLUMNS,
    (
        Row(("1", "you", "What is\na lens? \x1b[2J", "12"), 0.25),
        Divider("Here it\x07 ends."),
        Row(("12", "assistant", "你好世界" * 9, "1,200"), quiet=True),
    ),
    "Before.",
    "After.\nAll.",
)


def test_a_pipe_gets_all_columns_whole_and_shares_in_percent() -> None:
    assert list(plain_lines(CHART)) == [
        "Before.",
        f"no.  who        begins with{' ' * 63}tokens  share",
        f"  1  you        What is a lens? ␛[2J{' ' * 54}12       25 %",
        "Here it␇ ends.",
        f" 12  assistant  {'你好世界' * 9}  1,200",
        "After.",
        "All.",
    ]


@pytest.mark.parametrize("columns", [72, 40, 24])
def test_no_row_is_wider_than_the_terminal_and_the_numbers_stay(columns: int) -> None:
    lines = list(plain_lines(CHART, columns))
    assert max(map(cells, lines)) <= columns
    assert "1,200" in lines[4]
    assert ("assistant" in lines[4]) is (columns > 24)
    assert "…" in lines[4]


def test_a_screen_has_no_column_in_which_nothing_stands() -> None:
    columns = Column("name"), Column("not read", right=True, spared=True), Column("on")
    chart = Chart(columns, (Row(("notes", "", "x")),))
    assert list(plain_lines(chart, 40)) == ["name   on", "notes  x"]
    assert next(plain_lines(chart)) == "name   not read  on"  # who reads a pipe counts columns


@pytest.mark.parametrize("columns", [40, 30, 24])
def test_long_labels_give_way_before_any_number(columns: int) -> None:
    who = Column("who", stretches=True, spared=True, least=9)
    rows = (
        Row(("7", "you, pinned, no room", "質問 6 " * 9, "~12,345")),
        Row(("", "assistant", "Yes.", "~67"), 0.5),
    )
    chart = Chart((Column("no.", right=True), who, *COLUMNS[2:3], Column("tokens", right=True)), rows)
    titles, first, second = plain_lines(chart, columns)
    assert max(map(cells, (titles, first, second))) <= columns
    assert ("tokens" in titles, "~12,345" in first, "~67" in second) == (True, True, True)
    assert ("you, pin" in first) is (columns > 30)


def test_where_even_the_least_is_too_wide_the_text_is_cut_and_not_the_number() -> None:
    chart = Chart((Column(stretches=True), Column(right=True)), (Row(("a long label", "1,234,567")),))
    assert list(plain_lines(chart, 13)) == ["a…  1,234,567"]


def test_without_titles_there_is_no_line_for_them_and_without_shares_no_percents() -> None:
    chart = Chart((Column(), Column(right=True)), (Row(("today", "3")), Row(("this month", "1,200"))))
    assert list(plain_lines(chart)) == ["today           3", "this month  1,200"]


def test_a_share_that_is_little_is_not_said_to_be_nothing() -> None:
    assert [percent(share) for share in (0, 0.001, 0.25, 1)] == ["0 %", "<1 %", "25 %", "100 %"]


def test_a_column_that_needs_more_has_it_and_another_is_left_out() -> None:
    columns = (Column(stretches=True, least=10), Column("sent"), Column("saved", spared=True))
    chart = Chart(columns, (Row(("this month and more", "12k", "$1.20")),))
    assert list(plain_lines(chart, 24)) == [f"{' ' * 13}sent  saved", "this month…  12k   $1.20"]
    assert list(plain_lines(chart, 22)) == [f"{' ' * 18}sent", "this month and…   12k"]
