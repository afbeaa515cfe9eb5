"""One turn: what is asked in it, and the reply as it comes in."""

from dataclasses import dataclass, field, replace

from chatbot_cli.chat.events import Finished, ModelEvent, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Ending, Exchange, Message
from chatbot_cli.chat.rounds import Attachment, Round
from chatbot_cli.chat.state import State
from chatbot_cli.errors import EmptyReply, ProviderError, ReplyCut, UsageError
from chatbot_cli.frozen import frozen
from chatbot_cli.hints import action, setting
from chatbot_cli.text.short import shorten

_EMPTY = {  # what to say of a reply that ended properly and holds nothing
    Ending.LENGTH: (
        "The tokens were used up before the reply began.",
        f"Raise {setting('max_reply_tokens')}, or ask for less.",
    ),
    Ending.FILTERED: ("The provider's content filter let nothing of the reply through.", "Put it in other words."),
}
GO_ON = (
    "Go on exactly where your last message broke off. Repeat nothing of it;"
    " if it broke off inside a code block, do not open that block again."
)


@frozen
class Turn:
    """What is asked in a turn.

    The model is sent `message` after the exchanges of `sent_after`. Afterwards `question` and the reply are appended to
    `kept_after`; the reply begins with `reply_so_far` and the rounds so far. `replaces` is the exchange whose reply it
    replaces; `label` is the turn's name for undo.
    """

    message: Message
    question: str
    label: str
    sent_after: State
    kept_after: State
    replaces: Exchange | None = None
    reply_so_far: str = ""
    rounds_so_far: tuple[Round, ...] = ()
    attached: tuple[Attachment, ...] = ()


def new_turn(state: State, text: str, after_exchange: int | None = None, attached: tuple[Attachment, ...] = ()) -> Turn:
    """A new message after all exchanges, or after the first `after_exchange`: then the others are set aside.

    The question of a reply that was cut off, asked again as it is, is asked in place of that reply.
    """
    if asks_again(state, text, after_exchange):
        return retried_turn(state)
    base = state if after_exchange is None else _first(state, after_exchange)
    message = Message("user", text, attached)
    return Turn(message, text, f"the exchange “{shorten(text, LABEL)}”", base, base, attached=attached)


def asks_again(state: State, text: str, after_exchange: int | None = None) -> bool:
    """Whether a text is the question whose reply was cut off, asked again. Kept as well, it would be there twice."""
    last = state.exchanges[-1] if state.exchanges and after_exchange is None else None
    return last is not None and last.ending is Ending.LOST and text == last.user


def retried_turn(state: State) -> Turn:
    """The last question once more, in place of its answer. Raises UsageError when there is none."""
    check_retriable(state)
    last, base = state.exchanges[-1], _without_last(state)
    message, label = Message("user", last.user, last.attached), f"the new answer to “{shorten(last.user, LABEL)}”"
    return Turn(message, last.user, label, base, base, last, attached=last.attached)


def continued_turn(state: State) -> Turn:
    """The rest of the last answer, joined to what there is of it. Raises UsageError when there is nothing to join."""
    check_continuable(state)
    last, base = state.exchanges[-1], _without_last(state)
    label = f"the rest of the answer to “{shorten(last.user, LABEL)}”"
    rest = Turn(Message("user", GO_ON), last.user, label, state, base, last, last.assistant)
    return replace(rest, rounds_so_far=last.rounds, attached=last.attached)


def check_retriable(state: State) -> None:
    """Raise UsageError if there is no question that could be asked again."""
    if not state.exchanges:
        raise UsageError("There is no question to ask again yet.", "Ask one first.")


def check_continuable(state: State) -> None:
    """Raise UsageError if the last reply has no rest that could be asked for."""
    if not state.exchanges:
        raise UsageError("There is no reply yet.", "Ask something first.")
    if (ending := state.exchanges[-1].ending) in (Ending.COMPLETE, Ending.REFUSED):
        what = "whole" if ending is Ending.COMPLETE else ending.value
        raise UsageError(f"The last reply is {what}.", f"{action('retry')} asks for another one.")


@dataclass(slots=True)
class ReplySoFar:
    """A reply as it comes in.

    `unsaved` is the text that the journal has not been given; it starts with the cut reply that is being continued.
    `learned_tokens` is how many tokens the server holds, once it has refused a request as too long.
    """

    unsaved: str = ""
    says_something: bool = False
    pieces: list[str] = field(default_factory=list)
    ending: Ending = Ending.STOPPED
    finished: bool = False
    reason: str = ""
    used: TokensUsed | None = None
    learned_tokens: int | None = None

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def note(self, event: ModelEvent) -> None:
        """Take in what the model sent."""
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
        """Text not yet journalled. Empty while the reply is only white space: servers reject such a message."""
        if not self.says_something:
            return ""
        news, self.unsaved = self.unsaved, ""
        return news

    def broke_off(self, error: ProviderError) -> None:
        """Note that the rest will not come, and why."""
        self.ending = Ending.LOST
        self.reason = error.reason if isinstance(error, ReplyCut) else str(error)

    def check(self) -> None:
        """Called at the end of the stream: a reply without an end is cut, and one without text is no reply."""
        if not self.finished:
            raise ReplyCut("the connection ended before the model had finished")
        if not self.says_something:
            raise EmptyReply(*_EMPTY.get(self.ending, ("The model sent an empty reply.", "Ask again.")))


LABEL = 40  # characters of a question in a turn's label


def _without_last(state: State) -> State:
    return _first(state, len(state.exchanges) - 1)


def _first(state: State, count: int) -> State:
    return replace(state, exchanges=state.exchanges[:count], trimmed=min(state.trimmed, count))
