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

WIDEST_BAR = 24  # cells
NARROWEST_BAR = 6
ROOM_BESIDE = 20  # cells that a column which stretches keeps beside a bar


def chart_lines(console: Console, chart: Chart) -> list[Line]:
    """The lines of a chart that fit the console, the first with the sign of a message.

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
    lines += [line for text in chart.after.splitlines() for line in message_lines(console, text, sign=INDENT)]
    return list(_with_first_signed(lines))


def _bar_width(chart: Chart, room: int) -> int:
    """The cells of the bars; 0 where they have no room."""
    if not chart.shares:
        return 0
    natural = laid_out(chart, None)
    stretch = [width for column, width in zip(chart.columns, natural.widths, strict=True) if column.stretches]
    fixed = natural.width - sum(stretch) + sum(min(width, ROOM_BESIDE) for width in stretch)
    width = min(WIDEST_BAR, max(room - natural.width, (room - fixed) // 2) - len(GAP))
    return width if width >= NARROWEST_BAR else 0


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


def _with_first_signed(lines: list[Line]) -> Iterator[Line]:
    """The lines, the first of them with the sign of a message in place of its indent."""
    for number, line in enumerate(lines):
        if number:
            yield line
        else:
            begin, *rest = line
            yield [Segment(MESSAGE + begin.text.removeprefix(INDENT), begin.style), *rest]
