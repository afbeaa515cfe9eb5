"""Does between two turns what takes a while, or another program: the rare outcomes of commands."""

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.commands.outcomes import OpenSource, Restart, ShowThoughts, UpdateDocuments
from chatbot_cli.terminal.restarting import restart
from chatbot_cli.terminal.screen import Screen
from chatbot_cli.terminal.with_documents import open_source, update

RareOutcome = Restart | OpenSource | UpdateDocuments | ShowThoughts


async def act_on(outcome: RareOutcome, conversation: Conversation, screen: Screen) -> None:
    """Do it, and say what came of it. Raises ChatError."""
    match outcome:
        case Restart(server):
            await restart(server, conversation, screen)
        case OpenSource(passage, line):
            await open_source(passage, line, screen)
        case UpdateDocuments(names):
            await update(names)
        case ShowThoughts(how, message):
            screen.thoughts = how
            screen.say(message)
