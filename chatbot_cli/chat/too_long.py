"""The sentences for a request that does not fit, even without any earlier exchange."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from chatbot_cli.chat.limits import REPLY_FRAMING_TOKENS, Limits
from chatbot_cli.errors import MessageTooLong
from chatbot_cli.hints import action, setting
from chatbot_cli.text.counts import counted

SEND_LESS = f"Send less: {action('send_less')}."
ONLY_SHORTER = "Only a shorter message helps."


def check_room(new: int, always: int, pinned: int, limits: Limits, tools: Iterable[int] = ()) -> None:
    """Raise MessageTooLong if `new` tokens do not fit beside those that are always sent, and those that are pinned.

    `tools` are the tokens of each tool's definition; they are among those always sent.
    """
    if always + new > limits.room:
        raise too_long(new, always + new, limits, tuple(tools))
    if always + new + pinned > limits.room:
        raise too_long_beside_pins(new, pinned, always + new + pinned, limits)


def too_long(message_tokens: int, request_tokens: int, limits: Limits, tools: Sequence[int] = ()) -> MessageTooLong:
    """For a message of so many tokens in a request of so many, among them those of each of the `tools`."""
    if request_tokens <= replace(limits, reply_tokens=None).room:  # it is the limit of the reply that leaves no room
        return MessageTooLong(
            f"The request has {request_tokens:,} tokens; a reply of up to {limits.reserve:,} leaves room for "
            f"{limits.room:,} in the window of {limits.tokens:,}.",
            f"Allow a shorter reply: {setting('max_reply_tokens', 'N')}{_or_widen(limits)}",
        )
    reserve = f"{limits.reserve:,} of them are kept free for the reply"
    if tools and request_tokens - sum(tools) <= limits.room:
        return MessageTooLong(
            f"The message has {message_tokens:,} tokens, and the definitions of {counted(len(tools), 'tool')} have "
            f"{sum(tools):,}. Together they do not fit: the window holds {limits.tokens:,}, and {reserve}.",
            f"Offer fewer tools: {action('fewer_tools')}{_or_widen(limits, request_tokens)}",
        )
    if message_tokens + REPLY_FRAMING_TOKENS <= limits.room:
        beside = "the system prompt, its examples and the tools" if tools else "the system prompt and its examples"
        sentence = (
            f"The message has {message_tokens:,} tokens, {request_tokens:,} with {beside}; the window holds "
            f"{limits.tokens:,}, and {reserve}."
        )
    else:
        sentence = f"The message has {message_tokens:,} tokens; the window holds {limits.tokens:,}, and {reserve}."
    return MessageTooLong(sentence, f"Send less of it{_or_widen(limits, request_tokens)}")


def too_long_beside_pins(new: int, pinned: int, request_tokens: int, limits: Limits) -> MessageTooLong:
    """For a message of `new` tokens beside pins of `pinned` tokens, in a request of so many."""
    return MessageTooLong(
        f"The message has {new:,} tokens, and what is pinned has {pinned:,}. Together they do not fit: the window "
        f"holds {limits.tokens:,}, and {limits.reserve:,} of them are kept free for the reply.",
        f"Take a pin away: {action('unpin')}{_or_widen(limits, request_tokens)}",
    )


def _or_widen(limits: Limits, request_tokens: int | None = None) -> str:
    """The end of a hint: that the window can be widened, and to what size; or what widens that of the server."""
    if limits.are_learned:
        return f". {limits.widened_by} widens the server's window." if limits.widened_by else "."
    size = "N" if request_tokens is None else str(limits.tokens_for(request_tokens))
    return f", or widen the window: {setting('max_context_tokens', size)}."
