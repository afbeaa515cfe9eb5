"""A question below the reply while a turn waits for its answer: what is shown of it, and what shows it."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from chatbot_cli.terminal.call_question import Line, Rows, page_of
from chatbot_cli.text.width import cells

GAP = " · "
MORE, BACK = "v more", "v from the top"


class Question(NamedTuple):
    """A title, the lines that are to be judged, and what the keys do: `hints`, and before all was seen `hints_before`.

    A hint is a key and what it means, such as "y once".
    """

    title: str
    lines: Sequence[Line]
    hints: Sequence[str]
    hints_before: Sequence[str] = ()


class QuestionView(Protocol):
    """Shows one question, page by page."""

    def open(self) -> AbstractContextManager[None]:
        """Take the end of the screen until the context is left. Nobody else may write there in between."""
        ...

    def show(self, question: Question, begin: int, *, was_seen: bool) -> Rows:
        """Show the page that begins with row `begin` of the lines, and return it; all of it may have been seen."""
        ...

    @property
    def is_resized(self) -> bool:
        """Whether it has to be shown again, since the terminal has another size now."""
        ...


def page_that_fits(question: Question, begin: int, columns: int, rows: int) -> Rows:
    """The page for so many columns and rows, which are for the lines and the hints below them."""
    page = page_of(question.lines, begin, columns, rows - _most_rows(question.hints, columns))
    if page.are_all:
        return page
    longest = (_where(page.whole, page.whole, page.whole), BACK, *question.hints)
    return page_of(question.lines, begin, columns, rows - _most_rows(longest, columns))


def hints_for(question: Question, page: Rows, *, was_seen: bool) -> Sequence[str]:
    """What the keys do now."""
    if page.are_all:
        return question.hints
    where = _where(page.begin + 1, page.begin + len(page.rows), page.whole)
    hints = question.hints if was_seen or page.are_last else question.hints_before
    return (where, BACK if page.are_last else MORE, *hints)


def _where(first: int, last: int, whole: int) -> str:
    return f"rows {first:,}–{last:,} of {whole:,}"


def _most_rows(hints: Sequence[str], columns: int) -> int:
    return len(list(hints_in_rows(hints, columns)))


def hints_in_rows(hints: Sequence[str], columns: int, gap: str = GAP) -> Iterator[str]:
    """The hints side by side, in as many rows as they need."""
    row = ""
    for hint in hints:
        if row and cells(f"{row}{gap}{hint}") > columns:
            yield row
            row = hint
        else:
            row = f"{row}{gap}{hint}" if row else hint
    if row:
        yield row
