"""One turn: its question, and its reply as it arrives."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from chatbot_cli.chat.events import Finished, ModelEvent, TextDelta, TokensUsed
from chatbot_cli.chat.growing_text import GrowingText
from chatbot_cli.chat.journal import Asked
from chatbot_cli.chat.learning import Counts
from chatbot_cli.chat.messages import NOT_COUNTED, Ending, Exchange, Message
from chatbot_cli.chat.model import TokenCounter
from chatbot_cli.chat.rounds import Attachment, Round
from chatbot_cli.chat.shape import Shape
from chatbot_cli.chat.state import State
from chatbot_cli.errors import EmptyReply, ProviderError, ReplyCut, UsageError
from chatbot_cli.frozen import frozen
from chatbot_cli.hints import action, setting
from chatbot_cli.text.short import shorten

_EMPTY = {  # sentence and hint for a reply that ended properly without a text
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
    """A question to the model, and the state that its reply is added to.

    The model is sent `message` after the exchanges of `sent_after`. Afterwards `question` and the reply are appended to
    `kept_after`; the reply begins with `reply_so_far` and the rounds so far. `replaces` is the exchange whose reply it
    replaces; `label` is the turn's name for undo. Its reply is to have the `shape`, or without one that of the setup.
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
    shape: Shape | None = None


def new_turn(state: State, text: str, after_exchange: int | None = None, attached: tuple[Attachment, ...] = ()) -> Turn:
    """A new message after all exchanges, or after the first `after_exchange`; then the others are set aside.

    If `text` repeats the last question in its place, or its reply was cut off, the new reply replaces that one.
    """
    if asks_again(state, text, after_exchange):
        return retried_turn(state)
    base = state if after_exchange is None else _first(state, after_exchange)
    message = Message("user", text, attached)
    return Turn(message, text, f"the exchange “{shorten(text, LABEL)}”", base, base, attached=attached)


def asks_again(state: State, text: str, after_exchange: int | None = None) -> bool:
    """Whether `text` repeats the last question in its place, or its reply was cut off: else it would be kept twice."""
    if not state.exchanges or after_exchange not in (None, len(state.exchanges) - 1):
        return False
    last = state.exchanges[-1]
    return text == last.user and (after_exchange is not None or last.ending is Ending.LOST)


def retried_turn(state: State) -> Turn:
    """The last question again; the new answer replaces the old one. Raises UsageError when there is none.

    A pin of the exchange stays; if the old answer was dropped, the new one is not.
    """
    check_retriable(state)
    last, base = state.exchanges[-1], _without_last(state)
    message, label = Message("user", last.user, last.attached), f"the new answer to “{shorten(last.user, LABEL)}”"
    kept = replace(base, marks=state.marks.with_reply_replaced(len(base.exchanges)))
    return Turn(message, last.user, label, base, kept, last, attached=last.attached)


def continued_turn(state: State) -> Turn:
    """The rest of the last answer, joined to its beginning. Raises UsageError when no rest can be asked for."""
    check_continuable(state)
    last, base = state.exchanges[-1], _without_last(state)
    label = f"the rest of the answer to “{shorten(last.user, LABEL)}”"
    kept = replace(base, marks=replace(state.marks, summary=base.marks.summary))
    rest = Turn(Message("user", GO_ON), last.user, label, state, kept, last, last.assistant)
    return replace(rest, rounds_so_far=last.rounds, attached=last.attached)


def check_retriable(state: State) -> None:
    """Raise UsageError if there is no question that could be asked again."""
    if not state.exchanges:
        raise UsageError("There is no question to ask again yet.", "Ask one first.")


def check_continuable(state: State) -> None:
    """Raise UsageError if the last reply has no rest that could be asked for."""
    if not state.exchanges:
        raise UsageError("There is no reply yet.", "Ask something first.")
    if (ending := state.exchanges[-1].ending) in (Ending.COMPLETE, Ending.REFUSED, Ending.INVALID):
        kind = "whole" if ending is Ending.COMPLETE else ending.value
        raise UsageError(f"The last reply is {kind}.", f"{action('retry')} asks for another one.")


@dataclass(slots=True)
class ReplySoFar:
    """A reply as it arrives.

    `text` begins with the cut reply that is being continued. `has_news` tells whether the journal has not been given
    all of it. `learned_tokens` is the server's limit, after it has refused a request as too long, and `count_factor`
    the correction that its count has taught; both hold once a reply comes. `counts` are those of the request before,
    and when the reply is whole, those of its own. `used` are the tokens of one request, `used_in_all` those of all
    `tries`: a reply that is not the data that was asked for is asked for again.
    """

    text: GrowingText = field(default_factory=GrowingText)
    says_something: bool = False
    has_news: bool = False
    ending: Ending = Ending.STOPPED
    finished: bool = False
    reason: str = ""
    used: TokensUsed | None = None
    learned_tokens: int | None = None
    count_factor: float | None = None
    counts: Counts | None = None
    tries: int = 1
    _used_before: TokensUsed | None = None
    _text_before: GrowingText | None = None
    _reason_before: str = ""

    @property
    def used_in_all(self) -> TokensUsed | None:
        """The tokens of all tries."""
        if self._used_before is None or self.used is None:
            return self._used_before if self.used is None else self.used
        return self._used_before + self.used

    @property
    def text_before(self) -> str:
        """The reply in whose place this one comes; empty if there was none."""
        return "" if self._text_before is None else str(self._text_before)

    def begin_again(self) -> None:
        """Another reply to the same question comes, in place of this one."""
        self._used_before, self.used = self.used_in_all, None
        self._text_before, self._reason_before, self.text = self.text, self.reason, GrowingText()
        self.says_something = self.has_news = False
        self.tries += 1
        self.forget_its_end()

    def forget_its_end(self) -> None:
        """It comes after all, so nothing is known of its end: the server refused it, and is asked in another way."""
        self.ending, self.reason, self.finished = Ending.STOPPED, "", False

    def fall_back(self) -> None:
        """It is no document. Without a word since it began again, it is what it was; unjudged, it counts as stopped."""
        if self._text_before is not None and not self.says_something:
            self.text, self.says_something = self._text_before, True
            self.ending, self.reason = Ending.INVALID, self._reason_before
        elif self.ending is Ending.COMPLETE:
            self.ending = Ending.STOPPED

    def become(self, document: str) -> None:
        """The reply is this text, from now on."""
        if str(self.text) != document:
            self.text, self.has_news = GrowingText(document), True

    def note(self, event: ModelEvent) -> None:
        """Add an event of the model."""
        match event:
            case TextDelta(text):
                self.text.append(text)
                self.has_news = True
                self.says_something = self.says_something or bool(text.strip())
            case Finished(ending):
                self.ending, self.finished = ending, True
            case TokensUsed():
                self.used = event
            case _:
                pass

    def take_news(self) -> bool:
        """Whether there is new text to save. Not while there is only white space: servers reject such a message."""
        news = self.says_something and self.has_news
        self.has_news = self.has_news and not news
        return news

    def broke_off(self, error: ProviderError) -> None:
        """Note why the rest of the reply will not arrive."""
        self.ending = Ending.LOST
        self.reason = error.reason if isinstance(error, ReplyCut) else str(error)

    def check(self) -> None:
        """Check the reply after the stream. Raises ReplyCut if it has no end, EmptyReply if it has no text."""
        if not self.finished:
            raise ReplyCut("the connection ended before the model had finished")
        if not self.says_something:
            raise EmptyReply(*_EMPTY.get(self.ending, ("The model sent an empty reply.", "Ask again.")))


def asked(turn: Turn, reply: ReplySoFar, sent: Iterable[Exchange]) -> Asked:
    """A turn as the journal keeps it from the first words of its reply on, what a refusal has taught included.

    The token counts of the exchanges that are `sent` with it are kept with them.
    """
    base = with_learned(turn.kept_after, reply)
    counted = tuple(_newly_counted(sent, base.setup.model.counter))
    return Asked(turn.question, turn.label, base, turn.replaces, turn.attached, turn.rounds_so_far, counted)


def _newly_counted(exchanges: Iterable[Exchange], counter: TokenCounter) -> Iterator[Exchange]:
    """Those exchanges that have other counts than are known to be kept, with these counts."""
    for one in exchanges:
        question, *_, reply = one.messages
        counts = (counter.count_to_keep(question), counter.count_to_keep(reply) if one.assistant else None)
        if counts not in (one.token_counts, NOT_COUNTED):
            yield replace(one, token_counts=counts)


def with_learned(state: State, reply: ReplySoFar) -> State:
    """The state with the server's limit and the correction of our counts, if this turn has learned them."""
    setup = state.setup
    if reply.learned_tokens is not None:
        setup = replace(setup, learned_tokens=reply.learned_tokens)
    if reply.count_factor not in (None, setup.count_factor):
        setup = replace(setup, count_factor=reply.count_factor)
    return state if setup is state.setup else replace(state, setup=setup)


LABEL = 40  # characters of a question in a turn's label


def _without_last(state: State) -> State:
    return _first(state, len(state.exchanges) - 1)


def _first(state: State, count: int) -> State:
    return replace(
        state,
        exchanges=state.exchanges[:count],
        trimmed=min(state.trimmed, count),
        marks=state.marks.of_first(count),
    )
