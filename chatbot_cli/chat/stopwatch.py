"""Measures how long a model takes, without the time in which tools run or the user is asked."""

from collections.abc import Callable

from chatbot_cli.chat.events import CallsArrived, Finished, ReasoningDelta, RequestBuilt, TextDelta, TurnEvent


class Stopwatch:
    """Runs from the start, with pauses. `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._before = 0.0  # seconds before the last pause
        self._started: float | None = clock()
        self._has_paused = False

    def note(self, event: TurnEvent) -> None:
        """A request that is sent starts it, calls that arrive stop it."""
        if isinstance(event, RequestBuilt):
            self.go_on()
        elif isinstance(event, CallsArrived):
            self.pause()

    def go_on(self) -> None:
        """Run from now on: the first time from zero, after a pause from where it stood."""
        if not self._has_paused:
            self._before = 0.0
        self._started = self._clock()

    def pause(self) -> None:
        """Stand still."""
        self._before, self._started, self._has_paused = self.seconds, None, True

    @property
    def seconds(self) -> float:
        """Seconds in which it has run."""
        return self._before + (0.0 if self._started is None else self._clock() - self._started)


class ThinkingWatch:
    """Measures how long a model thinks: from a first piece of its reasoning to what comes after it, each time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._before = 0.0
        self._since: float | None = None

    def note(self, event: object) -> None:
        """Reasoning starts it; text, calls and the end stop it."""
        if isinstance(event, ReasoningDelta):
            self._since = self._clock() if self._since is None else self._since
        elif self._since is not None and self.ends_with(event):
            self.stop()

    def ends_with(self, event: object) -> bool:
        """Whether an event tells that the model thinks no more."""
        return isinstance(event, TextDelta | CallsArrived | Finished)

    def stop(self) -> None:
        """Stand still."""
        self._before, self._since = self.seconds, None

    @property
    def seconds(self) -> float:
        """Seconds in which it has run."""
        return self._before + (0.0 if self._since is None else self._clock() - self._since)
