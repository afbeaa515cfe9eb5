"""Shows what a command found, and copies; shows a conversation that goes on."""

from typing import assert_never

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.commands.outcomes import Copy, Recall, Resume, Say, Show, Shown
from chatbot_cli.terminal.clipboard import Clipboard
from chatbot_cli.terminal.pending_draft import next_step
from chatbot_cli.terminal.saving_replies import to_copy
from chatbot_cli.terminal.screen import Screen


def show_outcome(outcome: Shown, conversation: Conversation, screen: Screen, clipboard: Clipboard) -> None:
    """Show an outcome. Raises UsageError if nothing can be copied here."""
    match outcome:
        case Say(text):
            screen.say(text)
        case Show(chart):
            screen.show(chart)
        case Recall(exchanges, message):
            screen.recall(exchanges, conversation.setup.shape)
            if message:
                screen.say(message)
        case Copy():
            text, replaced = to_copy(outcome)
            screen.say(f"{clipboard.copy(text)} {replaced}".rstrip())
        case _:
            assert_never(outcome)


def show_resumed(resumed: Resume, conversation: Conversation, screen: Screen) -> None:
    """Show the last exchange of a conversation that goes on, and what is to be known about it."""
    screen.recall((resumed.last,) if resumed.last else (), conversation.setup.shape)
    screen.say(resumed.about)
    screen.notify(*resumed.notices)
    last = resumed.last.exchange if resumed.last else None
    if last and last.rounds and (step := next_step(last, shows_drafts=False)):
        screen.say(step[0])
