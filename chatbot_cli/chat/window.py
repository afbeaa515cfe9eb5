"""The sliding window: a pure function that chooses the messages of a request.

The transcript is never shortened. The window is a view of it, chosen for every request: the system message, the
few-shot examples, the newest whole exchanges that fit, and the new message.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum

from chatbot_cli.chat.context import Context
from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.errors import MessageTooLong
from chatbot_cli.frozen import frozen
from chatbot_cli.hints import setting

Count = Callable[[Message], int]

REPLY_FRAMING_TOKENS = 3  # every request ends with the opening of the assistant's reply
FRAMING_BOUND = 8  # tokens; the role and framing of any message cost less
LARGEST_DEFAULT_REPLY = 4096  # tokens kept free for a reply that has no limit of its own


@frozen
class Limits:
    """How much may be sent: `exchanges` before the new message, and `tokens`, the reply's room included."""

    exchanges: int
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


class Verdict(Enum):
    """Whether an exchange is in a request, and if not, why not."""

    SENT = "sent"
    TRIMMED = "trimmed by hand"
    EXCHANGE_LIMIT = "beyond the limit of exchanges"
    TOKEN_LIMIT = "beyond the limit of tokens"  # noqa: S105  no password


@frozen
class Window:
    """The messages of one request, and a verdict on every exchange of the conversation, oldest first."""

    head: tuple[Message, ...]
    sent: tuple[Exchange, ...]
    new: tuple[Message, ...]
    verdicts: tuple[Verdict, ...]
    tokens: int
    limits: Limits

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages, in the order in which they are sent."""
        return (*self.head, *messages_of(self.sent), *self.new)

    @property
    def exchanges(self) -> int:
        """How many exchanges it holds."""
        return len(self.sent)

    @property
    def left_out(self) -> int:
        """How many exchanges no longer fit. Those that were trimmed by hand do not count."""
        return len(self.verdicts) - self.verdicts.count(Verdict.SENT) - self.verdicts.count(Verdict.TRIMMED)


def select(context: Context, limits: Limits, count: Count) -> Window:
    """Choose the newest whole exchanges that fit both limits, between the head and the new message.

    The head and the new message are always sent. Without a new message the window shows what would be sent before the
    next one. Raises MessageTooLong when the request does not fit even without exchanges.
    """
    tokens = REPLY_FRAMING_TOKENS + sum(map(count, (*context.head, *context.new)))
    if context.new and tokens > limits.room:
        raise _too_long(sum(map(count, context.new)), tokens, limits)
    sendable = context.exchanges[context.trimmed :]
    kept, verdict = 0, Verdict.TOKEN_LIMIT
    for exchange in reversed(sendable):
        if kept == limits.exchanges:
            verdict = Verdict.EXCHANGE_LIMIT
            break
        cost = sum(map(count, exchange.messages))
        if tokens + cost > limits.room:
            break
        kept, tokens = kept + 1, tokens + cost
    left_out = len(sendable) - kept
    verdicts = (Verdict.TRIMMED,) * context.trimmed + (verdict,) * left_out + (Verdict.SENT,) * kept
    return Window(context.head, tuple(sendable[left_out:]), context.new, verdicts, tokens, limits)


def half_of(window: Window) -> int:
    """The limit in tokens for half of a window's messages, the reply's room included."""
    return window.tokens // 2 + replace(window.limits, tokens=window.tokens * 2 // 3).reserve


def least_for(context: Context, limits: Limits, count: Count) -> int:
    """The limit in tokens for a request without exchanges, the reply's room included. Raises MessageTooLong."""
    tokens = select(replace(context, exchanges=(), trimmed=0), limits, count).tokens
    return tokens + replace(limits, tokens=tokens * 4 // 3 + 1).reserve + 1


def surely_fits(context: Context, limits: Limits) -> bool:
    """Whether a context fits whatever the tokenizer: no text has more tokens than UTF-8 bytes.

    False if it holds attachments: a picture's bytes are no bound of its tokens.
    """
    sendable = context.exchanges[context.trimmed :]
    newest = sendable[max(0, len(sendable) - limits.exchanges) :]
    messages = (*context.head, *messages_of(newest), *context.new)
    sizes = [message.size for message in messages]
    return None not in sizes and sum(size + FRAMING_BOUND for size in sizes if size is not None) <= limits.room


def messages_of(exchanges: Sequence[Exchange]) -> tuple[Message, ...]:
    """The messages of these exchanges, in the order in which they are sent."""
    return tuple(message for exchange in exchanges for message in exchange.messages)


def _too_long(message_tokens: int, request_tokens: int, limits: Limits) -> MessageTooLong:
    widen = f"widen the window: {setting('max_context_tokens', 'N')}."
    if request_tokens <= replace(limits, reply_tokens=None).room:  # it is the limit of the reply that leaves no room
        return MessageTooLong(
            f"The request has {request_tokens:,} tokens; a reply of up to {limits.reserve:,} leaves room for "
            f"{limits.room:,} in the window of {limits.tokens:,}.",
            f"Allow a shorter reply: {setting('max_reply_tokens', 'N')}, or {widen}",
        )
    reserve = f"{limits.reserve:,} of them are kept free for the reply"
    if message_tokens + REPLY_FRAMING_TOKENS <= limits.room:
        sentence = (
            f"The message has {message_tokens:,} tokens, {request_tokens:,} with the system prompt and its examples; "
            f"the window holds {limits.tokens:,}, and {reserve}."
        )
    else:
        sentence = f"The message has {message_tokens:,} tokens; the window holds {limits.tokens:,}, and {reserve}."
    return MessageTooLong(sentence, f"Send less of it, or {widen}")
