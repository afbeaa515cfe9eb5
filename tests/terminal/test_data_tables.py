"""Data as a table: it fits every screen, and can be read by everyone."""

import io

import pytest

from chatbot_cli.chat.shape import Table
from chatbot_cli.terminal.data_table import table_lines
from chatbot_cli.terminal.plain_table import plain_table
from chatbot_cli.terminal.rich_screen import print_lines
from chatbot_cli.terminal.theme import make_console
from chatbot_cli.text.width import cells

LONG = "a sentence that is so long that it has to go on below"
PEOPLE = Table(
    ("name", "age", "note"), (("Ada 日本", "36", ""), ("Bob", "7", LONG), ("── › » Eve", "", "\x1b[31mred\nx"))
)


def drawn(table: Table, width: int) -> list[str]:
    console = make_console(out := io.StringIO())
    console.width, console.no_color = width, True
    print_lines(table_lines(console, table, is_whole=True), console)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [20, 32, 40, 80])
def test_it_fits_the_screen_and_loses_no_word(width: int) -> None:
    lines = drawn(PEOPLE, width)
    assert all(cells(line) <= width for line in lines)
    shown = " ".join(lines).split()
    assert {"日本", "36", "Bob", *LONG.split(), "Eve"} <= set(shown)
    assert not any(line.lstrip().startswith(("── ", "› ", "» ")) or "\x1b" in line for line in lines)


def test_numbers_are_aligned_to_the_right_and_a_narrow_screen_names_each_cell() -> None:
    wide = drawn(PEOPLE, 80)
    assert [line[10:15] for line in (wide[0], wide[2])] == ["  age", "    7"]
    narrow = drawn(PEOPLE, 24)
    assert [line.split() for line in narrow[:2]] == [["name", "Ada", "日本"], ["age", "36"]]


def test_plain_text_is_aligned_or_names_each_cell() -> None:
    table = Table(("name", "age"), (("Ada 日本", "36"), ("Bob\n\x1b", "7")))
    assert list(plain_table(table)) == ["name      age", "Ada 日本   36", "Bob ␛       7"]
    assert list(plain_table(table, 12)) == ["name: Ada 日本", "age: 36", "", "name: Bob ␛", "age: 7"]


def test_a_table_without_rows_has_its_head() -> None:
    empty = Table(("name", "age"), ())
    assert list(plain_table(empty)) == ["name  age"]
    assert [line.split() for line in drawn(empty, 40)] == [["name", "age"]]
