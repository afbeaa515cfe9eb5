"""A question in plain text, line by line: for a dumb terminal, a screen reader."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from chatbot_cli.system.terminal_size import columns_of
from chatbot_cli.terminal.call_question import MOST_ROWS, Rows
from chatbot_cli.terminal.messages import tell
from chatbot_cli.terminal.question_view import Question, hints_for, hints_in_rows, page_that_fits
from chatbot_cli.text.signs import MESSAGE

USUAL_COLUMNS = 80


class PlainQuestion:
    """A QuestionView that only appends. Each of its lines has the program's sign."""

    is_resized = False  # what was written stays as it is

    def __init__(self, out: TextIO) -> None:
        self._out = out

    @contextmanager
    def open(self) -> Iterator[None]:
        yield

    def show(self, question: Question, begin: int, *, was_seen: bool) -> Rows:
        columns = max(4, (columns_of(self._out) or USUAL_COLUMNS) - len(MESSAGE))
        page = page_that_fits(question, begin, columns, 2 * MOST_ROWS)
        lines = [] if begin else [question.title]
        lines += [f"{row.indent}{row.text}" for row in page.rows]
        lines += hints_in_rows(hints_for(question, page, was_seen=was_seen), columns, ", ")
        tell("\n".join(lines), self._out)
        return page
