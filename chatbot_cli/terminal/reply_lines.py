"""The lines of one reply on the full screen, from its title to its footer: which are final, and which may still change.

Text and calls of tools stand in the order in which they came, with a gap between the two.
"""

from collections.abc import Callable
from functools import partial

from rich.console import Console

from chatbot_cli.chat.calls_in_words import CallInWords
from chatbot_cli.chat.document_events import PassagesFound
from chatbot_cli.chat.events import CallsArrived, ReasoningDelta, ReplyEnded, RequestBuilt, Retrying, TurnEvent
from chatbot_cli.chat.fallback_events import FellBack
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.stopwatch import Stopwatch
from chatbot_cli.chat.thoughts import FOLD
from chatbot_cli.terminal.call_lines import call_lines, running_line
from chatbot_cli.terminal.calls_in_turn import CallsInTurn
from chatbot_cli.terminal.cited_so_far import CitedSoFar
from chatbot_cli.terminal.figures import footers
from chatbot_cli.terminal.markdown.stream import BESIDE_SOURCES, IN_BRACKETS
from chatbot_cli.terminal.markdown.view import Line
from chatbot_cli.terminal.program_lines import message_lines, rule, wrapped_rule
from chatbot_cli.terminal.reply_body import MarkdownBody, ReplyBody
from chatbot_cli.terminal.reply_state import ReplyState, advance
from chatbot_cli.terminal.screen import ending_and_reason, trying_again
from chatbot_cli.terminal.source_lines import source_lines
from chatbot_cli.terminal.thought_lines import ThoughtLines

LONG_SEARCH = 0.3  # seconds after which a search of documents is named
FRAMES_PER_SECOND = 20
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
THOUGHTS, TEXT, CALLS = "thoughts", "text", "calls"  # what a line is a part of


class ReplyLines:
    """The lines of one reply. The text before calls, and that after them, have a body each, made by `body`.

    The first continues `reply_so_far`. Without a `body` it is Markdown. Without a `title` there is no footer either.
    What is thought before each is above it, as `thoughts` says.
    """

    def __init__(
        self,
        console: Console,
        title: str,
        reply_so_far: str,
        clock: Callable[[], float],
        body: Callable[[str], ReplyBody] | None,
        thoughts: str = FOLD,
    ) -> None:
        self._console, self._clock, self._watch = console, clock, Stopwatch(clock)
        self._title: str | None = title or None  # None once it is final
        self._is_framed = bool(title)
        self._reply_so_far, self._is_text = reply_so_far, body is None
        self._new_body = body or partial(MarkdownBody, console)
        self.body = self._new_body(reply_so_far)
        self.state = ReplyState()
        self._new_thoughts = partial(ThoughtLines, console, clock, thoughts)
        self._thoughts = self._new_thoughts()
        self._calls = CallsInTurn(clock)
        self._cited = CitedSoFar(reply_so_far, is_data=body is not None)
        self._last = ""  # what the last final line is a part of: TEXT, CALLS, or nothing that needs a gap below it
        self._waits_since = clock()
        self._next_try: tuple[Retrying, float] | None = None  # the event, and the time of the next try by the clock

    @property
    def remain(self) -> bool:
        """Whether some are to be left on the screen. Nothing is of a reply that never began, unless that was final."""
        return self.state.begun or self.state.called or (self._is_framed and self._title is None)

    @property
    def are_alive(self) -> bool:
        """Whether some change by themselves, as time goes by."""
        return self.state.awaited or bool(self._calls.running)

    def note(self, event: TurnEvent) -> CallInWords | None:
        """Take in an event. Returns the call that has ended with it, if one has."""
        if not (
            isinstance(event, ReasoningDelta) and self.state.begun
        ):  # between two parts of a text they are not shown
            self._thoughts.note(event)
        self.state = advance(self.state, event)
        self._cited.note(event)
        if isinstance(event, PassagesFound) and self._is_text and not self.state.begun:
            numbering = BESIDE_SOURCES if event.retrieved.passages else IN_BRACKETS
            self._new_body = partial(MarkdownBody, self._console, numbering=numbering)
            self.body = self._new_body(self._reply_so_far)
        if isinstance(event, FellBack) and self._title and event.speaker:
            self._title, self._next_try = event.speaker, None
        if isinstance(event, Retrying):
            self._next_try = event, self._clock() + event.seconds
        elif isinstance(event, CallsArrived) or (isinstance(event, RequestBuilt) and self.state.called):
            self._watch.note(event)
            self._waits_since, self._next_try = self._clock(), None
        return self._calls.note(event)

    def take_final(self) -> list[Line]:
        """The lines of the thoughts and of the text that have become final."""
        thoughts = self._titled(self._thoughts.take_final(), THOUGHTS)
        return [*thoughts, *self._titled(self.body.take_final(), TEXT)]

    def before_calls(self) -> list[Line]:
        """All lines before calls that have just come; the next body begins."""
        self._thoughts.end()
        lines = self._titled(self._thoughts.take_final(), THOUGHTS)
        lines += self._titled(self.body.rest(None), TEXT) if self.state.begun else []
        lines += [*self._take_title(), *([[]] if self._last in (TEXT, THOUGHTS) else [])]
        self._last, self.body, self._thoughts = "", self._new_body(""), self._new_thoughts()
        return lines

    def of_calls(self, *calls: CallInWords) -> list[Line]:
        """The final lines of calls that have ended."""
        return self._titled(call_lines(self._console, calls, self._calls.name_width), CALLS)

    def open(self) -> list[Line]:
        """The lines below the final ones, as they look now."""
        lines = self._thoughts.open_lines()
        is_open = THOUGHTS if lines else TEXT
        lines += self.body.open_lines() if self.state.begun else []
        if lines and self._last not in ("", is_open):
            lines = [[], *lines]
        lines += self._running()
        if self.state.awaited:
            lines += [*([[]] if lines or self._last in (CALLS, THOUGHTS) else []), *self._waiting()]
        return lines if self._title is None else [rule(self._console, self._title), [], *lines]

    def rest(self, error: BaseException | None, unpainted: int) -> list[Line]:
        """All lines that are not final yet, and the footer. `unpainted` characters of the text are not among them."""
        self._thoughts.end()
        lines = self._titled(self._thoughts.take_final(), THOUGHTS)
        lines += self._titled(self.body.rest(error), TEXT) if self.state.begun else []
        lines += self.of_calls(*(self._calls.stopped() if error else ()))
        lines += self._take_title()
        if unpainted:
            missing = f"… and {unpainted:,} characters more; /history shows them."
            lines += [[], *message_lines(self._console, missing)]
        sources = source_lines(self._console, cited) if (cited := self._cited.event) else []
        if not self._is_framed:
            return [*lines, *sources]
        return [*lines, [], *sources, *self._footer(self.state.ended or self._ended_by(error)), []]

    def _titled(self, lines: list[Line], kind: str) -> list[Line]:
        """Lines that are final, with the title above the first of them, and a gap between thoughts, text and calls."""
        if not lines:
            return []
        gap: list[Line] = [[]] if self._last not in ("", kind) else []
        self._last = kind
        return [*self._take_title(), *gap, *lines]

    def _take_title(self) -> list[Line]:
        title, self._title = self._title, None
        return [] if title is None else [rule(self._console, title), []]

    def _ended_by(self, error: BaseException | None) -> ReplyEnded:
        ending, reason = ending_and_reason(error)
        return ReplyEnded(ending, self._watch.seconds, self.state.used, reason, self.state.is_free)

    def _footer(self, ended: ReplyEnded) -> list[Line]:
        """A rule with as many figures as fit, or several lines if the reason why a reply was cut is long."""
        look = "problem" if ended.ending is Ending.LOST else "quiet"
        for text in (texts := footers(ended, self._calls.count)):
            line = rule(self._console, text, look)
            if sum(segment.cell_length for segment in line) < self._console.width:
                return [line]
        return wrapped_rule(self._console, texts[0], look)

    def _running(self) -> list[Line]:
        """A line for each call that runs."""
        console, calls = self._console, self._calls
        running = ((one, calls.seconds_of(one)) for one in calls.running)
        return [running_line(console, one, seconds, _frame(seconds), calls.name_width) for one, seconds in running]

    def _waiting(self) -> list[Line]:
        seconds = self._clock() - self._waits_since
        status = f"thinking {self._thoughts.seconds:.0f} s" if self.state.thinking else f"waiting {seconds:.0f} s"
        if self.state.searched and seconds >= LONG_SEARCH:
            status = f"searching {', '.join(self.state.searched)} {seconds:.0f} s"
        if self._next_try and (left := self._next_try[1] - self._clock()) > 0:
            status = trying_again(self._next_try[0], left)
        return message_lines(self._console, status, sign=f"{_frame(seconds)} ")


def _frame(seconds: float) -> str:
    """The spinner after so many seconds."""
    return SPINNER[int(seconds * FRAMES_PER_SECOND) % len(SPINNER)]
