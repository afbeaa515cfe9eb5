"""Which messages the next request holds: the sliding window, as a pure function.

The transcript is never shortened. The window is a view of it, made anew for every request: the system message, the
few-shot examples, the newest whole exchanges that fit, and the new message.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.errors import MessageTooLong

Count = Callable[[Message], int]

REPLY_FRAMING_TOKENS = 3  # every request ends with the opening of the assistant's reply
FRAMING_BOUND = 8  # more than the role and framing of any message cost
LARGEST_DEFAULT_REPLY = 4096  # tokens kept free for a reply when no limit of its own was set


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be sent: `turns` exchanges before the new message, and `tokens` with the reply's room in them."""

    turns: int
    tokens: int
    reply_tokens: int | None = None

    @property
    def reserve(self) -> int:
        """Tokens kept free for the reply: its own limit, or at most a quarter of the window."""
        return min(LARGEST_DEFAULT_REPLY, self.tokens // 4) if self.reply_tokens is None else self.reply_tokens

    @property
    def room(self) -> int:
        """Tokens a request may hold."""
        return max(0, self.tokens - self.reserve)


@dataclass(frozen=True, slots=True)
class Window:
    """What one request holds. `left_out` counts the exchanges that no longer fit, oldest first."""

    messages: tuple[Message, ...]
    exchanges: int
    left_out: int
    tokens: int
    limits: Limits


def select(
    head: Sequence[Message], exchanges: Sequence[Exchange], new: Message | None, limits: Limits, count: Count
) -> Window:
    """Choose the newest whole exchanges that fit both limits, between `head` and the `new` message.

    `head` (system message and examples) and `new` are always sent. Without a `new` message the window shows what
    stands before the next one. Raises MessageTooLong when even without any exchange the request does not fit.
    """
    tail = () if new is None else (new,)
    tokens = REPLY_FRAMING_TOKENS + sum(map(count, (*head, *tail)))
    if new is not None and tokens > limits.room:
        raise _too_long(count(new), tokens, limits)
    kept = 0
    for exchange in reversed(exchanges):
        cost = sum(map(count, exchange.messages))
        if kept == limits.turns or tokens + cost > limits.room:
            break
        kept, tokens = kept + 1, tokens + cost
    newest = exchanges[len(exchanges) - kept :]
    middle = [message for exchange in newest for message in exchange.messages]
    return Window((*head, *middle, *tail), kept, len(exchanges) - kept, tokens, limits)


def half_of(window: Window) -> int:
    """The limit in tokens for half of what a window holds, its reply's room included."""
    return window.tokens // 2 + replace(window.limits, tokens=window.tokens * 2 // 3).reserve


def least_for(head: Sequence[Message], new: Message, limits: Limits, count: Count) -> int:
    """The limit in tokens for a request without any exchange, its reply's room included. Raises MessageTooLong."""
    tokens = select(head, (), new, limits, count).tokens
    return tokens + replace(limits, tokens=tokens * 4 // 3 + 1).reserve + 1


def surely_fits(head: Sequence[Message], exchanges: Sequence[Exchange], new: Message, limits: Limits) -> bool:
    """Whether the token limit cannot matter, whatever the tokenizer: no text has more tokens than UTF-8 bytes."""
    newest = exchanges[max(0, len(exchanges) - limits.turns) :]
    messages = [*head, *(message for exchange in newest for message in exchange.messages), new]
    return sum(len(message.content.encode("utf-8", "replace")) + FRAMING_BOUND for message in messages) <= limits.room


def _too_long(message_tokens: int, request_tokens: int, limits: Limits) -> MessageTooLong:
    reserve = f"{limits.reserve:,} of them are kept free for the reply"
    if message_tokens + REPLY_FRAMING_TOKENS <= limits.room:
        sentence = (
            f"The message has {message_tokens:,} tokens, {request_tokens:,} with the system prompt and its examples; "
            f"the window holds {limits.tokens:,}, and {reserve}."
        )
    else:
        sentence = f"The message has {message_tokens:,} tokens; the window holds {limits.tokens:,}, and {reserve}."
    return MessageTooLong(
        sentence, "Send less of it, or widen the window: --max-context-tokens N, or /window N tokens."
    )
