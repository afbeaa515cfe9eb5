"""Draws a chart on the full screen: aligned columns, and a bar for each share."""

from collections.abc import Iterator

from rich.bar import Bar
from rich.console import Console
from rich.segment import Segment

from chatbot_cli.terminal.markdown.view import Line
from chatbot_cli.terminal.program_lines import message_lines
from chatbot_cli.terminal.rows import without_sign
from chatbot_cli.text.chart import GAP, Chart, Divider, Layout, Row, laid_out
from chatbot_cli.text.signs import INDENT, MESSAGE
from chatbot_cli.text.trend import Trend, sparkline

WIDEST_BAR = 24  # cells
NARROWEST_BAR = 6
ROOM_BESIDE = 20  # cells that a column which stretches keeps beside a bar that could be wider
LEAST_BESIDE = 16  # cells that it keeps beside the narrowest bar


def chart_lines(console: Console, chart: Chart, sign: str = MESSAGE) -> list[Line]:
    """The lines of a chart that fit the console, the first with the sign of a message, or another.

    The largest share fills the bar. A narrow console shows none.
    """
    room = console.width - len(INDENT)
    bar = _bar_width(chart, room)
    layout = laid_out(chart, room - (bar + len(GAP) if bar else 0))
    quiet = console.get_style("quiet")
    lines = [line for text in chart.before.splitlines() for line in message_lines(console, text, sign=INDENT)]
    if layout.titles:
        lines.append([Segment(INDENT + layout.titles, quiet)])
    for row in chart.rows:
        if isinstance(row, Divider):
            lines += _divider(console, row, layout.width)
        else:
            lines.append(_row(console, row, layout, _bar(console, row.share, max(chart.shares, default=0), bar)))
    lines += _trend(console, chart.trend, layout.width) if chart.trend else []
    lines += [line for text in chart.after.splitlines() for line in message_lines(console, text, sign=INDENT)]
    return list(_with_first_signed(lines, sign))


def _bar_width(chart: Chart, room: int) -> int:
    """The cells of the bars; 0 where they have no room."""
    if not chart.shares:
        return 0
    natural = laid_out(chart, None)

    def beside(least: int) -> int:
        """The cells beside columns that keep so many cells if they stretch, or more if they say so."""
        columns = zip(chart.columns, natural.widths, strict=True)
        given_up = (max(0, width - max(least, column.least)) for column, width in columns if column.stretches)
        return room - natural.width + sum(given_up)

    width = min(WIDEST_BAR, max(room - natural.width, beside(ROOM_BESIDE) // 2) - len(GAP))
    if width >= NARROWEST_BAR:
        return width
    return NARROWEST_BAR if beside(LEAST_BESIDE) >= NARROWEST_BAR + len(GAP) else 0


def _row(console: Console, row: Row, layout: Layout, bar: Line) -> Line:
    style = console.get_style("quiet" if row.quiet else "none")
    text = layout.line(row.cells)
    segments = without_sign([Segment(text if bar else text.rstrip(), style)])
    return [Segment(INDENT), *segments, *([Segment(GAP), *bar] if bar else [])]


def _bar(console: Console, share: float | None, largest: float, width: int) -> Line:
    if not (share and width):
        return []
    options = console.options.update(width=width)
    # A share that is there is seen: it has at least an eighth of a cell, the least that the characters can show.
    end = max(share / largest, 1 / (8 * width))
    segments = console.render_lines(Bar(1, 0, end, width=width), options, pad=False)[0]
    text = "".join(segment.text for segment in segments).rstrip()
    return [Segment(text, console.get_style("bar"))]


def _divider(console: Console, divider: Divider, width: int) -> list[Line]:
    """A quiet line across the chart, with its words in it; words that are too long go on below."""
    first, *others = message_lines(console, divider.words, sign=f"{INDENT}╌╌ ")
    rest = width + len(INDENT) - sum(segment.cell_length for segment in first) - 1
    if not others and rest > 0:
        first = [*first, Segment(f" {'╌' * rest}", console.get_style("quiet"))]
    return [first, *others]


def _trend(console: Console, trend: Trend, width: int) -> list[Line]:
    """A line with the title, one with the bars, and a sentence about the greatest amount."""
    bars = Segment(sparkline(trend, console.width - len(INDENT)), console.get_style("bar"))
    most = message_lines(console, trend.most, sign=INDENT)
    return [*_divider(console, Divider(trend.title), width), [Segment(INDENT), bars], *most]


def _with_first_signed(lines: list[Line], sign: str) -> Iterator[Line]:
    """The lines, the first of them with the sign in place of its indent."""
    for number, line in enumerate(lines):
        if number:
            yield line
        else:
            begin, *rest = line
            yield [Segment(sign + begin.text.removeprefix(INDENT), begin.style), *rest]
