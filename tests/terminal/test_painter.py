"""The screen shows every final row once, and the live rows as they are now."""

import io

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment

from chatbot_cli.terminal.painter import Painter, Row, Size
from chatbot_cli.terminal.rows import rows_of
from tests.scrolling_screen import ScrollingScreen
from tests.terminal.panel_window import Paper


class PaintedScreen:
    """A painter on an emulated terminal."""

    def __init__(self, columns: int, rows: int) -> None:
        self.size = Size(columns, rows)
        self.emulator = ScrollingScreen(columns, rows)
        self._stream = pyte.Stream(self.emulator)
        self.file = Paper()
        self.painter = Painter(self.file, lambda: self.size)

    def resize(self, columns: int) -> None:
        """Make the window wider or narrower; the emulator does not rewrap its lines, so they must fit."""
        assert max(map(len, self.lines)) <= columns
        self.emulator.resize(self.size.rows, columns)
        self.size = Size(columns, self.size.rows)

    @property
    def lines(self) -> list[str]:
        """Scrollback and screen, down to the row of the cursor."""
        self._stream.feed(self.file.getvalue())
        self.file.seek(0)
        self.file.truncate()
        return self.emulator.scrollback + self.emulator.visible[: self.emulator.cursor.y + 1]

    @property
    def below(self) -> str:
        """The text below the cursor."""
        return "".join(self.emulator.visible[self.emulator.cursor.y + 1 :]).strip()


def rows(*texts: str) -> list[Row]:
    return [Row(text, cell_len(text)) for text in texts]


ROWS = st.lists(st.text("ab", max_size=10), max_size=9)
PAINTS = st.lists(st.tuples(ROWS, ROWS, st.booleans()), max_size=20)


@given(PAINTS, st.integers(3, 12))
def test_every_final_row_is_on_the_screen_once(paints: list[tuple[list[str], list[str], bool]], height: int) -> None:
    screen = PaintedScreen(10, height)
    final: list[str] = []
    live: list[str] = []
    for finished, new_live, becomes_final in paints:
        if becomes_final:  # as when a block closes that was live before
            finished = live[: len(live) // 2] + finished
        final += finished
        live = new_live
        screen.painter.paint(rows(*finished), rows(*live))
        assert screen.lines == final + (live[-max(1, height - 2) :] or [""])
        assert screen.below == ""
    screen.painter.close()
    assert screen.lines == [*final, ""]


def test_a_live_row_that_becomes_final_costs_nothing() -> None:
    screen = PaintedScreen(20, 10)
    screen.painter.paint([], rows("one", "two"))
    assert screen.lines == ["one", "two"]
    screen.painter.paint(rows("one"), rows("two"))
    assert screen.file.getvalue() == ""


def test_a_row_that_grows_costs_only_the_added_text() -> None:
    screen = PaintedScreen(20, 10)
    screen.painter.paint([], rows("one", "tw"))
    assert screen.lines == ["one", "tw"]
    screen.painter.paint([], rows("one", "two"))
    assert screen.file.getvalue() == "\x1b[?2026ho\x1b[?2026l"


def test_the_cursor_is_hidden_while_painting_and_given_back() -> None:
    screen = PaintedScreen(20, 10)
    screen.painter.open()
    assert screen.lines == [""]
    assert screen.emulator.cursor.hidden
    screen.painter.close()
    assert screen.lines == [""]
    assert not screen.emulator.cursor.hidden


def test_a_paint_is_one_write_that_appears_all_at_once() -> None:
    screen = PaintedScreen(20, 10)
    for number in range(1, 30):
        screen.painter.paint(rows(*["final"] * (number % 3)), rows(*[f"live {number}"] * (number % 5)))
    assert len(screen.file.writes) == 29
    for written in screen.file.writes:
        assert written.startswith("\x1b[?2026h")
        assert written.endswith("\x1b[?2026l")
        assert written.count("\x1b[?2026") == 2


def test_nothing_is_written_when_nothing_has_changed() -> None:
    screen = PaintedScreen(20, 10)
    screen.painter.paint([], rows("one"))
    screen.painter.paint([], rows("one"))
    assert len(screen.file.writes) == 1


@given(PAINTS, st.integers(3, 12))
def test_rows_that_the_terminal_wraps_are_on_the_screen_once_too(
    paints: list[tuple[list[str], list[str], bool]], height: int
) -> None:
    screen = PaintedScreen(5, height)
    final: list[str] = []
    for finished, live, _ in paints:
        screen.painter.paint(wrapped(finished, 5, final=True), wrapped(live, 5, final=False))
        final += [row.text for row in wrapped(finished, 5, final=True)]
        fitting = [row.text for row in wrapped(live, 5, final=False)]
        assert screen.lines == final + (fitting[-max(1, height - 2) :] or [""])
        assert screen.below == ""


def wrapped(texts: list[str], width: int, *, final: bool) -> list[Row]:
    """Lines that may be wider than the window, final ones to be wrapped by the terminal."""
    console = Console(file=io.StringIO(), width=width)
    return rows_of([[Segment(text)] for text in texts], console, final=final)


def test_no_new_line_is_begun_where_the_terminal_wraps() -> None:
    screen = PaintedScreen(5, 10)
    screen.painter.paint(wrapped(["1234567"], 5, final=True), [])
    assert "1234567\r\n" in screen.file.getvalue()
    screen.painter.paint([], wrapped(["1234567"], 5, final=False))
    assert "12345\r\n67" in screen.file.getvalue()


def test_a_full_row_keeps_its_last_cell() -> None:
    screen = PaintedScreen(5, 10)
    for live in (["12345"], ["12345", "67890"], ["12345", "67890", "a"], ["12345", "6789x"], ["12345"]):
        screen.painter.paint([], rows(*live))
        assert screen.lines == live


def test_it_does_not_matter_how_wide_the_terminal_draws_an_emoji() -> None:
    family = "👩\u200d👩\u200d👧"  # two cells wide by the book, six on this terminal
    screen = PaintedScreen(20, 10)
    screen.painter.paint([], rows(family, "two", "three"))
    screen.painter.paint([], rows(family))
    screen.painter.paint([], rows(f"{family} and more"))
    assert [line.endswith(" and more") for line in screen.lines] == [True]
    assert screen.below == ""


@given(PAINTS, st.lists(st.integers(10, 30), min_size=20, max_size=20))
def test_a_window_that_changes_its_width_holds_everything_once(
    paints: list[tuple[list[str], list[str], bool]], widths: list[int]
) -> None:
    screen = PaintedScreen(20, 9)
    final: list[str] = []
    for (finished, live, _), width in zip(paints, widths, strict=False):
        screen.resize(width)
        screen.painter.paint(rows(*finished), rows(*live))
        final += finished
        assert screen.lines == final + (live[-7:] or [""])
        assert screen.below == ""


@pytest.mark.parametrize(("columns", "height"), [(3, 4), (4, 3), (5, 2), (9, 2), (10, 1)])
def test_rows_that_a_narrower_window_has_wrapped_are_all_erased(columns: int, height: int) -> None:
    """On a terminal that rewraps its lines, two live rows have become `height` more."""
    screen = PaintedScreen(20, 10)
    screen.painter.paint([], rows("1234567890", "x"))
    screen.file.writes.clear()
    screen.size = Size(columns, 10)
    screen.painter.paint([], rows("new"))
    assert screen.file.writes[0].count("\x1b[1A") == height


def test_the_cursor_is_shown_again_whatever_is_live_when_painting_ends() -> None:
    screen = PaintedScreen(20, 10)
    screen.painter.open()
    screen.painter.paint(rows("final"), rows("live", "live"))
    screen.painter.close()
    assert screen.lines == ["final", ""]
    assert not screen.emulator.cursor.hidden
