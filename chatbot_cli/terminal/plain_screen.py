"""The screen in plain text that is only appended to: for a pipe, a dumb terminal, a screen reader."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TextIO

from chatbot_cli.chat.calls_in_words import CallInWords, calls_in_words
from chatbot_cli.chat.document_events import SourcesCited
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.rounds import Round
from chatbot_cli.chat.shape import Shape, is_document
from chatbot_cli.chat.thoughts import FOLD
from chatbot_cli.commands.outcomes import Remembered
from chatbot_cli.commands.source_report import cited_in
from chatbot_cli.errors import ChatError
from chatbot_cli.hints import Spelling, as_keyword, spelled
from chatbot_cli.system.terminal_size import columns_of
from chatbot_cli.terminal.countdown import Countdown
from chatbot_cli.terminal.messages import tell
from chatbot_cli.terminal.plain_reply import Notes, PlainReply, TextToWrite
from chatbot_cli.terminal.plain_sources import sources_in_words
from chatbot_cli.terminal.plain_words import DataInWords, TextInWords, as_far_as_it_came, in_words
from chatbot_cli.terminal.screen import ReplyView
from chatbot_cli.text.chart import Chart, plain_lines
from chatbot_cli.text.hanging import hanging
from chatbot_cli.text.safe import SafeStream, one_line, safe, without_controls
from chatbot_cli.text.sign_guard import SignGuard, spoken
from chatbot_cli.text.signs import MESSAGE

HEARTBEAT = 10.0  # seconds between two lines that say how long the reply has been waited for


class PlainScreen:
    """Replies go to `out`, all else to `notes` and `problems`, hints in a `spelling`.

    A terminal is shown controls, a pipe is not.

    With `countdown`, a line of `notes`, which must be a terminal, is written anew while a try is waited for. With
    `sources_beside`, what a reply cites follows it on `out`; else it is a note. `thoughts` says how those of the next
    replies are shown.
    """

    def __init__(
        self,
        out: TextIO,
        notes: TextIO,
        problems: TextIO,
        *,
        labels: bool = False,
        heartbeat: float = HEARTBEAT,
        countdown: bool = False,
        sources_beside: bool = False,
        spelling: Spelling = as_keyword,
        thoughts: str = FOLD,
    ) -> None:
        self._spelling = spelling
        self._out, self._notes, self._problems = out, notes, problems
        self._countdown, self._sources_beside = countdown, sources_beside
        self._labels = labels
        self.thoughts = thoughts
        self._heartbeat = heartbeat if out.isatty() else None
        self._clean: Callable[[str], str] = safe if out.isatty() else without_controls

    def say(self, text: str) -> None:
        text = safe(text)
        if columns := columns_of(self._notes):
            text = "\n".join(hanging(line, columns - len(MESSAGE)) for line in text.split("\n"))
        tell(text, self._notes)

    def show(self, chart: Chart) -> None:
        columns = columns_of(self._notes)
        lines = plain_lines(chart, None if columns is None else columns - len(MESSAGE))
        tell("\n".join(lines), self._notes)

    def notify(self, *notices: str) -> None:
        for notice in notices:
            self.say(spelled(notice, self._spelling))

    def fail(self, error: ChatError, *details: str) -> None:
        lines = (str(error), *details, error.hint_for(self._spelling))
        tell("\n".join(one_line(line) for line in lines if line), self._problems)

    def recall(self, exchanges: Sequence[Remembered], shape: Shape | None = None) -> None:
        for remembered in exchanges:
            exchange, standing = remembered.exchange, f" ({remembered.standing})" if remembered.standing else ""
            self._write_part(f"{remembered.number}{standing}")
            self._write_part("You: ", exchange.user)
            if exchange.attached:
                from chatbot_cli.commands.attachment_report import attached_lines  # here: most chats have no files

                for line in attached_lines(exchange.attached):
                    self._write_part(f"({line})")
            for one in exchange.rounds:
                self._write_round(one, remembered.labels)
            if exchange.assistant.strip() or not exchange.rounds:
                self._write_part("Assistant: ", _in_words(exchange, shape))
            if explanation := exchange.ending.in_words(exchange.reason):
                self._write_part(f"({explanation})")
            if exchange.sources:
                for line in sources_in_words(cited_in(exchange)):
                    self._write_part(line)
            print(file=self._out, flush=True)

    def _write_round(self, one: Round, labels: Mapping[str, str]) -> None:
        """Write the text before calls, and a line for each of them."""
        if one.text.strip():
            self._write_part("Assistant: ", one.text)
        columns = columns_of(self._out)
        for call in calls_in_words(one, labels):
            self._write_part(call.fitted(None if columns is None else columns - len(MESSAGE)).line)

    def _write_part(self, label: str, text: str = "") -> None:
        """Write a line that begins with a label of the program, and goes on with a text that is not the program's."""
        label, text = self._clean(label), self._clean(text)
        shown = spoken(label, text, columns_of(self._out)) if self._out.isatty() else label + text
        print(shown, file=self._out, flush=True)

    def reply(
        self,
        title: str,
        reply_so_far: str = "",
        shape: Shape | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> PlainReply:
        label = "Assistant: " if self._labels else ""
        return self._reply(self, label, reply_so_far, shape, clock, tells_end=bool(title))

    def _reply(
        self,
        notes: Notes,
        label: str,
        reply_so_far: str,
        shape: Shape | None,
        clock: Callable[[], float],
        *,
        tells_end: bool,
    ) -> PlainReply:
        countdown = Countdown(self._notes) if self._countdown else None
        if self._out.isatty():
            label = label and MESSAGE + label

        def begin(reply_so_far: str) -> TextToWrite:
            guard = SignGuard(lambda: columns_of(self._out), label) if self._out.isatty() else None
            words = DataInWords(shape, reply_so_far) if shape else TextInWords()
            return TextToWrite(words, SafeStream(self._clean), guard)

        about = (notes, self._out, begin, reply_so_far, label, self._heartbeat, countdown, clock)
        return PlainReply(*about, tells_end=tells_end, is_data=shape is not None, thoughts=self.thoughts)

    def side_by_side(self, names: Sequence[str], shape: Shape | None = None) -> AbstractAsyncContextManager[ReplyView]:
        from chatbot_cli.terminal.comparing.plain import plain_answers  # imported here: most chats compare nothing

        def open_view(label: str, clock: Callable[[], float], notes: Notes) -> PlainReply:
            return self._reply(notes, label, "", shape, clock, tells_end=False)

        return plain_answers(self, names, open_view, is_spoken=self._out.isatty(), thoughts=self.thoughts)

    def tell_call(self, call: CallInWords) -> None:
        """Show on one line what came of a call."""
        columns = columns_of(self._notes)
        tell(call.fitted(None if columns is None else columns - len(MESSAGE)).line, self._notes)

    def tell_sources(self, event: SourcesCited) -> None:
        """Show what a reply cites, and what in it is not so."""
        account, *lines = sources_in_words(event)
        cited, doubts = lines[: len(event.citations.cited)], lines[len(event.citations.cited) :]
        if not self._sources_beside:
            self.say("\n".join((account, *cited, *doubts)))
            return
        if cited:
            print("", *map(self._clean, cited), sep="\n", file=self._out, flush=True)
        for doubt in doubts:
            self.say(doubt)


def _in_words(exchange: Exchange, shape: Shape | None) -> str:
    reply = exchange.assistant
    if shape and is_document(reply, shape):
        return in_words(shape, reply)
    return as_far_as_it_came(shape, reply) if shape and exchange.ending in (Ending.STOPPED, Ending.LOST) else reply
