"""The window in words: which exchanges the next request would hold, which it would not, and why."""

from collections.abc import Sequence
from dataclasses import replace

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import WindowShrunk
from chatbot_cli.chat.limits import REPLY_FRAMING_TOKENS
from chatbot_cli.chat.window import Verdict, Window, messages_of
from chatbot_cli.hints import setting
from chatbot_cli.text.counts import counted

LEARNED = "The server refused a larger window with this model; /window N tokens sets another."


def exchanges_in_words(count: int) -> str:
    """A count of exchanges with its noun."""
    return counted(count, "exchange")


def limits_in_words(conversation: Conversation) -> str:
    """The window's limits, and how much of them the next request would use."""
    limits, window = conversation.limits, conversation.window()
    tokens = _tokens(conversation, window.tokens)
    if window.tokens > limits.room:
        return (
            f"No message fits: what always goes along has {tokens} tokens, and the window of "
            f"{limits.tokens:,} has room for {limits.room:,}, as {limits.reserve:,} are kept free for the reply."
        )
    learned = f"\n{LEARNED}" if _is_learned(conversation) else ""
    return (
        f"The window sends at most {exchanges_in_words(limits.exchanges)} and {limits.tokens:,} tokens, "
        f"of which {limits.reserve:,} are kept free for the reply.\n"
        f"In it now: {exchanges_in_words(window.exchanges)}, {tokens} tokens.{learned}"
    )


def why_left_out(window: Window) -> str:
    """The limit that keeps older exchanges out."""
    if window.limit_in_force is Verdict.EXCHANGE_LIMIT:
        return f"the window holds {exchanges_in_words(window.limits.exchanges)}"
    return f"the window holds {window.limits.tokens:,} tokens"


def what_slid_out(window: Window) -> str:
    """A sentence for the moment when exchanges begin to fall out of the window. Its hint marks the limit."""
    limit = "max_turns" if window.limit_in_force is Verdict.EXCHANGE_LIMIT else "max_context_tokens"
    left_out = (
        "The oldest exchange is"
        if window.left_out == 1
        else f"The {exchanges_in_words(window.left_out)} at the start are"
    )
    return f"{left_out} not sent any more: {why_left_out(window)}. {setting(limit)} widens it."


def what_shrank(shrunk: WindowShrunk) -> str:
    """A sentence for a window that shrank to the server's limit."""
    count = shrunk.window.left_out - shrunk.before.left_out
    left_out = "the oldest exchange is" if count == 1 else f"the {exchanges_in_words(count)} at the start are"
    if not shrunk.refused:
        return f"The reply was empty, as if it was asked too much: {left_out} left out this once."
    return (
        f"Too long for the server: {left_out} left out, and the window is {shrunk.window.limits.tokens:,} tokens now."
    )


def next_request(conversation: Conversation) -> str:
    """The parts of the next request before the new message, with their tokens."""
    window = conversation.window()
    count = conversation.setup.count
    system = [message for message in window.head if message.role == "system"]
    examples = [message for message in window.head if message.role != "system"]
    rows = [
        ("system prompt", system),
        (f"examples ({len(examples) // 2})", examples),
        (f"exchanges ({window.exchanges} of {len(conversation.exchanges)})", messages_of(window.sent)),
    ]
    lines = [_row(conversation, title, sum(map(count, messages))) for title, messages in rows if messages]
    lines.append(_row(conversation, "opening of the reply", REPLY_FRAMING_TOKENS))
    lines.append(_row(conversation, "in all, before your message", window.tokens))
    limits = window.limits
    lines.append(f"{'the window':28} {limits.tokens:>9,} tokens, {limits.reserve:,} of them for the reply")
    lines += [LEARNED] if _is_learned(conversation) else []
    return "\n".join([*lines, *_not_sent(conversation, window)])


def _is_learned(conversation: Conversation) -> bool:
    """Whether the window is as large as the server allowed, and would be larger without that."""
    setup = conversation.setup
    return setup.learned_tokens is not None and replace(setup, learned_tokens=None).window_tokens > setup.window_tokens


def _not_sent(conversation: Conversation, window: Window) -> Sequence[str]:
    lines = []
    if conversation.state.trimmed:
        lines.append(f"Not sent any more: {exchanges_in_words(conversation.state.trimmed)}, taken out by /trim.")
    if window.left_out:
        lines.append(f"Not sent any more: {exchanges_in_words(window.left_out)}, since {why_left_out(window)}.")
    return lines


def _row(conversation: Conversation, title: str, tokens: int) -> str:
    return f"{title:28} {_tokens(conversation, tokens):>9} tokens"


def _tokens(conversation: Conversation, tokens: int) -> str:
    """A number of tokens, with a mark when it is an estimate."""
    return f"{'' if conversation.setup.model.counter.exact else '~'}{tokens:,}"
