"""Several answers in columns, as lines: each column has a heading, how it stands, and the text so far."""

import io
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.console import Console
from rich.segment import Segment

from chatbot_cli.chat.document_events import PassagesFound
from chatbot_cli.chat.events import TextDelta, TurnEvent
from chatbot_cli.chat.shape import Shape
from chatbot_cli.terminal.comparing.account import Account
from chatbot_cli.terminal.data_body import DataBody
from chatbot_cli.terminal.markdown.stream import BESIDE_SOURCES, IN_BRACKETS
from chatbot_cli.terminal.markdown.view import Line
from chatbot_cli.terminal.program_lines import rule
from chatbot_cli.terminal.reply_body import MarkdownBody, ReplyBody
from chatbot_cli.terminal.rows import broken_to_fit, without_sign
from chatbot_cli.terminal.theme import THEME

NARROWEST = 46  # cells of a column: room for code and tables
GAP = 3  # cells between two columns
LEAST_ROWS = 3  # of a text that is still coming


def width_of(count: int, columns: int) -> int | None:
    """The cells of each of so many columns on a screen; None if there is no room for them beside each other."""
    width = (columns - GAP * (count - 1)) // count
    return width if width >= NARROWEST else None


class Column:
    """The answer of one model, laid out for a width, and again for another one when the screen has changed."""

    def __init__(self, number: int, account: Account, shape: Shape | None) -> None:
        self.account, self._number, self._shape = account, number, shape
        self._events: list[TurnEvent] = []  # all that the body was given, for when it is laid out anew
        self._given = 0
        self._width, self._has_passages = 0, False
        self._console: Console = _console(NARROWEST)
        self._body: ReplyBody = MarkdownBody(self._console)
        self._final: list[Line] = []

    def note(self, event: TurnEvent) -> None:
        """Take in an event of its turn."""
        self.account.note(event)
        if isinstance(event, PassagesFound):
            self._has_passages, self._width = bool(event.retrieved.passages), 0
        self._events.append(event)

    def heading(self, width: int) -> list[Line]:
        """Who answers, and how that stands."""
        self._lay_out(width)
        look = "problem" if self.account.is_problem else "quiet"
        stands = Segment(self.account.line(width), self._console.get_style(look))
        return [rule(self._console, f"{self._number + 1} · {self.account.name}"), [stands], []]

    def rows(self, width: int, most: int) -> list[Line]:
        """The last rows of the text so far."""
        self._lay_out(width)
        return self._fitted([*self._final[-most:], *self._body.open_lines()])[-most:]

    def all_rows(self, width: int) -> list[Line]:
        """All of the text, now that nothing more comes."""
        self._lay_out(width)
        rest = self._body.rest(self.account.error) if self.account.state.begun else []
        return self._fitted([*self._final, *rest])

    def _lay_out(self, width: int) -> None:
        if width != self._width:
            self._width, self._given, self._final = width, 0, []
            self._console = _console(width)
            self._body = self._new_body(self._console)
        for event in self._events[self._given :]:
            if not self._body.takes(event) and isinstance(event, TextDelta):
                self._body.feed(event.text)
        self._given = len(self._events)
        self._final += self._body.take_final()

    def _new_body(self, console: Console) -> ReplyBody:
        if self._shape:
            return DataBody(console, self._shape)
        return MarkdownBody(console, numbering=BESIDE_SOURCES if self._has_passages else IN_BRACKETS)

    def _fitted(self, lines: Sequence[Line]) -> list[Line]:
        """The lines, broken where they are longer than the column, as code may be."""
        return [row for line in lines for row in self._broken(line)]

    def _broken(self, line: Line) -> Iterator[Line]:
        first, *others = broken_to_fit(line, self._width)
        yield first
        yield from map(without_sign, others)


class Columns:
    """All answers, beside each other where the screen has room for that, else below each other."""

    def __init__(self, accounts: Sequence[Account], shape: Shape | None) -> None:
        self.all = [Column(number, account, shape) for number, account in enumerate(accounts)]

    def live(self, columns: int, rows: int) -> list[Line]:
        """How they stand now, on a screen of this size: of each the last rows."""
        if (width := width_of(len(self.all), columns)) is None:
            most = max(LEAST_ROWS, rows // len(self.all) - 4)
            return [line for one in self.all for line in (*one.heading(columns), *one.rows(columns, most), [])]
        most = max(LEAST_ROWS, rows - 4)
        return self._beside(width, [[*one.heading(width), *one.rows(width, most)] for one in self.all])

    def whole(self, columns: int) -> list[Line]:
        """All of them in full, when they have ended."""
        if (width := width_of(len(self.all), columns)) is None:
            return [line for one in self.all for line in (*one.heading(columns), *one.all_rows(columns), [])]
        return [*self._beside(width, [[*one.heading(width), *one.all_rows(width)] for one in self.all]), []]

    def _beside(self, width: int, columns: Sequence[Sequence[Line]]) -> list[Line]:
        return [_joined(width, parts) for parts in zip_longest(*columns, fillvalue=())]


def _joined(width: int, parts: Sequence[Sequence[Segment]]) -> Line:
    """One row of all columns: each but the last is filled up with blanks, those at the end are left out."""
    line: Line = []
    for number, part in enumerate(parts):
        if not part:
            continue
        missing = number * (width + GAP) - Segment.get_line_length(line)
        line += [Segment(" " * missing), *part] if missing > 0 else part
    return line


def _console(width: int) -> Console:
    """What lays a column out: nothing is printed on it."""
    return Console(file=io.StringIO(), width=width, theme=THEME, markup=False, emoji=False, highlight=False)
