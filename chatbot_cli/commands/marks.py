"""The commands that steer the window by hand: pins keep exchanges in, drops leave them out."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.marks import Marks
from chatbot_cli.chat.options import SUMMARIZE
from chatbot_cli.chat.window import Verdict, messages_of
from chatbot_cli.commands.outcomes import Outcome, Say
from chatbot_cli.commands.registry import Commands, whole_number
from chatbot_cli.commands.window_report import exchanges_in_words, is_told, tokens_in_words
from chatbot_cli.errors import UsageError
from chatbot_cli.text.short import shorten

mark_commands = Commands()
FIRST_WORDS = 40  # characters of a question in a list
STILL_TOLD = "The summary may still tell of it; /summary edit changes that."
NOT_TOLD = "The summary does not tell of it; the next one will."
SENT = (Verdict.SENT, Verdict.PINNED)


def _to_pin(conversation: Conversation) -> Iterator[tuple[str, str]]:
    return _listed(conversation, _in_the_window(conversation) - conversation.state.marks.pinned)


def _pinned(conversation: Conversation) -> Iterator[tuple[str, str]]:
    return _listed(conversation, conversation.state.marks.pinned)


def _to_drop(conversation: Conversation) -> Iterator[tuple[str, str]]:
    return _listed(conversation, _in_the_window(conversation))


def _dropped(conversation: Conversation) -> Iterator[tuple[str, str]]:
    return _listed(conversation, conversation.state.marks.dropped)


@mark_commands.command("/pin [N]", example="/pin 1", choices=_to_pin)
def pin(conversation: Conversation, argument: str) -> Outcome:
    """Always send exchange N, or the last.

    N is its number in /history. It stays in, whatever falls out of the window; it counts against the tokens alone. Pins
    may take half of the room. /unpin and /undo take it back.
    """
    number = _number(conversation, "pin", argument)
    marks = conversation.state.marks
    if number in marks.pinned:
        return Say(f"Exchange {number + 1} is pinned already.")
    tokens, others = _tokens(conversation, [number]), _tokens(conversation, marks.pinned)
    room = conversation.limits.room_for_pins
    if tokens + others > room:
        beside = f", and what is pinned has {tokens_in_words(conversation, others)}" if others else ""
        raise UsageError(
            f"Exchange {number + 1} has {tokens_in_words(conversation, tokens)} tokens{beside}; "
            f"pins may take {room:,}, half of the room in the window.",
            f"{'Take a pin away: /unpin N, or widen' if others else 'Widen'} the window: /window N tokens.",
        )
    _mark(conversation, f"/pin {number + 1}", marks.pin(number))
    instead = " and no longer dropped" if number in marks.dropped else ""
    cost = f"it is always sent, {tokens_in_words(conversation, tokens)} tokens each time."
    in_all = (
        f"\n{exchanges_in_words(len(marks.pinned) + 1)} are pinned: {tokens_in_words(conversation, tokens + others)}"
    )
    return Say(
        f"Exchange {number + 1} is pinned{instead}: {cost}" + (f"{in_all} of {room:,} tokens." if others else "")
    )


@mark_commands.command("/unpin [N]", example="/unpin 1", choices=_pinned)
def unpin(conversation: Conversation, argument: str) -> Outcome:
    """Take a pin away, or list the pins."""
    marks = conversation.state.marks
    if not argument:
        return Say(_list(conversation, marks.pinned, "pinned", "/unpin N takes a pin away."))
    number = _marked(conversation, "unpin", argument, marks.pinned, "pinned")
    _mark(conversation, f"/unpin {number + 1}", marks.unpin(number))
    return Say(f"Exchange {number + 1} is no longer pinned. {_standing(conversation, number)}")


@mark_commands.command("/drop [N]", example="/drop 3", choices=_to_drop)
def drop(conversation: Conversation, argument: str) -> Outcome:
    """Never send exchange N, or the last.

    N is its number in /history, where it stays. /keep and /undo take it back.
    """
    number = _number(conversation, "drop", argument)
    marks = conversation.state.marks
    if number in marks.dropped:
        return Say(f"Exchange {number + 1} is dropped already.")
    _mark(conversation, f"/drop {number + 1}", marks.drop(number))
    instead = " and no longer pinned" if number in marks.pinned else ""
    dropped = f"Exchange {number + 1} is dropped{instead}: it is not sent any more. /keep {number + 1} takes it back."
    summary = marks.summary if conversation.setup.overflow == SUMMARIZE else None
    told = summary is not None and summary.text and summary.tells_of(number)
    return Say(f"{dropped}\n{STILL_TOLD}" if told else dropped)


@mark_commands.command("/keep [N]", example="/keep 3", choices=_dropped)
def keep(conversation: Conversation, argument: str) -> Outcome:
    """Send a dropped one again, or list them."""
    marks = conversation.state.marks
    if not argument:
        return Say(_list(conversation, marks.dropped, "dropped", "/keep N takes one back."))
    number = _marked(conversation, "keep", argument, marks.dropped, "dropped")
    _mark(conversation, f"/keep {number + 1}", marks.keep(number))
    return Say(f"Exchange {number + 1} is no longer dropped. {_standing(conversation, number)}")


def _number(conversation: Conversation, command: str, argument: str) -> int:
    """The exchange that is meant, from 0: the last one without an argument. Raises UsageError."""
    count = len(conversation.exchanges)
    if not count:
        raise UsageError("There are no exchanges yet.", "Say something first.")
    return (whole_number(command, argument, most=count) if argument else count) - 1


def _marked(conversation: Conversation, command: str, argument: str, marked: Container[int], how: str) -> int:
    """The exchange that is meant, from 0, which must be one of those that are `marked`. Raises UsageError."""
    number = _number(conversation, command, argument)
    if number not in marked:
        raise UsageError(f"Exchange {number + 1} is not {how}.", f"/{command} lists what is.")
    return number


def _mark(conversation: Conversation, label: str, marks: Marks) -> None:
    conversation.change(label, replace(conversation.state, marks=marks))


def _tokens(conversation: Conversation, numbers: Iterable[int]) -> int:
    messages = messages_of(conversation.exchanges[number] for number in numbers)
    return sum(map(conversation.setup.count, messages))


def _standing(conversation: Conversation, number: int) -> str:
    """Whether an exchange is sent now, and whether the summary tells of it."""
    window = conversation.window()
    verdict, summary = window.verdict(number), window.marks.summary
    if verdict in SENT:
        return "It is sent."
    if is_told(window, number):
        return f"It is sent as a summary alone: it is {verdict.value}."
    is_missing = window.summary and summary and number in summary.without and verdict is not Verdict.TRIMMED
    next_one = f" {NOT_TOLD}" if is_missing else ""
    return f"It is not sent: it is {verdict.value}.{next_one}"


def _in_the_window(conversation: Conversation) -> frozenset[int]:
    return frozenset(conversation.window().numbers)


def _listed(conversation: Conversation, numbers: Iterable[int]) -> Iterator[tuple[str, str]]:
    """The exchanges as they are numbered in /history, the newest first, each with its first words."""
    for number in sorted(numbers, reverse=True):
        yield f"{number + 1}", shorten(conversation.exchanges[number].user, FIRST_WORDS)


def _list(conversation: Conversation, numbers: Iterable[int], what: str, hint: str) -> str:
    rows = [
        (number, words, _tokens(conversation, [int(number) - 1])) for number, words in _listed(conversation, numbers)
    ]
    if not rows:
        return f"Nothing is {what}."
    counts = [tokens_in_words(conversation, tokens) for _, _, tokens in rows]
    width, columns = max(len(number) for number, *_ in rows), max(map(len, counts))
    lines = [
        f"{number:>{width}}  {count:>{columns}} tokens  {words}"
        for (number, words, _), count in zip(reversed(rows), reversed(counts), strict=True)
    ]
    return "\n".join([f"{what.capitalize()}:", *lines, hint])
