"""What is sent of the results of a turn that goes on: they are cut until they fit (pure).

A result is sent nearly whole as long as it is not answered. If the window has no room for that, the oldest ones are
shortened first, then left out. Transcript and disk keep all of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from chatbot_cli.chat.messages import LONGEST_EARLIER_RESULT, LONGEST_RESULT, Message, cut

SHARE_OF_ROOM = 4  # one result has at most this part of what a request may hold
SHORTEST = 200  # characters of a result; a share of the room that is smaller does not count
NO_ROOM = "(left out: there is no room for it any more)"


def fitting(
    messages: Sequence[Message], room: int, free: int, count: Callable[[Message], int]
) -> tuple[tuple[Message, ...], int]:
    """The messages of a turn with as much of their results as fits, and their tokens.

    A request has `room` tokens, of which `free` are left for these messages. The tokens may be more than that: then
    there is nothing left to leave out.
    """
    fitted = [_capped(message, room // SHARE_OF_ROOM, count) for message in messages]
    sizes = list(map(count, fitted))
    results = [number for number, message in enumerate(messages) if message.role == "tool"]
    total = sum(sizes)
    for longest in (LONGEST_EARLIER_RESULT, 0):
        for number in results:
            if total <= free:
                return tuple(fitted), total
            text = cut(messages[number].content, longest) if longest else NO_ROOM
            shorter = replace(messages[number], content=text)
            if (tokens := count(shorter)) < sizes[number]:
                total += tokens - sizes[number]
                fitted[number], sizes[number] = shorter, tokens
    return tuple(fitted), total


def at_their_longest(messages: Sequence[Message]) -> tuple[Message, ...]:
    """The messages with as much of their results as is sent if there is room for all of it."""
    return tuple(_cut(message, LONGEST_RESULT) for message in messages)


def _capped(message: Message, most: int, count: Callable[[Message], int]) -> Message:
    """A tool's message with at most so many tokens, as far as that leaves something of it; others as they are."""
    if message.role != "tool":
        return message
    longest = LONGEST_RESULT
    capped = _cut(message, longest)
    while (tokens := count(capped)) > most and longest > SHORTEST:
        longest = max(SHORTEST, min(longest, len(capped.content)) * most * 9 // (tokens * 10))
        capped = _cut(message, longest)
    return capped


def _cut(message: Message, longest: int) -> Message:
    if message.role != "tool" or len(message.content) <= longest:
        return message
    return replace(message, content=cut(message.content, longest))
