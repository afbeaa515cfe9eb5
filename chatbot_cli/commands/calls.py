"""The calls of tools that a conversation holds, counted from the last one back, and what they have done. Pure."""

from collections.abc import Iterator
from itertools import islice

from chatbot_cli.chat.calls_in_words import arguments_in_words, shown_name
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.messages import Exchange, calls_of, calls_that_ran
from chatbot_cli.chat.rounds import ToolCall, ToolResult
from chatbot_cli.errors import UsageError
from chatbot_cli.text.short import shorten

TOOL = "tool"  # before the number of a call, in a command that takes something else, too
MOST_CHOICES = 20
LONGEST_CHOICE = 60  # characters
RUN_ANEW = "Its tools run anew; what they did before stays done."
STAYS_DONE = "What its tools did stays done."


def newest_calls(conversation: Conversation) -> Iterator[tuple[ToolCall, ToolResult]]:
    """The calls with their results, the last one first."""
    exchanges = conversation.exchanges
    for number in range(len(exchanges) - 1, -1, -1):
        yield from reversed(calls_of(exchanges[number]))


def call_number(conversation: Conversation, number: int) -> tuple[ToolCall, ToolResult]:
    """The last call but `number` - 1, with its result. Raises UsageError."""
    count = 0
    for count, found in enumerate(newest_calls(conversation), start=1):
        if count == number:
            return found
    if not count:
        raise UsageError("No tool has been called yet.", "/tools lists those that the model may call.")
    there_are = "there is one" if count == 1 else f"there are {count}"
    raise UsageError(f"There is no such call: {there_are}.", "They are counted from the last one back.")


def numbers_of_calls(conversation: Conversation) -> Iterator[tuple[str, str]]:
    """The numbers of the last calls, each with what was called."""
    for number, (call, _) in enumerate(islice(newest_calls(conversation), MOST_CHOICES), start=1):
        yield str(number), shorten(f"{shown_name(call.name)} {arguments_in_words(call.arguments)}", LONGEST_CHOICE)


def call_in(argument: str) -> tuple[int | None, str]:
    """The number in an argument that begins with "tool 2", and what follows; None if it begins otherwise."""
    word, _, rest = argument.partition(" ")
    number, _, rest = rest.strip().partition(" ")
    if word != TOOL or not number.isdecimal() or not int(number):
        return None, argument
    return int(number), rest.strip()


def has_changed_something(conversation: Conversation, exchange: Exchange) -> bool:
    """Whether tools have run in an exchange, other than those that say that they only read."""
    offered = conversation.tools.offered(conversation.setup) if exchange.rounds and conversation.tools else ()
    read_only = {tool.name for tool in offered if tool.read_only}
    return any(call.name not in read_only for call in calls_that_ran(exchange))
