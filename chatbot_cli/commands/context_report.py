"""The next request as a table: a row for each message, and a line where something is left out or will be."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.limits import REPLY_FRAMING_TOKENS
from chatbot_cli.chat.messages import Message, question_message
from chatbot_cli.chat.next_cut import NextCut, next_cut
from chatbot_cli.chat.rounds import ToolCall
from chatbot_cli.chat.sent_tools import tokens_of
from chatbot_cli.chat.window import Verdict, Window, messages_of
from chatbot_cli.commands.shape_report import what_data
from chatbot_cli.commands.window_report import (
    LEARNED,
    MORE_TOKENS,
    PAID_EACH_TURN,
    exchanges_in_words,
    held_in_words,
    is_refused_more,
    limits_in_words,
    reserve_in_words,
    tokens_in_words,
    why_left_out,
    window_in_words,
)
from chatbot_cli.text.chart import Chart, Column, Divider, Row
from chatbot_cli.text.counts import counted, short_number
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import shorten

SPEAKERS = {"system": "system", "user": "you", "assistant": "assistant", "tool": "tool"}
COLUMNS = (
    Column("no.", right=True),
    Column("who", stretches=True, spared=True, least=max(map(len, SPEAKERS.values()))),
    Column("begins with", stretches=True),
    Column("tokens", right=True),
)
FIRST_WORDS = 60  # characters
MOST_READ = 2_000  # exchanges that are not sent, and are read and counted all the same


class ContextReport:
    """The next request of a conversation, as `window` chooses it."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._window: Window = conversation.window()
        self._count = conversation.setup.count
        self._estimated = "" if conversation.setup.counts_exactly else "~"
        self._demand, self._of_tools = conversation.setup.demand, tokens_of(self._window.tools, conversation.setup)
        self._of_schema = conversation.context().beside - self._of_tools

    def chart(self) -> Chart:
        """Every message in the order in which it is sent, what is left out, and the sums."""
        window = self._window
        rows = [
            *(self._row("example" if message.role != "system" else "system", message) for message in window.head),
            *([self._row("summary", window.summary)] if window.summary else []),
            *self._exchanges(number for number in self._shown() if number < window.begin),
            *self._left_out(),
            *self._block(),
            *self._tools(),
            *self._schema(),
            *self._with_your_message(),
            Row(("", "reply", "its opening", f"{REPLY_FRAMING_TOKENS}"), quiet=True),
            Row(("", "", "kept free for it", f"{window.limits.reserve:,}"), quiet=True),
        ]
        return Chart(COLUMNS, tuple(rows), "What the next request would hold, in its order:", "\n".join(self._sums()))

    def _shown(self) -> Sequence[int]:
        """The numbers of the exchanges that have rows: those that are sent, and those with a mark."""
        marks, total = self._window.marks, len(self._conversation.exchanges)
        return sorted({*self._window.numbers, *(n for n in marks.pinned | marks.dropped if n < total)})

    def _block(self) -> Iterator[Row | Divider]:
        """The exchanges from where the window begins on, with a line where it will begin next."""
        conversation, begin = self._conversation, self._window.begin
        cut = next_cut(conversation.context(), conversation.limits, self._count)
        numbers = [number for number in self._shown() if number >= begin]
        if cut is None or cut.begin > len(conversation.exchanges):  # the next to leave are still to come
            yield from self._exchanges(numbers)
            return
        yield from self._exchanges(number for number in numbers if number < cut.begin)
        yield Divider(_cut_in_words(cut))
        yield from self._exchanges(number for number in numbers if number >= cut.begin)

    def _exchanges(self, numbers: Iterable[int]) -> Iterator[Row]:
        for number in numbers:
            is_sent = self._window.verdict(number) in (Verdict.SENT, Verdict.PINNED)
            for place, message in enumerate(self._conversation.exchanges[number].messages):
                who = SPEAKERS[message.role] if place else f"{SPEAKERS[message.role]}{self._mark_of(number)}"
                yield self._row(who, message, "" if place else f"{number + 1}", is_sent=is_sent)

    def _schema(self) -> Iterator[Row]:
        """What the reply is to be, which is sent beside the messages, or in the next one."""
        if self._demand is not None:
            words = _shortened(what_data(self._demand.shape))
            yield self._beside("schema", words, self._of_schema)

    def _tools(self) -> Iterator[Row]:
        """The definitions of tools, which are sent beside the messages."""
        if tools := self._window.tools:
            names = _shortened(", ".join(tool.name for tool in tools))
            yield self._beside("tools", f"{len(tools)}: {names}" if len(tools) > 1 else names, self._of_tools)

    def _with_your_message(self) -> Iterator[Row]:
        """What goes with the next message alone: the files that are attached to it, and passages of documents."""
        conversation = self._conversation
        for one in conversation.attached:
            tokens = tokens_in_words(conversation, self._count(question_message("", (one,))))
            yield Row(("", "attached", _shortened(one.name), tokens), quiet=True)
        if conversation.documents and (names := conversation.setup.documents):
            most = max(conversation.documents.most_beside(self._window), self._passages)
            words = _shortened(f"of {', '.join(names)}, with your question alone")
            yield Row(("", "passages", words, f"≤ {tokens_in_words(conversation, most)}"), quiet=True)

    def _your_message(self) -> str:
        beside = next(self._with_your_message(), None)
        return "your message and what goes with it" if beside else "your message"

    @property
    def _passages(self) -> int:
        """The tokens of the passages that the last question was sent with."""
        last = self._conversation.exchanges[-1] if self._conversation.exchanges else None
        if last is None or not last.sources:
            return 0
        return self._count(last.messages_of_its_turn[0]) - self._count(last.question)

    def _beside(self, what: str, words: str, tokens: int) -> Row:
        return Row(("", what, words, tokens_in_words(self._conversation, tokens)), tokens / self._window.tokens)

    def _mark_of(self, number: int) -> str:
        """What was decided by hand about an exchange, behind its speaker."""
        marks = self._window.marks
        if number in marks.pinned:
            return ", pinned" if number in self._window.numbers else ", pinned, no room"
        return ", dropped" if number in marks.dropped else ""

    def _row(self, who: str, message: Message, number: str = "", *, is_sent: bool = True) -> Row:
        tokens = self._count(message)
        share = tokens / self._window.tokens if is_sent else None
        return Row(
            (number, who, _first_words(message), tokens_in_words(self._conversation, tokens)), share, quiet=not is_sent
        )

    def _left_out(self) -> Iterator[Divider]:
        """A line for the exchanges that were trimmed by hand, and one for those that no longer fit."""
        window, shown = self._window, set(self._shown())
        numbers = (number for number in range(window.begin) if number not in shown)
        for trimmed, group in groupby(numbers, lambda number: number < window.trimmed):
            why = "/trim left them out" if trimmed else self._why()
            yield Divider(f"{self._older(list(group))} not sent: {why}")

    def _why(self) -> str:
        """The limit that keeps older exchanges out, and how many leave at once if it is not only one."""
        limits, at_once = self._window.limits, ""
        if self._window.limit_in_force is Verdict.EXCHANGE_LIMIT and limits.block > 1:
            at_once = f", and drops {limits.block} at once"
        return f"{why_left_out(self._window)}{at_once}"

    def _older(self, numbers: Sequence[int]) -> str:
        """These exchanges, counted; by messages and tokens if they are not too many to be read."""
        if len(numbers) > MOST_READ:
            return f"{counted(len(numbers), 'older exchange')} are"
        messages = messages_of(self._conversation.exchanges[number] for number in numbers)
        tokens = f"{self._estimated}{short_number(sum(map(self._count, messages)))}"
        return f"{counted(len(messages), 'older message')}, {tokens} tokens, are"

    def _sums(self) -> Iterator[str]:
        window, limits = self._window, self._window.limits
        if window.tokens > limits.room:
            yield limits_in_words(self._conversation)
            return
        tokens = tokens_in_words(self._conversation, window.tokens)
        yield f"In all: {tokens} of {limits.room:,} tokens, {held_in_words(window)}, before {self._your_message()}."
        yield f"The window holds {window_in_words(self._conversation)}; {reserve_in_words(limits, ' of them')}."
        if (most := window.history_limit) is not None:
            yield f"Exchanges: {tokens_in_words(self._conversation, window.history)} of {most:,} tokens."
            yield f"Earlier exchanges take no more: {PAID_EACH_TURN}. {MORE_TOKENS}"
        if counts := self._conversation.last_counts:
            passages = f", {self._passages:,} of them passages" if self._passages else ""
            yield f"The last request was counted as {counts[0]:,} tokens{passages}; the server said {counts[1]:,}."
        yield from [LEARNED] if is_refused_more(self._conversation) else []


def _cut_in_words(cut: NextCut) -> str:
    """Where the next block ends, and how many exchanges fit before it leaves."""
    about = "about " if cut.roughly else ""
    those = f"the {exchanges_in_words(cut.leaving)} above leave" if cut.leaving > 1 else "the exchange above leaves"
    return f"the next cut is {about}here: {those} after {about}{cut.after} more"


def _first_words(message: Message) -> str:
    """The beginning of a message on one line, then what is attached to it or called in it."""
    names = [part.name for part in message.parts if isinstance(part, Attachment | ToolCall)]
    attached = "".join(f" [{_shortened(name)}]" for name in names)
    return f"{_shortened(message.content)}{attached}".strip()


def _shortened(text: str) -> str:
    return shorten(one_line(text[: 4 * FIRST_WORDS]), FIRST_WORDS)
