"""One reply in plain text that is only appended to, with a line for each call of a tool."""

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self, TextIO

from chatbot_cli.chat.calls_in_words import CallInWords
from chatbot_cli.chat.document_events import SourcesCited
from chatbot_cli.chat.events import CallsArrived, ReplyEnded, RequestBuilt, Retrying, TurnEvent
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.thoughts import FOLD
from chatbot_cli.errors import InvalidReply
from chatbot_cli.terminal.calls_in_turn import CallsInTurn
from chatbot_cli.terminal.cited_so_far import CitedSoFar
from chatbot_cli.terminal.countdown import Countdown
from chatbot_cli.terminal.figures import figures_in_a_sentence
from chatbot_cli.terminal.plain_thoughts import PlainThoughts
from chatbot_cli.terminal.plain_words import PlainWords
from chatbot_cli.terminal.screen import ending_and_reason, notice_of, trying_again
from chatbot_cli.text.safe import SafeStream
from chatbot_cli.text.sign_guard import SignGuard


class Notes(Protocol):
    """What is said beside a reply."""

    def say(self, text: str) -> None: ...

    def notify(self, *notices: str) -> None: ...

    def tell_call(self, call: CallInWords) -> None: ...

    def tell_sources(self, event: SourcesCited) -> None: ...


class TextToWrite:
    """A text of the model, up to its end or the next calls, as it may be written. `guard` is for a terminal."""

    def __init__(self, words: PlainWords, clean: SafeStream, guard: SignGuard | None) -> None:
        self._words, self._clean, self._guard = words, clean, guard

    def of(self, event: TurnEvent) -> str:
        """What is to be written now; empty for most events."""
        words = self._words.of(event)
        return self._guarded(self._clean.feed(words)) if words else ""

    def rest(self, error: BaseException | None) -> str:
        """What is to be written at its end."""
        rest = self._clean.feed(self._words.rest(error)) + self._clean.finish()
        return self._guarded(rest) + (self._guard.finish() if self._guard else "")

    def _guarded(self, text: str) -> str:
        """The text without the program's signs at the beginning of a row, if it is written to a terminal."""
        return self._guard.feed(text) if self._guard else text


class PlainReply:
    """Shows one reply as plain text that ends in a newline. `begin` makes what the next text goes through.

    Unless it `tells_end`, nothing is said of how the reply ended, nor of its figures. `is_data`, it is no text. What is
    thought before it is told among the notes, as `thoughts` says.
    """

    def __init__(
        self,
        notes: Notes,
        out: TextIO,
        begin: Callable[[str], TextToWrite],
        reply_so_far: str,
        label: str,
        heartbeat: float | None,
        countdown: Countdown | None,
        clock: Callable[[], float] = time.monotonic,
        *,
        tells_end: bool = True,
        is_data: bool = False,
        thoughts: str = FOLD,
    ) -> None:
        self._notes, self._out, self._begin, self._label = notes, out, begin, label
        self._text = begin(reply_so_far)
        self._heartbeat, self._countdown = heartbeat, countdown
        self._tells_end = tells_end
        self._thoughts = PlainThoughts(notes.say, clock, thoughts, tells_time=heartbeat is not None)
        self._calls = CallsInTurn(time.monotonic)
        self._last_character = ""  # empty until a text is written: the reply, or what comes after calls
        self._has_text_above = False
        self._is_awaited = True
        self._ended: ReplyEnded | None = None
        self._cited = CitedSoFar(reply_so_far, is_data=is_data)
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
        self._thoughts.end()
        self._end_text(error)
        for call in self._calls.stopped() if error else ():
            self._notes.tell_call(call)
        if cited := self._cited.event:
            self._notes.tell_sources(cited)
        if not self._tells_end or not (self._has_text_above or self._calls.count):
            return
        ending, reason = (self._ended.ending, self._ended.reason) if self._ended else ending_and_reason(error)
        # as in a script; that data is not valid is said by its error, with the reason
        is_told_apart = isinstance(error, InvalidReply) or (ending is Ending.LOST and not self._label)
        if not is_told_apart and (explanation := ending.in_words(reason)):
            self._notes.say(f"(The reply was {explanation}.)")
        if self._label and self._ended and (figures := figures_in_a_sentence(self._ended, self._calls.count)):
            self._notes.say(f"({figures}.)")

    def show(self, event: TurnEvent) -> None:
        """Show an event at once."""
        if self._countdown is not None:
            self._countdown.stop()
        if not self._last_character:  # between two parts of a text nothing is written
            self._thoughts.note(event)
        self._write(self._text.of(event))
        if ended_call := self._calls.note(event):
            self._notes.tell_call(ended_call)
        self._cited.note(event)
        match event:
            case CallsArrived():
                self._is_awaited = False
                self._end_text(None)
                self._text, self._last_character = self._begin(""), ""
            case RequestBuilt():
                self._is_awaited = not self._last_character
            case Retrying() if self._countdown is not None:
                self._countdown.start(event)
            case Retrying():
                self._notes.say(f"({trying_again(event, event.seconds)})")
            case ReplyEnded():
                self._ended = event
            case _ if notice := notice_of(event):
                self._notes.notify(notice)

    async def _report_waiting(self, heartbeat: float) -> None:
        """Write a line every `heartbeat` seconds while nothing is to be seen, for who cannot see a spinner."""
        waited = 0.0
        while True:
            await asyncio.sleep(heartbeat)
            waited = waited + heartbeat if self._is_awaited else 0.0
            if self._is_awaited:
                what = "thinking" if self._thoughts.is_thinking else "waiting"
                self._notes.say(f"({what} for {waited:.0f} s, Ctrl-C stops)")
            for one in self._calls.running:
                said = f": {one.said}" if one.said else ""
                self._notes.say(f"({one.tool} has run for {self._calls.seconds_of(one):.0f} s{said}; Ctrl-C stops)")

    def _end_text(self, error: BaseException | None) -> None:
        self._write(self._text.rest(error))
        if self._last_character not in ("", "\n"):
            self._write("\n")

    def _write(self, text: str) -> None:
        if text:
            # A label says that it is the model again; without one, a gap does.
            before = self._label or ("\n" if self._has_text_above else "")
            self._out.write(text if self._last_character else before + text)
            self._out.flush()
            self._last_character, self._is_awaited, self._has_text_above = text[-1], False, True
