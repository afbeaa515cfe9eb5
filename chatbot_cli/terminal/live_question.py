"""A question on the screen in full colour: it is painted anew for each page, and erased when it is answered."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

from rich.console import Console
from rich.segment import Segment

from chatbot_cli.system.suspending import gives_back
from chatbot_cli.terminal.call_question import Line, Rows, broken
from chatbot_cli.terminal.painter import EMPTY, Painter, Row, Size
from chatbot_cli.terminal.question_view import Question, hints_for, hints_in_rows, page_that_fits
from chatbot_cli.terminal.rows import row_of, without_sign
from chatbot_cli.text.signs import INDENT, MESSAGE

MARGIN = 1  # columns left free at the right: in the last one, terminals differ
FREE_ROWS = 3  # of the screen: two of the painter's, and one above the hints


class LiveQuestion:
    """A QuestionView below a reply panel that has no live rows."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._painter = Painter(console.file, self._size)
        self._rows: Sequence[Row] = ()
        self._laid_out_for = self._size()

    @contextmanager
    def open(self) -> Iterator[None]:
        self._painter.open()
        try:
            with gives_back(self._released):
                yield
        finally:
            self._painter.close()

    @asynccontextmanager
    async def _released(self) -> AsyncIterator[None]:
        self._painter.close()
        yield
        self._painter.open()
        self._painter.paint([], self._rows)

    def show(self, question: Question, begin: int, *, was_seen: bool) -> Rows:
        size = self._laid_out_for = self._size()
        columns = max(4, size.columns - MARGIN)
        title = list(broken(question.title, columns - len(MESSAGE)))
        page = page_that_fits(question, begin, columns, size.rows - FREE_ROWS - len(title))
        hints = hints_in_rows(hints_for(question, page, was_seen=was_seen), columns - len(INDENT))
        lines = [Line(text, "speaker", INDENT if number else MESSAGE) for number, text in enumerate(title)]
        below = [Line(text, "quiet") for text in hints]
        has_room = len(title) + len(page.rows) + len(below) < size.rows - 2
        gap = [EMPTY] if below and page.rows and has_room else []
        self._rows = [*map(self._row, (*lines, *page.rows)), *gap, *map(self._row, below)]
        self._painter.paint([], self._rows, size)
        return page

    @property
    def is_resized(self) -> bool:
        return self._size() != self._laid_out_for

    def _row(self, line: Line) -> Row:
        style = self._console.get_style(line.look) if line.look else None
        text = without_sign([Segment(line.text, style)]) if line.indent != MESSAGE else [Segment(line.text, style)]
        return row_of([Segment(line.indent), *text], self._console)

    def _size(self) -> Size:
        return Size(self._console.width, self._console.height)
