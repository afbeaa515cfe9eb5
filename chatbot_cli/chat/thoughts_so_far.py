"""What a model thinks, while it arrives: since its reply began, or since its last calls."""

from collections.abc import Callable

from chatbot_cli.chat.events import ModelEvent, ReasoningDelta, ThoughtsSealed
from chatbot_cli.chat.growing_text import GrowingText
from chatbot_cli.chat.stopwatch import ThinkingWatch
from chatbot_cli.chat.thoughts import MadeBy, Thoughts, joined


class ThoughtsSoFar:
    """Collects thoughts. `before` are those of the reply that is continued. `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float], before: Thoughts | None = None) -> None:
        self._before, self._clock = before, clock
        self._text, self._seal, self._watch = GrowingText(), "", ThinkingWatch(clock)
        self._made: Thoughts | None = None  # what was asked for last, as long as nothing more comes

    def again(self) -> "ThoughtsSoFar":
        """Those of the next request, which goes on from no reply."""
        return ThoughtsSoFar(self._clock)

    def note(self, event: ModelEvent) -> None:
        """Take in an event of the model; text ends its thinking."""
        self._watch.note(event)
        if isinstance(event, ReasoningDelta):
            self._text.append(event.text)
            self._made = None
        elif isinstance(event, ThoughtsSealed):
            self._seal, self._made = event.seal, None

    def made(self, by: MadeBy | None) -> Thoughts | None:
        """All of them; None if there are none."""
        if self._made is None:
            text = str(self._text)
            new = Thoughts(text, self._watch.seconds, by, self._seal) if text.strip() or self._seal else None
            self._made = joined(self._before, new)
        return self._made
