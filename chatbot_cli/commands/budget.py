"""The command about what a conversation may cost."""

from contextlib import suppress
from dataclasses import replace

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.options import NUMBERS, number_in
from chatbot_cli.commands.outcomes import Outcome, Say
from chatbot_cli.commands.registry import Commands, quoted
from chatbot_cli.errors import UsageError
from chatbot_cli.text.counts import dollars, dollars_as_stated

NO_LIMIT = "off"

budget_commands = Commands()


@budget_commands.command("/budget [USD]", example="/budget 1.00", choices=lambda _: ["1.00", NO_LIMIT])
def budget(conversation: Conversation, argument: str) -> Outcome:
    """Show or set what it may cost.

    So many dollars for this conversation. A message that could pass them is asked about first. /budget off takes the
    limit away.
    """
    if argument:
        limit = None if argument.casefold() == NO_LIMIT else _amount(argument)
        setup = conversation.setup
        changed = replace(setup, max_cost=limit, chosen=setup.chosen | {"max_cost"})
        conversation.change_setup("/budget", changed)
    return Say(_in_words(conversation))


def _in_words(conversation: Conversation) -> str:
    so_far, limit = _spent_in_words(conversation), conversation.setup.max_cost
    if limit is None:
        return f"{so_far} There is no limit; /budget 1.00 sets one."
    return f"{so_far} This conversation may cost {dollars_as_stated(limit)}."


def _spent_in_words(conversation: Conversation) -> str:
    spent, unreported = conversation.journal.spent, conversation.budget.unreported
    if spent is not None or unreported.most:
        return f"You have spent {dollars(spent or 0.0)} so far{unreported.in_words}."
    if conversation.forked_from is not None:
        return "This fork has cost nothing yet that is known; what was said before it counts where it was said."
    return "No reply has a known price yet."


def _amount(argument: str) -> float:
    _, low, high = bounds = NUMBERS["max_cost"]
    with suppress(ValueError):
        return number_in(argument.removeprefix("$"), *bounds)
    sentence = f"/budget takes dollars from {low} to {high:,}, or off, not {quoted(argument)}."
    raise UsageError(sentence, "For example: /budget 1.00")
