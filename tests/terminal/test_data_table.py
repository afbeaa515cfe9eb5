"""Data as a table on the full screen: it fits every width, and nothing in a cell acts on the screen."""

import io

import pytest
from rich.cells import cell_len

from chatbot_cli.chat.shape import FIELD_AND_VALUE, Table
from chatbot_cli.terminal.data_table import DataTable, broken_to, fitting, table_lines
from chatbot_cli.terminal.theme import make_console

PEOPLE = Table(
    ("name", "age", "note"),
    (("Ada Lovelace", "36", "the first program " * 9), ("李小龍", "9", ""), ("Bob", "100", "ok")),
)
HOSTILE = Table(("a\x1b[31m", "b"), (("[red]x[/red]", "1\n2\t3"), ("\x1b]0;x\x07", "» no message")))


def drawn(table: Table, width: int, last: int | None = None, by: DataTable | None = None) -> list[str]:
    console = make_console(io.StringIO())
    console.width = width
    lines = by.lines(table, last) if by else DataTable(console).lines(table, last)
    return ["".join(segment.text for segment in line) for line in lines]


def test_columns_are_aligned_numbers_to_the_right_and_long_cells_are_broken_into_three_lines() -> None:
    assert drawn(PEOPLE, 40) == [
        "name          age  note",
        "Ada Lovelace   36  the first program the",
        "                   first program the",
        "                   first program the…",
        "",
        "李小龍          9",
        "",
        "Bob           100  ok",
    ]


@pytest.mark.parametrize("width", [1, 10, 24, 40, 80, 120])
def test_every_line_fits(width: int) -> None:
    many = Table(tuple(f"column {n}" for n in range(9)), (("値" * 30, *("x" * 20,) * 8),))
    for table in (PEOPLE, many, HOSTILE, Table(FIELD_AND_VALUE, (("name", "a word " * 30), ("a" * 50, "b")))):
        room = max(width, 14)  # where a name and a value have no room beside each other, the screen breaks the line
        assert max(map(cell_len, drawn(table, width))) <= room


def test_without_room_for_columns_each_cell_has_a_line_of_its_own() -> None:
    assert drawn(PEOPLE, 24)[:5] == [
        "name  Ada Lovelace",
        "age   36",
        "note  the first program",
        "      the first program",
        "      the first program…",
    ]
    assert drawn(PEOPLE, 24)[5:7] == ["", "name  李小龍"]


def test_the_last_lines_of_a_table_do_not_begin_with_the_empty_one_between_two_rows() -> None:
    assert drawn(PEOPLE, 40, last=3) == ["name          age  note", "Bob           100  ok"]


def test_one_object_has_a_line_for_each_field_and_shows_more_of_a_long_value() -> None:
    lines = drawn(Table(FIELD_AND_VALUE, (("title", "Dune"), ("summary", "sand and spice " * 20))), 40)
    assert lines[0] == "title    Dune"
    assert lines[1] == "summary  sand and spice sand and spice"
    assert len(lines) == 11


def test_nothing_in_a_cell_acts_on_the_screen() -> None:
    assert drawn(HOSTILE, 60) == ["a␛[31m        b", "[red]x[/red]  1 2 3", "␛]0;x␇        » no message"]


def test_a_table_that_is_drawn_again_keeps_its_widths_and_shows_its_last_lines_below_the_titles() -> None:
    console = make_console(io.StringIO())
    console.width = 40
    table = DataTable(console)
    drawn(Table(("word", "n"), (("long word", "1"),)), 40, 5, table)
    rows = tuple(("w", str(number)) for number in range(100))
    assert drawn(Table(("word", "n"), rows), 40, 3, table) == ["word        n", "w          98", "w          99"]


def test_the_widest_columns_give_way_first() -> None:
    assert fitting([5, 40, 60], 60) == [5, 25, 25]
    assert fitting([20] * 6, 60) == []
    assert fitting([10**15, 5], 60) == [53, 5]


def test_a_word_without_end_is_broken_and_a_text_without_width_is_cut() -> None:
    assert broken_to("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert broken_to("x" * 35, 10) == ["x" * 10, "x" * 10, "x" * 9 + "…"]
    assert broken_to("e" + "\u0301" * 200 + " and its end", 4)[-1].endswith("…")
    assert table_lines(make_console(io.StringIO()), Table(("a",), (("",),)))[1:] == [[]]
