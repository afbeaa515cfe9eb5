"""The screen in full colour: replies in panels, and earlier exchanges as they looked when they were new."""

import io
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial

from rich.console import Console
from rich.segment import Segment, Segments
from rich.text import Text

from chatbot_cli.chat.calls_in_words import calls_in_words
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.shape import Shape, is_document
from chatbot_cli.chat.thoughts import FOLD, HIDE, SHOW, Thoughts, in_words
from chatbot_cli.commands.outcomes import Remembered
from chatbot_cli.errors import ChatError
from chatbot_cli.hints import Spelling, as_keyword, spelled
from chatbot_cli.terminal.call_lines import call_lines, width_of_names
from chatbot_cli.terminal.chart_lines import chart_lines
from chatbot_cli.terminal.data_body import DataBody, as_far_as_it_came, document_lines, json_lines, text_lines
from chatbot_cli.terminal.markdown.stream import BESIDE_SOURCES, IN_BRACKETS, whole_document
from chatbot_cli.terminal.markdown.view import Line, lines_of
from chatbot_cli.terminal.painter import Painter, Size
from chatbot_cli.terminal.program_lines import message_lines, rule
from chatbot_cli.terminal.reply_panel import ReplyPanel
from chatbot_cli.terminal.rows import rows_of, without_sign
from chatbot_cli.terminal.screen import ReplyView
from chatbot_cli.terminal.source_lines import recalled_sources
from chatbot_cli.terminal.theme import make_console
from chatbot_cli.text.chart import Chart
from chatbot_cli.text.hanging import hanging
from chatbot_cli.text.json_documents import is_json_document
from chatbot_cli.text.safe import one_line, safe
from chatbot_cli.text.signs import INDENT, MESSAGE


def warm_up() -> None:
    """Load the modules of the first reply: the Markdown renderer, and the highlighter of the likeliest language."""
    lines_of(whole_document("```python\npass\n```"), make_console(io.StringIO()))


class RichScreen:
    """Shows a chat on a terminal with Rich. `console` writes to stdout, `problems` to stderr, hints in a `spelling`.

    `thoughts` says how those of the next replies are shown.
    """

    def __init__(
        self, console: Console, problems: Console, spelling: Spelling = as_keyword, thoughts: str = FOLD
    ) -> None:
        self.thoughts = thoughts
        self._console = console
        self._problems = problems
        self._spelling = spelling

    def say(self, text: str) -> None:
        width = self._console.width - len(MESSAGE)
        lines = (hanging(line, width) for line in safe(text).rstrip("\n").split("\n"))
        print_lines(message_lines(self._console, "\n".join(lines)), self._console)

    def show(self, chart: Chart) -> None:
        print_lines(chart_lines(self._console, chart), self._console)

    def notify(self, *notices: str) -> None:
        for notice in notices:
            self.say(spelled(notice, self._spelling))

    def fail(self, error: ChatError, *details: str) -> None:
        print_lines(message_lines(self._problems, one_line(str(error)), "problem"), self._problems)
        for line in filter(None, (*details, error.hint_for(self._spelling))):
            print_lines(message_lines(self._problems, one_line(line), sign=INDENT), self._problems)

    def recall(self, exchanges: Sequence[Remembered], shape: Shape | None = None) -> None:
        painter = Painter(self._console.file, lambda: Size(self._console.width, self._console.height))
        for remembered in exchanges:
            painter.paint(rows_of(self._exchange(remembered, shape), self._console, final=True), [])

    def reply(
        self,
        title: str,
        reply_so_far: str = "",
        shape: Shape | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> ReplyPanel:
        body = partial(DataBody, self._console, shape) if shape else None
        about = (self._console, title, reply_so_far, clock)
        return ReplyPanel(*about, spelling=self._spelling, body=body, thoughts=self.thoughts)

    def side_by_side(self, names: Sequence[str], shape: Shape | None = None) -> AbstractAsyncContextManager[ReplyView]:
        # Imported here: most chats compare nothing.
        from chatbot_cli.terminal.comparing.on_screen import answers_on_screen

        return answers_on_screen(self, self._console, names, shape, self.thoughts)

    def _exchange(self, remembered: Remembered, shape: Shape | None) -> list[Line]:
        exchange, number = remembered.exchange, remembered.number
        console, speaker = self._console, self._console.get_style("speaker")
        question = console.render_lines(Text(safe(exchange.user), speaker), pad=False)
        title = f"{number} · {remembered.standing}" if remembered.standing else f"{number}"
        lines = [
            rule(console, title),
            [],
            *map(without_sign, question),
            [],
            *self._before_the_reply(exchange, remembered.labels),
            *self._thoughts(exchange.thoughts),
            *self._reply_lines(exchange, shape),
            [],
        ]
        if sources := recalled_sources(console, exchange):
            lines += [*sources, []]
        if ending := exchange.ending.in_words(exchange.reason):
            lines += [*message_lines(console, f"({ending})"), []]
        return lines

    def _before_the_reply(self, exchange: Exchange, labels: Mapping[str, str]) -> Iterator[Line]:
        """What was attached to the question, then each round: its text, and a line for each call."""
        if exchange.attached:
            from chatbot_cli.commands.attachment_report import attached_lines  # imported here: most chats have no files

            for number, line in enumerate(attached_lines(exchange.attached)):
                yield from message_lines(self._console, line, sign=INDENT if number else MESSAGE)
            yield []
        calls = [calls_in_words(one, labels) for one in exchange.rounds]
        width = width_of_names([call for calls_of_one in calls for call in calls_of_one])
        for number, one in enumerate(exchange.rounds):
            yield from self._thoughts(one.thoughts)
            if one.text.strip():
                yield from [[]] if number else []
                yield from (*lines_of(whole_document(one.text, _numbering_in(exchange)), self._console), [])
            yield from call_lines(self._console, calls[number], width)
        if exchange.rounds and exchange.assistant.strip():
            yield []

    def _thoughts(self, thoughts: Thoughts | None) -> Iterator[Line]:
        """What the model thought, as it is shown with the next reply, and a gap."""
        if thoughts is None or self.thoughts == HIDE:
            return
        if self.thoughts == SHOW and (text := thoughts.text.strip()):
            yield from message_lines(self._console, text.expandtabs(4), sign=INDENT)
        yield from (*message_lines(self._console, in_words(thoughts.seconds)), [])

    def _reply_lines(self, exchange: Exchange, shape: Shape | None) -> list[Line]:
        """An earlier reply; data may be of another shape than the one in force, or be no data after all."""
        reply = exchange.assistant
        if shape and is_document(reply, shape):
            return document_lines(self._console, shape, reply)
        if shape and exchange.ending in (Ending.STOPPED, Ending.LOST):
            return as_far_as_it_came(self._console, shape, reply)
        if shape and exchange.ending is not Ending.COMPLETE:
            return text_lines(self._console, reply)
        if is_json_document(reply):
            return json_lines(reply)
        return lines_of(whole_document(reply, _numbering_in(exchange)), self._console)


def _numbering_in(exchange: Exchange) -> str:
    return BESIDE_SOURCES if exchange.sources else IN_BRACKETS


def print_lines(lines: Sequence[Line], console: Console) -> None:
    """Print lines that fit the console."""
    console.print(Segments([segment for line in lines for segment in (*line, Segment.line())]), end="")
