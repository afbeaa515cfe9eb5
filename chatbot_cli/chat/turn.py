"""One turn: what is asked in it, and the reply as it comes in."""

from dataclasses import dataclass, field, replace

from chatbot_cli.chat.events import Finished, ModelEvent, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.state import State
from chatbot_cli.errors import EmptyReply, ProviderError, ReplyCut

_EMPTY = {  # what to say of a reply that ended properly and holds nothing
    Ending.LENGTH: ("The tokens were used up before the reply began.", "Raise --max-reply-tokens, or ask for less."),
    Ending.FILTERED: ("The provider's content filter let nothing of the reply through.", "Put it in other words."),
}
GO_ON = (
    "Go on exactly where your last message broke off. Repeat nothing of it;"
    " if it broke off inside a code block, do not open that block again."
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What is asked in a turn.

    `sends` is the new message, sent behind the exchanges of `context`. The exchange is kept with `question` behind
    those of `base`, its reply behind what was `begun` of it. `again` is the exchange whose answer it replaces, `what`
    the turn's name for /undo.
    """

    sends: str
    question: str
    what: str
    context: State
    base: State
    again: Exchange | None = None
    begun: str = ""


def new_turn(state: State, text: str, behind: int | None = None) -> Turn:
    """A new message, behind all exchanges, or behind the first so many: the others are set aside."""
    base = state if behind is None else _first(state, behind)
    return Turn(text, text, f"the exchange “{_short(text)}”", base, base)


def retried_turn(state: State) -> Turn:
    """The last question once more, in place of its answer."""
    last, base = state.exchanges[-1], _without_last(state)
    return Turn(last.user, last.user, f"the new answer to “{_short(last.user)}”", base, base, last)


def continued_turn(state: State) -> Turn:
    """The rest of the last answer, joined to what came of it."""
    last, base = state.exchanges[-1], _without_last(state)
    return Turn(GO_ON, last.user, f"the rest of the answer to “{_short(last.user)}”", state, base, last, last.assistant)


@dataclass(slots=True)
class ReplySoFar:
    """A reply as it comes in. `unsaved` is what no journal has heard of yet, to begin with what was there before."""

    started: float
    unsaved: str = ""
    says_something: bool = False
    pieces: list[str] = field(default_factory=list)
    ending: Ending = Ending.STOPPED
    finished: bool = False
    reason: str = ""
    used: TokensUsed | None = None

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def note(self, event: ModelEvent) -> None:
        match event:
            case TextDelta(text):
                self.pieces.append(text)
                self.unsaved += text
                self.says_something = self.says_something or bool(text.strip())
            case Finished(ending):
                self.ending, self.finished = ending, True
            case TokensUsed():
                self.used = event
            case _:
                pass

    def take_unsaved(self) -> str:
        """What a journal should hear of now: nothing, as long as it is but white space, which no server takes back."""
        if not self.says_something:
            return ""
        news, self.unsaved = self.unsaved, ""
        return news

    def broke_off(self, error: ProviderError) -> None:
        self.ending = Ending.LOST
        self.reason = error.reason if isinstance(error, ReplyCut) else str(error)

    def check(self) -> None:
        """Called at the end of the stream: a reply without an end is cut, and one without text is no reply."""
        if not self.finished:
            raise ReplyCut("the connection ended before the model had finished")
        if not self.says_something:
            raise EmptyReply(*_EMPTY.get(self.ending, ("The model sent an empty reply.", "Ask again.")))


def _without_last(state: State) -> State:
    return _first(state, len(state.exchanges) - 1)


def _first(state: State, count: int) -> State:
    return replace(state, exchanges=state.exchanges[:count], trimmed=min(state.trimmed, count))


def _short(text: str, width: int = 40) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"
