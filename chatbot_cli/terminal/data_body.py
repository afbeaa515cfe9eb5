"""The body of a reply that is data, on the full screen: a table that fills."""

from rich.console import Console
from rich.text import Text

from chatbot_cli.chat.events import AskedAgain, DocumentArrived, RowsArrived, TextDelta, TurnEvent
from chatbot_cli.chat.shape import Shape, Table
from chatbot_cli.errors import InvalidReply
from chatbot_cli.terminal.data_table import DataTable, table_lines
from chatbot_cli.terminal.markdown.code_highlight import highlight
from chatbot_cli.terminal.markdown.view import Line, code_line
from chatbot_cli.terminal.program_lines import message_lines
from chatbot_cli.terminal.rows import without_sign
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import safe

AROUND = 4  # rows of the screen that a growing table leaves: the title, an empty row below it, and the painter's two
EMPTY = "(There is nothing in it.)"


class DataBody:
    """A ReplyBody of data: nothing of it is final before its end, since each new row may widen a column.

    Of a reply that is asked for again, the rows that stand are shown above the new ones, also if these are not valid.
    """

    def __init__(self, console: Console, shape: Shape, reply_so_far: str = "") -> None:
        self._console = console
        self._shape = shape
        self._pieces = [reply_so_far]
        self._before = ""  # the reply in whose place this one comes
        self._stand = Table((), ())  # rows of earlier tries
        self._right = 0  # rows of this try that stand
        self._document: str | None = None
        self._drawn = DataTable(console)

    def takes(self, event: TurnEvent) -> bool:
        match event:
            case TextDelta(text):
                self._pieces.append(text)
            case RowsArrived(rows):
                self._right += len(rows)
            case AskedAgain():
                self._begin_again()
            case DocumentArrived(document):
                self._document = document
        return True

    def feed(self, text: str) -> None:
        """All text comes with its event: what is asked again must not be mixed with what was before."""

    def take_final(self) -> list[Line]:
        return []

    def open_lines(self) -> list[Line]:
        table = self._table()
        if table.rows:
            return self._drawn.lines(table, last=max(2, self._console.height - AROUND))
        if characters := len(self._text):
            return message_lines(self._console, f"{counted(characters, 'character')} so far, no data yet")
        return []

    def rest(self, error: BaseException | None) -> list[Line]:
        if self._document is not None:
            return document_lines(self._console, self._shape, self._document)
        if isinstance(error, InvalidReply):
            stand = [*table_lines(self._console, self._stand), []] if self._stand.rows else []
            return [*stand, *text_lines(self._console, error.text)]
        if (table := self._table()).rows:
            return table_lines(self._console, table)
        return text_lines(self._console, self._text or self._before)

    @property
    def _text(self) -> str:
        return "".join(self._pieces)

    def _table(self) -> Table:
        table, stand = self._shape.table(self._text), self._stand
        if not stand.rows or (table.rows and table.columns != stand.columns):
            return table
        repeated = 0  # models begin a list anew, too, when they are asked for the rest of it
        while repeated < min(len(table.rows), len(stand.rows)) and table.rows[repeated] == stand.rows[repeated]:
            repeated += 1
        return Table(stand.columns, (*stand.rows, *table.rows[repeated:]))

    def _begin_again(self) -> None:
        table = self._shape.table(self._text)
        self._stand = Table(table.columns, (*self._stand.rows, *table.rows[: self._right]))
        self._before, self._pieces, self._right = self._text, [], 0


def document_lines(console: Console, shape: Shape, document: str) -> list[Line]:
    """A document as a table."""
    table = shape.table(document)
    return table_lines(console, table) if table.rows else message_lines(console, EMPTY)


def as_far_as_it_came(console: Console, shape: Shape, text: str) -> list[Line]:
    """A reply that was to be data, and broke off: a table of what there is of it, or its text if that is no data."""
    table = shape.table(text)
    return table_lines(console, table) if table.rows else text_lines(console, text)


def text_lines(console: Console, text: str) -> list[Line]:
    """A text as it is: no Markdown, nothing of it is hidden."""
    lines = console.render_lines(Text(safe(text.rstrip())), console.options.update(height=None), pad=False)
    return [without_sign(line) for line in lines]


def json_lines(text: str) -> list[Line]:
    """A text in JSON, as code. A line of it may be wider than the screen."""
    return [without_sign(code_line(line)) for line in highlight(text, "json")]
