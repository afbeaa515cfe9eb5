"""How many passages of documents a question is sent with: as many as there is room for (pure).

They never make a request too long: they become fewer, down to none, before anything else is refused.
"""

from collections.abc import Callable
from dataclasses import replace

from chatbot_cli.chat.composing import with_passages, without_passages
from chatbot_cli.chat.context import Context
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.marks import NO_MARKS
from chatbot_cli.chat.messages import Message
from chatbot_cli.chat.passages import Passage, Place, Retrieved, Unit
from chatbot_cli.chat.window import Window, select
from chatbot_cli.errors import MessageTooLong
from chatbot_cli.text.counts import counted

Count = Callable[[Message], int]

WHOLE = 4  # a collection goes whole if it has at most this part of what exchanges may have


def most_for_all(limits: Limits) -> int:
    """The most tokens that a collection may have to be sent whole: they are paid with each turn."""
    return limits.room_for_exchanges // WHOLE


def fit(found: Retrieved, context: Context, limits: Limits, count: Count, most_tokens: int) -> Retrieved:
    """The passages that have room beside a question, numbered from 1; the last ones are left out first.

    `context` has the question without them. They have at most half of what it leaves free beside all that is always
    sent and what is pinned, and at most `most_tokens`. What is whole stays whole, or all of it is left out.
    """
    most = min(_free(context, limits, count) // 2, most_for_all(limits) if found.is_whole else most_tokens)
    numbered = tuple(replace(one, number=number) for number, one in enumerate(found.passages, 1))
    question = context.new[0]
    alone = count(question)

    def has_room(passages: tuple[Passage, ...]) -> bool:
        return count(_sent_with(question, passages)) - alone <= most

    low = high = len(numbered)
    if most <= 0 or not has_room(numbered):
        low = 0
        high = 0 if most <= 0 or found.is_whole else high - 1
    while low < high:  # the most that fit
        middle = (low + high + 1) // 2
        low, high = (middle, high) if has_room(numbered[:middle]) else (low, middle - 1)
    left_out = found.left_out + len(numbered) - low
    return replace(found, passages=numbered[:low], left_out=left_out, is_whole=found.is_whole and low == len(numbered))


def beginning(found: Retrieved, context: Context, limits: Limits, count: Count, most_tokens: int) -> Retrieved:
    """As many lines of the best passage as have room, where no whole passage has; none if its lines are not known."""
    best = found.passages[0]
    lines = best.text.rstrip("\n").split("\n")
    first, last = best.place.first, best.place.last
    low, high = 0, len(lines) - 1 if best.place.unit is Unit.LINE and len(lines) == last - first + 1 else 0

    def begun(number: int) -> Retrieved:
        part = replace(best, text="\n".join(lines[:number]), place=Place(first, first + number - 1))
        return fit(replace(found, passages=(part,)), context, limits, count, most_tokens)

    while low < high:  # the most that fit
        middle = (low + high + 1) // 2
        low, high = (middle, high) if begun(middle).passages else (low, middle - 1)
    while low and not lines[low - 1].strip():
        low -= 1
    if not low:
        return replace(found, passages=(), left_out=found.left_out + len(found.passages))
    note = f"Only the first {low} of {len(lines)} lines of the best passage have room."
    left_out = found.left_out + len(found.passages) - 1
    return replace(begun(low), left_out=left_out, notes=(*found.notes, note))


def not_all(sent: int, there_were: int) -> tuple[str, ...]:
    """A sentence if there is room for some of the passages only."""
    return (f"Only {sent} of {counted(there_were, 'passage')} have room.",) if 0 < sent < there_were else ()


def sent_with(context: Context, passages: tuple[Passage, ...]) -> Context:
    """The context whose question is sent with these passages in place of those that it has."""
    question, *others = context.new
    if context.passages:
        question = replace(question, content=without_passages(question.content))
    return replace(context, new=(_sent_with(question, passages), *others), passages=passages)


def with_fewer(context: Context, limits: Limits, count: Count) -> Context:
    """The context with as many of its passages as have room within these limits."""
    if not context.passages:
        return context
    found = fit(Retrieved(context.passages), sent_with(context, ()), limits, count, limits.room)
    return sent_with(context, found.passages)


def _sent_with(question: Message, passages: tuple[Passage, ...]) -> Message:
    return (
        replace(question, content=with_passages(question.content, passages), token_count=None) if passages else question
    )


def _free(context: Context, limits: Limits, count: Count) -> int:
    try:
        return free_in(select(context, limits, count))
    except MessageTooLong:
        return 0


def free_in(window: Window) -> int:
    """The tokens that a window leaves beside its new messages, all that is always sent, and what is pinned."""
    return window.limits.room - (window.tokens - window.history) - window.pinned_tokens


def half_of(window: Window) -> int:
    """The limit in tokens for half of a window's messages, the reply's room included."""
    return window.tokens // 2 + replace(window.limits, tokens=window.tokens * 2 // 3).reserve


def least_for(context: Context, limits: Limits, count: Count) -> int:
    """The limit in tokens for a request without exchanges and passages, the reply's room included.

    Raises MessageTooLong.
    """
    bare = sent_with(context, ()) if context.passages else context
    tokens = select(replace(bare, exchanges=(), trimmed=0, marks=NO_MARKS), limits, count).tokens
    return tokens + replace(limits, tokens=tokens * 4 // 3 + 1).reserve + 1
