"""The sliding window: a pure function that chooses the messages of a request.

The transcript is never shortened. The window is a view of it, chosen for every request: the system message, the
few-shot examples, a summary of what fell out, what is pinned, a block of the newest whole exchanges, the new message.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from enum import Enum

from chatbot_cli.chat.blocks import Size, first_by_tokens, first_by_turns
from chatbot_cli.chat.context import Context
from chatbot_cli.chat.fitting_results import SHARE_OF_ROOM, at_their_longest, fitting
from chatbot_cli.chat.limits import REPLY_FRAMING_TOKENS, Limits
from chatbot_cli.chat.marks import NO_MARKS, Marks
from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.chat.passages import Passage
from chatbot_cli.chat.too_long import check_room
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.frozen import frozen

Count = Callable[[Message], int]

FRAMING_BOUND = 8  # tokens; the role and framing of any message cost less


class Verdict(Enum):
    """Whether an exchange is in a request, and if not, why not."""

    SENT = "sent"
    PINNED = "pinned"
    TRIMMED = "trimmed by hand"
    DROPPED = "dropped by hand"
    EXCHANGE_LIMIT = "beyond the limit of exchanges"
    TOKEN_LIMIT = "beyond the limit of tokens"  # noqa: S105  no password


@frozen
class Window:
    """The messages of one request, and all that decides which exchanges of the conversation are in it.

    `sent` are the exchanges that it holds, and `numbers` their numbers in the transcript, from 0. From the number
    `begin` on, all are sent that are not dropped; before it, only those that are pinned. Those before `by_turns` are
    beyond the limit of exchanges. `transcript` is how many exchanges there are. `pins` are sent because they are
    pinned, and have `pinned_tokens`; all that is sent of the transcript has `history` tokens. `summary` is sent after
    the head, if anything is left out. `tools` are sent beside the messages, `passages` of documents with the
    question.
    """

    head: tuple[Message, ...]
    sent: tuple[Exchange, ...]
    new: tuple[Message, ...]
    tokens: int
    limits: Limits
    numbers: tuple[int, ...] = ()
    begin: int = 0
    by_turns: int = 0
    transcript: int = 0
    trimmed: int = 0
    marks: Marks = NO_MARKS
    summary: Message | None = None
    pins: tuple[int, ...] = ()
    pinned_tokens: int = 0
    history: int = 0
    tools: tuple[ToolDefinition, ...] = ()
    passages: tuple[Passage, ...] = ()

    @property
    def history_limit(self) -> int | None:
        """The most tokens that its exchanges may have, if that is less than what all else leaves; else None."""
        most = self.limits.history_tokens
        return most if most is not None and most < self.limits.room - (self.tokens - self.history) else None

    @property
    def fullness(self) -> tuple[int, int]:
        """The tokens of its exchanges and the most that they may have; or those of the request, and the room for it."""
        return (self.tokens, self.limits.room) if (most := self.history_limit) is None else (self.history, most)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages, in the order in which they are sent."""
        summary = (self.summary,) if self.summary else ()
        return (*self.head, *summary, *messages_of(self.sent), *self.new)

    @property
    def exchanges(self) -> int:
        """How many exchanges it holds."""
        return len(self.sent)

    @property
    def left_out(self) -> int:
        """How many exchanges no longer fit. Those that were trimmed or dropped by hand do not count."""
        dropped = sum(self.trimmed <= number < self.transcript for number in self.marks.dropped)
        before = sum(number < self.trimmed for number in self.numbers)
        return self.transcript - len(self.sent) - (self.trimmed - before) - dropped

    @property
    def pinned(self) -> int:
        """How many of them are pinned: these do not count against the limit of exchanges."""
        return len(self.pins)

    @property
    def until_cut(self) -> int:
        """How many more exchanges the limit of exchanges lets in before the next block leaves."""
        return max(0, self.limits.exchanges - (len(self.sent) - self.pinned))

    def verdict(self, number: int) -> Verdict:
        """Whether the exchange with this number is sent, and if not, why not."""
        if number in self.numbers:
            return Verdict.PINNED if number in self.pins else Verdict.SENT
        if number < self.trimmed:
            return Verdict.TRIMMED
        if number in self.marks.dropped:
            return Verdict.DROPPED
        return Verdict.EXCHANGE_LIMIT if number < self.by_turns else Verdict.TOKEN_LIMIT

    @property
    def limit_in_force(self) -> Verdict | None:
        """The limit that keeps the newest exchange out that no longer fits; None if all fit."""
        verdicts = (self.verdict(number) for number in range(self.begin - 1, self.trimmed - 1, -1))
        return next((one for one in verdicts if one in (Verdict.EXCHANGE_LIMIT, Verdict.TOKEN_LIMIT)), None)


def select(context: Context, limits: Limits, count: Count) -> Window:
    """Choose the exchanges that fit both limits, between the head and the new message.

    The head, the new message, if there is one, and what is pinned are always sent; the newest exchanges as a block that
    drops several at once. Results of a turn are cut until they fit. Raises MessageTooLong if the rest has no room.
    """
    always = REPLY_FRAMING_TOKENS + context.beside + _tokens(context.head, count)
    pinned, pinned_tokens = _pinned(context, limits, count)
    messages, new = fitting(context.new, limits.room, limits.room - always - pinned_tokens, count)
    if messages:
        tools = (count(Message("system", one.text)) for one in context.tools)
        check_room(new, always, pinned_tokens, limits, tools)
    by_turns, block, after_cut = _candidates(context, limits, pinned)
    sizes = [_size(context.sent(number), count) for number in block]
    summary = _tokens((context.summary,), count) if context.summary else 0
    room = limits.room - always - pinned_tokens - max(summary, limits.summary_tokens)
    most = limits.room_for_exchanges - pinned_tokens
    start = first_by_tokens(sizes, new, room, strict=limits.block == 1, most=most, after_cut=after_cut)
    begin = block[start] if start < len(block) else len(context.exchanges)
    numbers = tuple(sorted((*pinned, *block[start:])))
    history = pinned_tokens + sum(size.tokens for size in sizes[start:])
    window = Window(
        context.head,
        tuple(context.sent(number) for number in numbers),
        messages,
        always + new + history,
        limits,
        numbers=numbers,
        begin=begin,
        by_turns=by_turns,
        transcript=len(context.exchanges),
        trimmed=context.trimmed,
        marks=context.marks,
        pins=pinned,
        pinned_tokens=pinned_tokens,
        history=history,
        tools=context.tools,
        passages=context.passages,
    )
    return _with_summary(window, context.summary, summary)


def _with_summary(window: Window, message: Message | None, tokens: int) -> Window:
    """The window with the summary, of so many tokens, if it stands for something and fits."""
    if message is None or not window.left_out or window.tokens + tokens > window.limits.room:
        return window
    return replace(window, summary=message, tokens=window.tokens + tokens)


def _candidates(context: Context, limits: Limits, pinned: Sequence[int]) -> tuple[int, Sequence[int], int]:
    """The first exchange that the limit of exchanges allows, the numbers of all of them beside those pinned, and how
    many there were when that limit made its last cut; 0 if it has made none.
    """
    total = len(context.exchanges)
    aside = sorted(n for n in {*pinned, *context.marks.dropped} if context.trimmed <= n < total)
    left = first_by_turns(total - context.trimmed - len(aside), limits.exchanges, limits.block)
    first = context.trimmed + left
    for number in aside:
        if number > first:
            break
        first += 1
    set_aside = set(aside)
    numbers = [number for number in range(first, total) if number not in set_aside]
    return first, numbers, limits.exchanges - limits.block + 1 if left else 0


def _pinned(context: Context, limits: Limits, count: Count) -> tuple[tuple[int, ...], int]:
    """The numbers of the pinned exchanges, oldest first, as many as fit in the room for pins; and their tokens."""
    chosen: list[int] = []
    tokens = 0
    for number in sorted(number for number in context.marks.pinned if number < len(context.exchanges)):
        size = _size(context.sent(number), count)
        if tokens + size.tokens > limits.room_for_pins:
            break
        chosen.append(number)
        tokens += size.tokens
    return tuple(chosen), tokens


def _size(exchange: Exchange, count: Count) -> Size:
    question, *others = map(count, exchange.messages)
    return Size(question + sum(others), question)


def _tokens(messages: Iterable[Message], count: Count) -> int:
    return sum(map(count, messages))


def surely_fits(context: Context, limits: Limits, factor: float = 1.0) -> bool:
    """Whether a context fits whatever the tokenizer: no text has more tokens than UTF-8 bytes.

    False if it holds attachments: a picture's bytes are no bound of its tokens. `factor` corrects the counts.
    """
    pins = [number for number in context.marks.pinned if number < len(context.exchanges)]
    _, block, _ = _candidates(context, limits, pins)  # as select does, if all pins fit
    pinned = factor * _bound(messages_of(context.sent(number) for number in pins))
    block_of_others = _bound(messages_of(context.sent(number) for number in block if number not in pins))
    summary = (context.summary,) if context.summary else ()
    history = pinned + factor * block_of_others
    new = at_their_longest(context.new)
    others = factor * _bound((*context.head, *summary, *new)) + limits.summary_tokens + context.beside
    longest_result = max((factor * _bound((message,)) for message in new if message.role == "tool"), default=0)
    if longest_result > limits.room // SHARE_OF_ROOM:  # it may be cut
        return False
    exchanges_fit = pinned <= limits.room_for_pins and history <= limits.room_for_exchanges
    return exchanges_fit and history + others <= limits.room


def _bound(messages: Iterable[Message]) -> float:
    """More tokens than the messages can have; infinite with attachments."""
    sizes = [message.size for message in messages]
    return sum(math.inf if size is None else size + FRAMING_BOUND for size in sizes)


def messages_of(exchanges: Iterable[Exchange]) -> tuple[Message, ...]:
    """The messages of these exchanges, in the order in which they are sent."""
    return tuple(message for exchange in exchanges for message in exchange.messages)
