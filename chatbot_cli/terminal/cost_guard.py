"""Asks before a message is sent that may cost more than the user has allowed."""

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.errors import CostLimitReached, PriceUnknown
from chatbot_cli.terminal.input.prompt import Prompt
from chatbot_cli.terminal.screen import Screen


async def may_cost(
    problem: CostLimitReached | PriceUnknown, conversation: Conversation, prompt: Prompt, screen: Screen
) -> bool:
    """Whether a message is sent though there is a `problem` with what it costs."""
    screen.say(str(problem))
    if await prompt.confirm("Send it?"):
        conversation.budget.allow(problem, conversation.setup)
        return True
    screen.notify(f"Nothing was sent. {problem.marked_hint}")
    return False
