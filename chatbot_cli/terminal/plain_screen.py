"""The screen in plain text that is only appended to: for a pipe, a dumb terminal, a screen reader."""

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TextIO

from chatbot_cli.chat.events import ReplyEnded, Retrying, TurnEvent
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.rounds_in_words import before_the_reply
from chatbot_cli.chat.shape import Shape, is_document
from chatbot_cli.commands.outcomes import Remembered
from chatbot_cli.errors import ChatError, InvalidReply
from chatbot_cli.hints import Spelling, as_keyword, spelled
from chatbot_cli.system.terminal_size import columns_of
from chatbot_cli.terminal.countdown import Countdown
from chatbot_cli.terminal.figures import figures_in_a_sentence
from chatbot_cli.terminal.messages import tell
from chatbot_cli.terminal.plain_words import DataInWords, PlainWords, TextInWords, as_far_as_it_came, in_words
from chatbot_cli.terminal.screen import ending_and_reason, notice_of, trying_again
from chatbot_cli.text.chart import Chart, plain_lines
from chatbot_cli.text.hanging import hanging
from chatbot_cli.text.safe import SafeStream, one_line, safe, without_controls
from chatbot_cli.text.sign_guard import SignGuard, spoken
from chatbot_cli.text.signs import MESSAGE

HEARTBEAT = 10.0  # seconds between two lines that say how long the reply has been waited for


class PlainScreen:
    """Replies go to `out`, all else to `notes` and `problems`, hints in a `spelling`.

    A terminal is shown controls, a pipe is not.

    With `countdown`, a line of `notes`, which must be a terminal, is written anew while a try is waited for.
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
        spelling: Spelling = as_keyword,
    ) -> None:
        self._spelling = spelling
        self._out, self._notes, self._problems = out, notes, problems
        self._countdown = countdown
        self._labels = labels
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
            for line in before_the_reply(exchange):
                self._write_part(f"({' '.join(line.split())})")
            self._write_part("Assistant: ", _in_words(exchange, shape))
            if explanation := exchange.ending.in_words(exchange.reason):
                self._write_part(f"({explanation})")
            print(file=self._out, flush=True)

    def _write_part(self, label: str, text: str = "") -> None:
        """Write a line that begins with a label of the program, and goes on with a text that is not the program's."""
        label, text = self._clean(label), self._clean(text)
        shown = spoken(label, text, columns_of(self._out)) if self._out.isatty() else label + text
        print(shown, file=self._out, flush=True)

    def reply(self, title: str, reply_so_far: str = "", shape: Shape | None = None) -> "PlainReply":
        label = "Assistant: " if self._labels else ""
        countdown = Countdown(self._notes) if self._countdown else None
        guard = None
        if self._out.isatty():
            label = label and MESSAGE + label
            guard = SignGuard(lambda: columns_of(self._out), label)
        words = DataInWords(shape, reply_so_far) if shape else TextInWords()
        return PlainReply(self, self._out, words, SafeStream(self._clean), guard, label, self._heartbeat, countdown)


def _in_words(exchange: Exchange, shape: Shape | None) -> str:
    reply = exchange.assistant
    if shape and is_document(reply, shape):
        return in_words(shape, reply)
    return as_far_as_it_came(shape, reply) if shape and exchange.ending in (Ending.STOPPED, Ending.LOST) else reply


class PlainReply:
    """Shows one reply as plain text that ends in a newline."""

    def __init__(
        self,
        screen: PlainScreen,
        out: TextIO,
        words: PlainWords,
        clean: SafeStream,
        guard: SignGuard | None,
        label: str,
        heartbeat: float | None,
        countdown: Countdown | None,
    ) -> None:
        self._countdown = countdown
        self._screen, self._out, self._clean, self._guard = screen, out, clean, guard
        self._words = words
        self._label = label
        self._heartbeat = heartbeat
        self._last_character = ""  # empty until text of the reply is written
        self._ended: ReplyEnded | None = None
        self._reporting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if self._heartbeat is not None:
            self._reporting = asyncio.create_task(self._report_waiting(self._heartbeat))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._reporting is not None:
            self._reporting.cancel()
        if self._countdown is not None:
            self._countdown.stop()
        if isinstance(error, BrokenPipeError):
            return  # the reader of the pipe has left
        rest = self._clean.feed(self._words.rest(error)) + self._clean.finish()
        self._write(self._guarded(rest) + (self._guard.finish() if self._guard else ""))
        if not self._last_character:
            return
        if self._last_character != "\n":
            self._write("\n")
        ending, reason = (self._ended.ending, "") if self._ended else ending_and_reason(error)
        # as in a script; that data is not valid is said by its error, with the reason
        is_told_apart = isinstance(error, InvalidReply) or (ending is Ending.LOST and not self._label)
        if not is_told_apart and (explanation := ending.in_words(reason)):
            self._screen.say(f"(The reply was {explanation}.)")
        if self._label and self._ended and (figures := figures_in_a_sentence(self._ended)):
            self._screen.say(f"({figures}.)")

    def show(self, event: TurnEvent) -> None:
        """Show an event at once."""
        if self._countdown is not None:
            self._countdown.stop()
        if words := self._words.of(event):
            self._write(self._guarded(self._clean.feed(words)))
        match event:
            case Retrying() if self._countdown is not None:
                self._countdown.start(event)
            case Retrying():
                self._screen.say(f"({trying_again(event, event.seconds)})")
            case ReplyEnded():
                self._ended = event
            case _ if notice := notice_of(event):
                self._screen.notify(notice)

    async def _report_waiting(self, heartbeat: float) -> None:
        """Write a line every `heartbeat` seconds until the reply begins, for a person who cannot see a spinner."""
        seconds = 0.0
        while not self._last_character:
            await asyncio.sleep(heartbeat)
            seconds += heartbeat
            if not self._last_character:
                self._screen.say(f"(waiting for {seconds:.0f} s, Ctrl-C stops)")

    def _guarded(self, text: str) -> str:
        """The text without the program's signs at the beginning of a row, if it is written to a terminal."""
        return self._guard.feed(text) if self._guard else text

    def _write(self, text: str) -> None:
        if text:
            self._out.write(text if self._last_character else self._label + text)
            self._out.flush()
            self._last_character = text[-1]
