"""A table with bars, as a value, and its layout in plain text. Pure.

A chart says what is in its cells; a screen decides how it looks. The full screen draws a share as a bar, plain text
says it in percent, so that nothing is lost to who cannot see the bars.
"""

from collections.abc import Iterator, Sequence

from chatbot_cli.frozen import frozen
from chatbot_cli.text.safe import safe
from chatbot_cli.text.trend import Trend, listed
from chatbot_cli.text.width import cells, cut, cut_inside

GAP = "  "  # between two columns
LEAST = 8  # cells that a column which stretches has in any case, unless it says otherwise


@frozen
class Column:
    """A column with its `title`, which may be empty.

    Numbers are aligned to the `right`, and never cut. A column that `stretches` is cut where the screen is narrow, the
    last of them first, down to its `least` cells, and `inside` if its end tells more than its middle; one that can
    be `spared` is left out where that is not enough, and on a screen where no row has anything in it.
    """

    title: str = ""
    right: bool = False
    stretches: bool = False
    spared: bool = False
    least: int = LEAST
    inside: bool = False


@frozen
class Row:
    """A line of a chart: a cell for each column. Cells may hold foreign text: it is cleaned when it is drawn.

    `share` is what the row has of the whole, from 0 to 1; None for a row that is no part of it. A `quiet` row matters
    less than the others.
    """

    cells: tuple[str, ...]
    share: float | None = None
    quiet: bool = False


@frozen
class Divider:
    """A line between two rows, with words that say what is divided there."""

    words: str


@frozen
class Chart:
    """A table, with lines of text `before` and `after` it; both may be empty. No title, no line with the titles.

    A `trend` stands below the rows.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row | Divider, ...]
    before: str = ""
    after: str = ""
    trend: Trend | None = None

    @property
    def shares(self) -> tuple[float, ...]:
        """The shares that are known."""
        return tuple(row.share for row in self.rows if isinstance(row, Row) and row.share is not None)


@frozen
class Layout:
    """A chart whose columns have widths. `numbers` are the columns that are shown, `widths` theirs, in cells."""

    columns: tuple[Column, ...]
    numbers: tuple[int, ...]
    widths: tuple[int, ...]

    @property
    def width(self) -> int:
        """The cells of a line."""
        return sum(self.widths) + len(GAP) * max(0, len(self.widths) - 1)

    @property
    def titles(self) -> str:
        """The line with the titles; empty if there are none."""
        return self.line([column.title for column in self.columns]).rstrip()

    def line(self, texts: Sequence[str]) -> str:
        """A line of cells, each as wide as its column."""
        shown = (
            _aligned(_clean(texts[number]), width, self.columns[number])
            for number, width in zip(self.numbers, self.widths, strict=True)
        )
        return GAP.join(shown)


def laid_out(chart: Chart, columns: int | None) -> Layout:
    """The layout for a screen of so many `columns`; None for a pipe, where nothing is cut."""
    numbers = list(range(len(chart.columns)))
    natural = [_natural(chart, number) for number in numbers]
    if columns is None:
        return Layout(chart.columns, tuple(numbers), tuple(natural))
    numbers = [number for number in numbers if not (chart.columns[number].spared and _is_empty(chart, number))]

    def least() -> int:
        widths = (
            min(natural[n], chart.columns[n].least) if chart.columns[n].stretches else natural[n] for n in numbers
        )
        return sum(widths) + len(GAP) * (len(numbers) - 1)

    for number in [n for n in reversed(numbers) if chart.columns[n].spared]:
        if least() > columns:
            numbers.remove(number)
    widths = {number: natural[number] for number in numbers}
    too_wide = sum(widths.values()) + len(GAP) * (len(numbers) - 1) - columns
    stretching = [number for number in reversed(numbers) if chart.columns[number].stretches]
    to_least = [(number, chart.columns[number].least) for number in stretching]
    to_one = [(number, 1) for number in stretching]  # the numbers are worth more than a label
    for number, smallest in (*to_least, *to_one):
        given_up = min(max(0, too_wide), max(0, widths[number] - smallest))
        widths[number] -= given_up
        too_wide -= given_up
    return Layout(chart.columns, tuple(numbers), tuple(widths.values()))


def plain_lines(chart: Chart, columns: int | None = None) -> Iterator[str]:
    """The chart in aligned plain text, line by line; shares are a column of percents."""
    if chart.shares:
        chart = _with_percents(chart)
    layout = laid_out(chart, columns)
    yield from safe(chart.before).splitlines()
    if layout.titles:
        yield layout.titles
    for row in chart.rows:
        line = _clean(row.words) if isinstance(row, Divider) else layout.line(row.cells).rstrip()
        yield line if columns is None or isinstance(row, Divider) else cut(line, columns)
    yield from listed(chart.trend) if chart.trend else ()
    yield from safe(chart.after).splitlines()


def percent(share: float) -> str:
    """A share in percent: "12 %", and "<1 %" for what is little but there."""
    return "<1 %" if 0 < share < 0.01 else f"{share:.0%}".replace("%", " %")


def _with_percents(chart: Chart) -> Chart:
    rows = (
        row
        if isinstance(row, Divider)
        else Row((*row.cells, "" if row.share is None else percent(row.share)), row.share, row.quiet)
        for row in chart.rows
    )
    columns = (*chart.columns, Column("share" if any(c.title for c in chart.columns) else "", right=True, spared=True))
    return Chart(columns, tuple(rows), chart.before, chart.after, chart.trend)


def _natural(chart: Chart, number: int) -> int:
    """The cells of a column in which nothing is cut."""
    texts = (row.cells[number] for row in chart.rows if isinstance(row, Row))
    return max((cells(_clean(text)) for text in (chart.columns[number].title, *texts)), default=0)


def _is_empty(chart: Chart, number: int) -> bool:
    """Whether a column has nothing in any row but its title."""
    return not any(row.cells[number] for row in chart.rows if isinstance(row, Row))


def _clean(text: str) -> str:
    """Foreign text on one line; blanks stay."""
    return safe(text).replace("\n", " ").replace("\t", " ")


def _aligned(text: str, width: int, column: Column) -> str:
    text = cut_inside(text, width) if column.inside else cut(text, width)
    blanks = " " * (width - cells(text))
    return blanks + text if column.right else text + blanks
