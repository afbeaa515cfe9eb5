"""One turn: its question, and where its reply goes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from chatbot_cli.chat.asking import context_of
from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.context import Context
from chatbot_cli.chat.journal import Asked
from chatbot_cli.chat.messages import NOT_COUNTED, Ending, Exchange, Message, question_message
from chatbot_cli.chat.model import Model, TokenCounter
from chatbot_cli.chat.passages import Passage
from chatbot_cli.chat.reply_so_far import ReplySoFar
from chatbot_cli.chat.rounds import Round
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.shape import Shape
from chatbot_cli.chat.state import State
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.errors import UsageError
from chatbot_cli.frozen import frozen
from chatbot_cli.hints import action
from chatbot_cli.text.short import shorten

SEEN_BEFORE = 20  # exchanges from which a model may have what it calls a tool with
GO_ON_WITH_TOOLS = (
    "Go on with my question, with what the tools have found so far. They can be called again;"
    " repeat no call that has an effect."
)
GO_ON = (
    "Go on exactly where your last message broke off. Repeat nothing of it;"
    " if it broke off inside a code block, do not open that block again."
)


@frozen
class Turn:
    """A question to the model, and the state that its reply is added to.

    The model is sent `message` after the exchanges of `sent_after`, and after those of the messages of the exchange
    `before` it, which goes on. Afterwards `question` and the reply are appended to `kept_after`; the reply begins
    with `reply_so_far` and the rounds so far. `replaces` is the exchange whose reply it replaces; `label` is the
    turn's name for undo. Its reply is to have the `shape`, or without one that of the setup. `thoughts_so_far` are
    those of the reply that it continues. `sources` are the passages of documents that are sent with the question. A
    turn that `continues` a reply asks nothing new.
    """

    message: Message
    question: str
    label: str
    sent_after: State
    kept_after: State
    replaces: Exchange | None = None
    reply_so_far: str = ""
    rounds_so_far: tuple[Round, ...] = ()
    thoughts_so_far: Thoughts | None = None
    attached: tuple[Attachment, ...] = ()
    shape: Shape | None = None
    before: Exchange | None = None
    sources: tuple[Passage, ...] = ()
    continues: bool = False

    def with_sources(self, passages: tuple[Passage, ...]) -> "Turn":
        """The same turn, whose question is sent with these passages."""
        return replace(self, message=question_message(self.question, self.attached, passages), sources=passages)

    def context(self, setup: Setup) -> Context:
        """All that its request may hold, if the model of a setup is asked."""
        before = self.before.as_told(setup.model.told).messages_of_its_turn if self.before else ()
        return context_of(self.sent_after, setup, (*before, self.message), self.sources)

    @property
    def exchange_before(self) -> Exchange | None:
        """The exchange that its question comes after; None for the first one."""
        return self.sent_after.exchanges[-1] if self.sent_after.exchanges else None

    def sources_again(self, setup: Setup) -> tuple[Passage, ...]:
        """The passages that its question had before, if it is asked again of the same collections; else none."""
        old = self.replaces
        is_again = old is not None and self.question == old.user
        return old.sources if old and is_again and all(one.collection in setup.documents for one in old.sources) else ()

    def set_aside(self, state: State) -> Sequence[Exchange]:
        """The exchanges of `state`, in which the turn begins, that it replaces or leaves; none if it continues one."""
        return () if self.rounds_so_far else state.exchanges[len(self.kept_after.exchanges) :]

    @property
    def seen_before(self) -> Sequence[Exchange]:
        """The newest exchanges that the model may have been sent; the one that it continues is the last."""
        newest = self.sent_after.exchanges[-SEEN_BEFORE:]
        return (*newest, self.replaces) if self.rounds_so_far and self.replaces else newest


def new_turn(state: State, text: str, after_exchange: int | None = None, attached: tuple[Attachment, ...] = ()) -> Turn:
    """A new message after all exchanges, or after the first `after_exchange`; then the others are set aside.

    If `text` repeats the last question in its place, or its reply was cut off, the new reply replaces that one; but not
    if other files are attached.
    """
    if asks_again(state, text, after_exchange, attached):
        return retried_turn(state)
    base = state if after_exchange is None else _first(state, after_exchange)
    message = question_message(text, attached)
    return Turn(message, text, f"the exchange “{shorten(text, LABEL)}”", base, base, attached=attached)


def asks_again(
    state: State, text: str, after_exchange: int | None = None, attached: tuple[Attachment, ...] = ()
) -> bool:
    """Whether `text` repeats the last question in its place, or its reply was cut off: else it would be kept twice.

    With other files attached it is another question. Of one whose reply was cut off they need not be named again.
    """
    if not state.exchanges or after_exchange not in (None, len(state.exchanges) - 1):
        return False
    last = state.exchanges[-1]
    if text != last.user or (attached != last.attached and (attached or after_exchange is not None)):
        return False
    return after_exchange is not None or last.ending is Ending.LOST


def retried_turn(state: State) -> Turn:
    """The last question again; the new answer replaces the old one. Raises UsageError when there is none.

    A pin of the exchange stays; if the old answer was dropped, the new one is not.
    """
    check_retriable(state)
    last, base = state.exchanges[-1], _without_last(state)
    message, label = question_message(last.user, last.attached), f"the new answer to “{shorten(last.user, LABEL)}”"
    kept = replace(base, marks=state.marks.with_reply_replaced(len(base.exchanges)))
    return Turn(message, last.user, label, base, kept, last, attached=last.attached)


def continued_turn(state: State) -> Turn:
    """The rest of the last answer, joined to its beginning. Raises UsageError when no rest can be asked for."""
    check_continuable(state)
    last, base = state.exchanges[-1], _without_last(state)
    label = f"the rest of the answer to “{shorten(last.user, LABEL)}”"
    kept = replace(base, marks=replace(state.marks, summary=base.marks.summary))
    rest = Turn(
        Message("user", GO_ON),
        last.user,
        label,
        state,
        kept,
        last,
        last.assistant,
        thoughts_so_far=last.thoughts,
        attached=last.attached,
        sources=last.sources,
        continues=True,
    )
    if not (last.rounds or last.sources):
        return rest
    go_on = rest.message if last.assistant.strip() or not last.rounds else Message("user", GO_ON_WITH_TOOLS)
    return replace(rest, message=go_on, sent_after=base, before=last, rounds_so_far=last.rounds)


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


def asked(turn: Turn, reply: ReplySoFar, sent: Iterable[Exchange], model: Model) -> Asked:
    """A turn as the journal keeps it from the first words of its reply on, what a refusal has taught included.

    The token counts of the exchanges that are `sent` with it are kept with them. The `model` is asked.
    """
    base = with_learned(turn.kept_after, reply, model)
    counted = tuple(_newly_counted(sent, model.counter))
    answerer = None if model is base.setup.model else model
    about = turn.replaces, turn.attached, turn.rounds_so_far, counted, turn.sources, answerer
    return Asked(turn.question, turn.label, base, *about)


def _newly_counted(exchanges: Iterable[Exchange], counter: TokenCounter) -> Iterator[Exchange]:
    """Those exchanges that have other counts than are known to be kept, with these counts."""
    for one in exchanges:
        question, *_, reply = replace(one, tells_thoughts=False).messages
        of_question = None if one.attached else counter.count_to_keep(question)  # its images are not always sent
        counts = (of_question, counter.count_to_keep(reply) if one.assistant else None)
        if counts not in (one.token_counts, NOT_COUNTED):
            yield replace(one, token_counts=counts)


def with_learned(state: State, reply: ReplySoFar, model: Model) -> State:
    """The state with what this turn has learned of the `model`, which was asked.

    The server's limit, the correction of our counts, the level at which it takes a shape, whether it takes tools, and
    the tools that were called; and that the conversation was at its server.
    """
    setup = state.setup.answered_by(model)
    if setup is not state.setup:
        setup = setup.at_its_server()
    if reply.learned_tokens is not None:
        setup = replace(setup, learned_tokens=reply.learned_tokens)
    if reply.count_factor not in (None, setup.count_factor):
        setup = replace(setup, count_factor=reply.count_factor)
    if reply.learned_level not in (None, setup.learned_level):
        setup = replace(setup, learned_level=reply.learned_level)
    if not reply.takes_tools and setup.takes_tools:
        setup = replace(setup, takes_tools=False)
    if unknown := {one.name: one for one in reply.called_tools if one not in setup.used_tools}:
        known = (one for one in setup.used_tools if one.name not in unknown)
        setup = replace(setup, used_tools=(*known, *unknown.values()))
    setup = setup.answered_by(state.setup.model)
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
