"""The screen in plain text, only ever appended to: for a pipe, a dumb terminal, a screen reader."""

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TextIO

from chatbot_cli.chat.events import ReplyEnded, Retrying, TextDelta, TurnEvent
from chatbot_cli.chat.messages import Ending
from chatbot_cli.commands.outcomes import Remembered
from chatbot_cli.errors import ChatError
from chatbot_cli.hints import Spelling, as_keyword
from chatbot_cli.terminal.countdown import Countdown
from chatbot_cli.terminal.screen import how_it_broke, notice_of, trying_again
from chatbot_cli.text.safe import SafeStream, one_line, safe, without_controls

HEARTBEAT = 10.0  # seconds of silence between two lines that say so


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
        print(safe(text), file=self._notes, flush=True)

    def fail(self, error: ChatError) -> None:
        lines = (str(error), error.hint_for(self._spelling))
        print("\n".join(one_line(line) for line in lines if line), file=self._problems, flush=True)

    def recall(self, exchanges: Sequence[Remembered]) -> None:
        for remembered in exchanges:
            exchange, not_sent = remembered.exchange, "" if remembered.sent else " (not sent any more)"
            ending = f"\n({how})" if (how := exchange.ending.told(exchange.reason)) else ""
            text = f"{remembered.number}{not_sent}\nYou: {exchange.user}\nAssistant: {exchange.assistant}{ending}\n"
            print(self._clean(text), file=self._out, flush=True)

    def reply(self, title: str, begun: str = "") -> "PlainReply":
        label = "Assistant: " if self._labels else ""
        countdown = Countdown(self._notes) if self._countdown else None
        return PlainReply(self, self._out, SafeStream(self._clean), label, self._heartbeat, countdown)


class PlainReply:
    """One reply as the plain text it is, ending in a newline."""

    def __init__(
        self,
        screen: PlainScreen,
        out: TextIO,
        clean: SafeStream,
        label: str,
        heartbeat: float | None,
        countdown: Countdown | None,
    ) -> None:
        self._countdown = countdown
        self._screen, self._out, self._clean = screen, out, clean
        self._label = label
        self._heartbeat = heartbeat
        self._last = ""
        self._ended: ReplyEnded | None = None
        self._waiting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if self._heartbeat is not None:
            self._waiting = asyncio.create_task(self._say_that_it_waits(self._heartbeat))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        if self._countdown is not None:
            self._countdown.stop()
        if isinstance(error, BrokenPipeError):
            return  # whoever read this has seen enough; there is nothing to say
        self._write(self._clean.finish())
        if not self._last:
            return
        if self._last != "\n":
            self._write("\n")
        ending, reason = (self._ended.ending, "") if self._ended else how_it_broke(error)
        failure_is_told = ending is Ending.LOST and not self._label  # a script's is, on stderr
        if not failure_is_told and (how := ending.told(reason)):
            self._screen.say(f"(The reply was {how}.)")

    def show(self, event: TurnEvent) -> None:
        """Write the next piece, at once."""
        if self._countdown is not None:
            self._countdown.stop()
        match event:
            case TextDelta(text):
                self._write(self._clean.feed(text))
            case Retrying() if self._countdown is not None:
                self._countdown.start(event)
            case Retrying():
                self._screen.say(f"({trying_again(event, event.seconds)})")
            case ReplyEnded():
                self._ended = event
            case _ if notice := notice_of(event):
                self._screen.say(notice)

    async def _say_that_it_waits(self, heartbeat: float) -> None:
        """For a person who cannot see a spinner: a line now and then until the reply begins."""
        seconds = 0.0
        while not self._last:
            await asyncio.sleep(heartbeat)
            seconds += heartbeat
            if not self._last:
                self._screen.say(f"(waiting for {seconds:.0f} s, Ctrl-C stops)")

    def _write(self, text: str) -> None:
        if text:
            self._out.write(text if self._last else self._label + text)
            self._out.flush()
            self._last = text[-1]
