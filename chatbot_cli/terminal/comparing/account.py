"""What is told of one of several answers: how it stands, its seconds, tokens and price."""

from collections.abc import Callable, Iterator, Sequence

from chatbot_cli.chat.compare_events import AnswerFailed
from chatbot_cli.chat.count_events import CountsApart, ServerReadFewer
from chatbot_cli.chat.events import ReplyEnded, RequestBuilt, Retrying, TextDelta, TurnEvent
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.stopwatch import ThinkingWatch
from chatbot_cli.chat.thoughts import in_words
from chatbot_cli.commands.window_report import how_it_counted
from chatbot_cli.errors import ChatError, ReplyCut
from chatbot_cli.hints import unmarked
from chatbot_cli.terminal.figures import UNKNOWN
from chatbot_cli.terminal.reply_state import ReplyState, advance
from chatbot_cli.terminal.screen import ending_and_reason, notice_of, trying_again
from chatbot_cli.text.counts import dollars
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.width import cells, cut


class Account:
    """The account of the answer of a model called `name`. `clock` returns seconds.

    It is `over` when the answer has come to its end, and has the `error` if that was a failure. `notices` are sentences
    about its request, `below` those about its end, marked as hints are. If it `tells_thoughts`, it says how long the
    model thought.
    """

    def __init__(self, name: str, clock: Callable[[], float], *, tells_thoughts: bool = True) -> None:
        self.name, self._clock, self._tells_thoughts = unmarked(one_line(name)), clock, tells_thoughts
        self.state = ReplyState()
        self.error: ChatError | None = None
        self.over = False
        self.notices: list[str] = []
        self.below: list[str] = []
        self._began = self._ended = clock()
        self._first: float | None = None  # when the first word came
        self._thinking = ThinkingWatch(clock)
        self._next_try: tuple[Retrying, float] | None = None

    def note(self, event: TurnEvent) -> None:
        """Take in an event of its turn."""
        self.state = advance(self.state, event)
        self._thinking.note(event)
        match event:
            case RequestBuilt():
                self._began = self._clock()
            case TextDelta() if self._first is None:
                self._first = self._clock()
            case Retrying():
                self._next_try = event, self._clock() + event.seconds
            case ReplyEnded():
                self.end(None)
            case AnswerFailed(error):
                self.end(error)
            case ServerReadFewer() | CountsApart():
                self.below.append(how_it_counted(event))
            case _ if notice := notice_of(event):
                self.notices.append(notice)

    def end(self, error: ChatError | None) -> None:
        """Nothing more comes."""
        self.over, self.error, self._ended = True, error, self._clock()
        self._thinking.stop()

    @property
    def ended(self) -> ReplyEnded:
        """How it ended, with its figures; stopped if it has not come to its end."""
        if self.state.ended:
            return self.state.ended
        ending, reason = ending_and_reason(self.error)
        return ReplyEnded(ending, self.seconds, self.state.used, reason, self.state.is_free)

    @property
    def seconds(self) -> float:
        """Seconds from the request to the end, or until now."""
        if self.state.ended:
            return self.state.ended.seconds
        return (self._ended if self.over else self._clock()) - self._began

    @property
    def is_problem(self) -> bool:
        """Whether it failed."""
        return self.error is not None or (self.over and self.ended.ending is Ending.LOST)

    def line(self, columns: int) -> str:
        """How it stands, on a line of so many cells at most."""
        wordings = list(self._wordings())
        return next((one for one in wordings if cells(one) <= columns), cut(wordings[-1], columns))

    @property
    def sentence(self) -> str:
        """The same for somebody who reads it by itself, without the failure, which is told apart."""
        ended = self.ended
        ending = "" if self.error else ended.ending.in_words(ended.reason)
        return "; ".join(filter(None, (ending, *self._figures())))

    def _wordings(self) -> Iterator[str]:
        """The fullest first."""
        if not self.over:
            yield self._progress()
            return
        if self.error and not self.state.begun:
            yield one_line(str(self.error))
            return
        ended = self.ended
        ending, figures = one_line(ended.ending.in_words(ended.reason)), self._figures()
        if self._first is not None:
            first = f"{figures[0]}, {max(0.0, self._first - self._began):.1f} s to the first word"
            yield _joined(ending, first, *figures[1:])
        yield _joined(ending, *figures)
        yield _joined(ended.ending.in_words(), *figures)

    def _figures(self) -> Sequence[str]:
        used, is_free = self.ended.used, self.ended.is_free
        price = "" if is_free else UNKNOWN
        if used is not None and used.cost is not None:
            price = dollars(used.cost) if used.cost else ""
        thinking = f" ({used.reasoning:,} thinking)" if used and used.reasoning else ""
        tokens = f"{used.reply:,} tokens{thinking}" if used else ""
        thought = in_words(seconds) if self._tells_thoughts and (seconds := self._thinking.seconds) else ""
        return [f"{self.seconds:.1f} s", *filter(None, (thought, tokens, price))]

    def _progress(self) -> str:
        if self._next_try and self.state.awaited and (left := self._next_try[1] - self._clock()) > 0:
            return one_line(trying_again(self._next_try[0], left))
        if not self.state.awaited:
            return f"{self.seconds:.0f} s"
        return f"{'thinking' if self.state.thinking else 'waiting'} {self.seconds:.0f} s"


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def failure_of(account: Account) -> ChatError | None:
    """The failure of an answer, with its name before it; None if it did not fail."""
    if (error := account.error) is None:
        return None
    # /continue asks for the rest of the reply, and that is another answer, if one came whole.
    hint = "" if isinstance(error, ReplyCut) else error.marked_hint
    return ChatError(f"{account.name}: {error}", hint)
