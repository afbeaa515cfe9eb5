"""Asks before a message is sent that may cost more than the user has allowed."""

from collections.abc import Sequence

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.setup import Setup
from chatbot_cli.errors import CostLimitReached, PriceUnknown
from chatbot_cli.terminal.input.prompt import Prompt
from chatbot_cli.terminal.screen import Screen


async def may_cost(
    problem: CostLimitReached | PriceUnknown,
    conversation: Conversation,
    prompt: Prompt,
    screen: Screen,
    setups: Sequence[Setup],
) -> bool:
    """Whether a message is sent to these setups though there is a `problem` with what it costs."""
    screen.say(str(problem))
    if await prompt.confirm("Send it?"):
        for setup in setups:
            conversation.budget.allow(problem, setup)
        return True
    screen.notify(f"Nothing was sent. {problem.marked_hint}")
    return False
