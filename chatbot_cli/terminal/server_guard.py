"""Asks before a saved conversation goes to a server where it has not been."""

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.terminal.input.prompt import Prompt
from chatbot_cli.terminal.screen import Screen


async def may_go_to_its_server(conversation: Conversation, prompt: Prompt, screen: Screen) -> bool:
    """Whether the next question may be sent. If the user says yes, it is asked no more."""
    if (stays_here := conversation.state.new_server) is None:
        return True
    screen.say(str(stays_here))
    if await prompt.confirm("Send all of it there?"):
        conversation.allow_its_server()
        return True
    screen.say("Nothing was sent. /model NAME goes on with another model.")
    return False
