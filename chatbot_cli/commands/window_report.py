"""The window in words: which exchanges the next request would hold, which it would not, and why."""

from collections.abc import Iterator

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.count_events import CountsApart, ServerHolds, ServerReadFewer
from chatbot_cli.chat.events import WindowShrunk, WindowSlid
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.options import SUMMARIZE
from chatbot_cli.chat.server_window import A_GUESS
from chatbot_cli.chat.window import Verdict, Window
from chatbot_cli.commands.outcomes import Remembered
from chatbot_cli.commands.tool_report import labels_of
from chatbot_cli.hints import setting
from chatbot_cli.text.counts import counted

PAID_EACH_TURN = "they are paid for with each turn"
MORE_TOKENS = "/window N tokens sends more."
UNTIL_ASKED = ", until a longer request asks the server"
LEARNED = "The server refused a larger window with this model; /window N tokens sets another."


def exchanges_in_words(count: int) -> str:
    """A count of exchanges with its noun."""
    return counted(count, "exchange")


def held_in_words(window: Window) -> str:
    """How many exchanges the window holds of those that it may, and the pinned ones, which have no such limit."""
    pinned = f" and {window.pinned} pinned" if window.pinned else ""
    return f"{window.exchanges - window.pinned} of {exchanges_in_words(window.limits.exchanges)}{pinned}"


def limits_in_words(conversation: Conversation) -> str:
    """The window's limits, and how much of them the next request would use."""
    limits, window = conversation.limits, conversation.window()
    tokens = tokens_in_words(conversation, window.tokens)
    if window.tokens > limits.room:
        return (
            f"No message fits: what always goes along has {tokens} tokens, and the window of "
            f"{limits.tokens:,} has room for {limits.room:,}, as {limits.reserve:,} are kept free for the reply."
        )
    held, reserve = window_in_words(conversation), f"of which {reserve_in_words(limits)}"
    if (most := window.history_limit) is None:
        holds = f"The window sends at most {exchanges_in_words(limits.exchanges)} and {held}, {reserve}."
    else:
        holds = (
            f"The window sends at most {exchanges_in_words(limits.exchanges)} and {most:,} tokens of them: "
            f"{PAID_EACH_TURN}. {MORE_TOKENS}\n"
            f"A request may have {held}, {reserve}."
        )
    learned = f"\n{LEARNED}" if is_refused_more(conversation) else ""
    overflow = _overflow_in_words(conversation)
    return f"{holds}\n{_block_in_words(limits)}In it now: {held_in_words(window)}, {tokens} tokens.{overflow}{learned}"


def is_refused_more(conversation: Conversation) -> bool:
    """Whether the window is as large as it is because the server has refused a larger one."""
    return conversation.limits.are_learned and conversation.setup.learned_tokens == conversation.limits.tokens


def window_in_words(conversation: Conversation) -> str:
    """The tokens that a request and its reply may have, and whose word that is."""
    window = conversation.setup.window
    model = conversation.setup.model
    may_change = window.source == A_GUESS and model.is_local and model.server_window.may_tell
    source = f"{window.source}{UNTIL_ASKED if may_change else ''}"
    return f"{window.value:,} tokens ({source})"


def reserve_in_words(limits: Limits, of: str = "") -> str:
    """How much of the window is not for the request, and why; `of` names what it is a part of."""
    if limits.input_tokens is not None and limits.input_tokens < limits.tokens - limits.reserve:
        return f"at most {limits.input_tokens:,}{of} may be sent"
    return f"{limits.reserve:,}{of} are kept free for the reply"


def _block_in_words(limits: Limits) -> str:
    """A line that tells how many exchanges leave when there are more than the window holds."""
    if not limits.exchanges:
        return ""
    leave = "the oldest leaves" if limits.block == 1 else f"{limits.block:,} leave at once"
    if (slide := limits.slide or 0) > limits.block:
        leave = f"{leave}; slide is {slide:,}, but no more than {limits.block:,} can leave"
    return f"When there are more, {leave}.\n"


def _overflow_in_words(conversation: Conversation) -> str:
    if conversation.setup.overflow != SUMMARIZE:
        return ""
    tokens = conversation.limits.summary_tokens
    return f"\nWhat no longer fits is folded into a summary of at most {tokens:,} tokens; /summary shows it."


def why_left_out(window: Window) -> str:
    """The limit that keeps older exchanges out."""
    if window.limit_in_force is Verdict.EXCHANGE_LIMIT:
        return f"the window holds {exchanges_in_words(window.limits.exchanges)}"
    if window.history_limit is not None:
        return f"earlier exchanges take at most {window.history_limit:,} tokens"
    who = "server" if window.limits.are_learned else "window"
    return f"the {who} holds {window.limits.tokens:,} tokens"


def what_slid_out(slid: WindowSlid) -> str:
    """A sentence for the moment when exchanges begin to fall out of the window. Its hint marks the limit.

    For a block that leaves later it is short.
    """
    window = slid.window
    if slid.before:
        return f"{window.left_out - slid.before:,} more exchanges left the window."
    by_turns = window.limit_in_force is Verdict.EXCHANGE_LIMIT
    widens = f" {setting('max_turns' if by_turns else 'max_context_tokens')} widens it."
    if window.limits.are_learned and not by_turns and window.history_limit is None:
        widens = ""
    return f"{_left_out_in_words(window)}: {why_left_out(window)}.{widens}"


def _left_out_in_words(window: Window) -> str:
    """How many exchanges no longer fit, and whether a summary is sent for them."""
    count, in_summary = window.left_out, summarized(window)
    those = "The oldest exchange is" if count == 1 else f"The {exchanges_in_words(count)} at the start are"
    if not in_summary:
        return f"{those} not sent any more"
    if in_summary == count:
        return f"{those} sent as a summary alone"
    are, others = "is" if in_summary == 1 else "are", "1 is" if count - in_summary == 1 else f"{count - in_summary} are"
    return (
        f"Of the {exchanges_in_words(count)} at the start, {in_summary:,} {are} sent as a summary alone and "
        f"{others} not sent any more"
    )


def summarized(window: Window) -> int:
    """How many of the exchanges that no longer fit the summary tells of that is sent."""
    summary = window.marks.summary if window.summary else None
    if summary is None:
        return 0
    told = range(max(window.trimmed, summary.begin), min(summary.exchanges, window.begin))
    return len(told) - sum(number in told for number in {*window.numbers, *window.marks.dropped, *summary.without})


def what_shrank(shrunk: WindowShrunk) -> str:
    """A sentence for a window that shrank to the server's limit."""
    left_out = _now_left_out(shrunk)
    if not shrunk.refused:
        return f"The reply was empty, as if it was asked too much: {left_out} left out this once."
    return (
        f"Too long for the server: {left_out} left out, and the window is {shrunk.window.limits.tokens:,} tokens now."
    )


def _now_left_out(shrunk: WindowShrunk) -> str:
    """What the smaller window does not hold any more, and a verb."""
    exchanges = shrunk.window.left_out - shrunk.before.left_out
    passages = len(shrunk.before.passages) - len(shrunk.window.passages)
    oldest = "the oldest exchange" if exchanges == 1 else f"the {exchanges_in_words(exchanges)} at the start"
    those = [oldest] * bool(exchanges) + [f"{counted(passages, 'passage')} of documents"] * bool(passages)
    if not those:
        return "a part of what the tools found is"
    return f"{' and '.join(those)} {'is' if exchanges + passages == 1 else 'are'}"


def what_it_holds(event: ServerHolds) -> str:
    """A sentence for a server that holds less than was supposed."""
    widens = f"; {event.window_setting} widens that" if event.window_setting else ", and is sent no more"
    return f"The server holds {event.tokens:,} tokens{widens}."


def how_it_counted(event: ServerReadFewer | CountsApart) -> str:
    """A sentence for a server's count that is far from ours. Its hint marks the setting."""
    counted_by_us = f"{'~' if event.is_estimate else ''}{event.counted:,}"
    if isinstance(event, CountsApart):
        counts = f"The server counts {event.said:,} tokens where chat counts {counted_by_us}"
        return f"{counts}. They are too far apart to correct the count."
    fits = setting("max_context_tokens", str(_rounded_down(event.read)))
    widen = f" {event.window_setting} widens its window;" if event.window_setting else ""
    return f"The server read {event.read:,} of {counted_by_us} tokens.{widen} {fits} sends no more than it reads."


def _rounded_down(number: int) -> int:
    """A number of tokens that one would type."""
    return number // 100 * 100 or number


def remembered(conversation: Conversation, first: int = 0) -> Iterator[Remembered]:
    """The exchanges from number `first` on, from 0, and whether the next request holds them."""
    window, marks = conversation.window(), conversation.state.marks
    sent, labels = set(window.numbers), labels_of(conversation)
    for number, exchange in enumerate(conversation.exchanges[first:], first):
        pinned, dropped = number in marks.pinned, number in marks.dropped
        yield Remembered(number + 1, exchange, number in sent, pinned, dropped, is_told(window, number), labels)


def is_told(window: Window, number: int) -> bool:
    """Whether the summary that is sent tells of an exchange; of one that was trimmed it does not count."""
    summary = window.marks.summary if window.summary else None
    return summary is not None and number >= window.trimmed and summary.tells_of(number)


def tokens_in_words(conversation: Conversation, tokens: int) -> str:
    """A number of tokens, with a mark when it is an estimate."""
    return f"{'' if conversation.setup.counts_exactly else '~'}{tokens:,}"
