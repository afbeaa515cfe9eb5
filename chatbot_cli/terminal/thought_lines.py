"""What a model thinks, as dim lines on the full screen: while it arrives, and folded to one line when it has ended."""

import re
from collections.abc import Callable

from rich.console import Console

from chatbot_cli.chat.events import ReasoningDelta, TurnEvent
from chatbot_cli.chat.stopwatch import ThinkingWatch
from chatbot_cli.chat.thoughts import FOLD, HIDE, SHOW, in_words
from chatbot_cli.terminal.markdown.view import Line
from chatbot_cli.terminal.program_lines import message_lines
from chatbot_cli.text.signs import INDENT

LIVE_ROWS = 4  # of the thoughts that are folded later
TAIL = 2_000  # characters that these rows may need
LONGEST_PARAGRAPH = 1_000  # characters that are laid out at once
_LAST_BLANK = re.compile(r"\s\S*\Z")


class ThoughtLines:
    """The thoughts before a reply, or before what comes after calls: shown, folded or hidden, as `how` says."""

    def __init__(self, console: Console, clock: Callable[[], float], how: str = FOLD) -> None:
        self._console, self._how = console, how
        self._watch = ThinkingWatch(clock)
        self._open = ""  # what is not final; of thoughts that are folded, the end of them
        self._is_thinking = self._has_ended = False

    @property
    def seconds(self) -> float:
        """How long the model has been thinking."""
        return self._watch.seconds

    def note(self, event: TurnEvent) -> None:
        """Take in an event: more of the thoughts, or what ends them."""
        if isinstance(event, ReasoningDelta):
            self._is_thinking = True
            self._open += "" if self._how == HIDE else event.text
            if self._how == FOLD and len(self._open) > 2 * TAIL:
                self._open = self._open[-TAIL:].partition(" ")[2] or self._open[-TAIL:]
        elif self._is_thinking and self._watch.ends_with(event):
            self.end()
        self._watch.note(event)

    def end(self) -> None:
        """Nothing more of them comes."""
        self._has_ended = self._has_ended or self._is_thinking
        self._is_thinking = False
        self._watch.stop()

    def take_final(self) -> list[Line]:
        """The lines that have become final since the last call."""
        lines = self._take_paragraphs() if self._how == SHOW else []
        if self._has_ended:
            self._has_ended, self._open = False, ""
            lines += message_lines(self._console, in_words(self.seconds)) if self._how != HIDE else []
        return lines

    def open_lines(self) -> list[Line]:
        """The lines that may still change, as they look now."""
        if not self._is_thinking or not self._open.strip():
            return []
        lines = _lines(self._console, self._open)
        return lines if self._how == SHOW else lines[-LIVE_ROWS:]

    def _take_paragraphs(self) -> list[Line]:
        """What is complete; a long paragraph in parts."""
        lines: list[Line] = []
        while part := self._paragraph():
            self._open = self._open[len(part) :]
            if part.strip() or lines:
                lines += _lines(self._console, part)
        return lines

    def _paragraph(self) -> str:
        """The next one of what is open, with its end; empty if it may still grow."""
        end = self._open.find("\n", 0, LONGEST_PARAGRAPH) + 1
        if not end and len(self._open) > LONGEST_PARAGRAPH:
            blank = _LAST_BLANK.search(self._open[:LONGEST_PARAGRAPH])
            end = blank.start() + 1 if blank else LONGEST_PARAGRAPH
        return self._open[: end or (len(self._open) if self._has_ended else 0)]


def _lines(console: Console, text: str) -> list[Line]:
    return message_lines(console, text.rstrip().expandtabs(4), sign=INDENT)
