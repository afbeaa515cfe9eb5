"""What a model thinks, in plain text: beside the reply, never in it."""

import re
from collections.abc import Callable, Iterator

from chatbot_cli.chat.events import ReasoningDelta, TurnEvent
from chatbot_cli.chat.stopwatch import ThinkingWatch
from chatbot_cli.chat.thoughts import HIDE, SHOW, in_words

LONGEST_LINE = 1_000  # characters that are written at once
_LAST_BLANK = re.compile(r"\s\S*\Z")
_FIRST_LINE = "Thinking …"
LABEL = "Thinks: "  # before each of its lines, else they could be taken for the program's own


class PlainThoughts:
    """Says that a model thinks, and how long it has thought; and all that it thinks if `how` is SHOW.

    Without `tells_time`, as in a script, only what it thinks is written, if anything. `say` writes lines. It
    `is_thinking` from its first thought to what comes after them.
    """

    def __init__(
        self, say: Callable[[str], None], clock: Callable[[], float], how: str, *, tells_time: bool = True
    ) -> None:
        self._say, self._how, self._tells_time = say, how, tells_time
        self._watch = ThinkingWatch(clock)
        self.is_thinking = False
        self._open = ""  # the end of what is to be written

    def note(self, event: TurnEvent) -> None:
        """Take in an event of a turn, before what it brings is written."""
        if isinstance(event, ReasoningDelta):
            if not self.is_thinking and self._tells_time:
                self._say(_FIRST_LINE)
            self.is_thinking = True
            if self._how == SHOW:
                self._open += event.text
                self._write()
        elif self._watch.ends_with(event):
            self.end()
        self._watch.note(event)

    def end(self) -> None:
        """Nothing more comes for now."""
        if not self.is_thinking:
            return
        self.is_thinking = False
        self._watch.stop()
        if self._open.strip():
            self._say(f"{LABEL}{self._open.rstrip()}")
        self._open = ""
        if self._tells_time and self._how != HIDE:
            words = in_words(self._watch.seconds)
            self._say(f"{words[:1].upper()}{words[1:]}.")

    def _write(self) -> None:
        for line in self._lines():
            if line.strip():
                self._say(f"{LABEL}{line.rstrip()}")

    def _lines(self) -> Iterator[str]:
        """The lines that are whole, or too long to wait for their end."""
        while True:
            end = self._open.find("\n") + 1
            if not end and len(self._open) <= LONGEST_LINE:
                return
            if not end or end > LONGEST_LINE:
                blank = _LAST_BLANK.search(self._open[:LONGEST_LINE])
                end = blank.start() + 1 if blank else LONGEST_LINE
            line, self._open = self._open[:end], self._open[end:]
            yield line
