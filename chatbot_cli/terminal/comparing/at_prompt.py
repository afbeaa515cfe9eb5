"""A comparison at the prompt: whether all may be asked, and what can be done with the answers."""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from functools import partial

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.comparing import compare
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import TurnEvent
from chatbot_cli.chat.model import told_apart
from chatbot_cli.chat.setup import Setup
from chatbot_cli.commands.compare_report import before_comparing
from chatbot_cli.commands.outcomes import Compare
from chatbot_cli.terminal.input.prompt import Prompt
from chatbot_cli.terminal.screen import Screen
from chatbot_cli.text.safe import one_line


async def may_be_asked(asked: Compare, conversation: Conversation, prompt: Prompt, screen: Screen) -> tuple[Setup, ...]:
    """The setups that answer; none if one is at a server where the conversation may not go, as the user says."""
    setups = []
    for rival in asked.rivals:
        setup = rival.answering(conversation.setup)
        if stays_here := replace(conversation.state, setup=setup).new_server:
            screen.say(str(stays_here))
            if not await prompt.confirm("Send all of it there?"):
                screen.say("Nothing was sent.")
                return ()
            setup = setup.at_its_server()
        setups.append(setup)
    for line in before_comparing(conversation, setups):
        screen.say(line)
    return tuple(setups)


def begin_comparing(
    conversation: Conversation, setups: Sequence[Setup], text: str | None, attached: tuple[Attachment, ...]
) -> Callable[[], AsyncGenerator[TurnEvent, None]]:
    """What asks them a text, or the last question again, when it is called."""
    return partial(compare, conversation, setups, text, attached)


def what_comes_next(asked: Compare) -> str:
    """What is said when the next question is to be compared."""
    *others, last = map(one_line, told_apart([rival.model for rival in asked.rivals]))
    return f"The next question goes to {', '.join(others)} and {last} at once."


def what_can_be_picked(conversation: Conversation) -> str:
    """Which answer is the reply, and what keeps another one."""
    shown, compared = conversation.exchanges[-1], conversation.compared
    came = [number for number, one in enumerate(compared, 1) if one.exchange]
    kept = next((number for number in came if compared[number - 1].exchange is shown), came[0])
    others = [number for number in came if number != kept]
    if not others:
        return f"Answer {kept} is the reply."
    return f"Answer {kept} is the reply. /pick {others[0]} keeps {'another one' if others[1:] else 'the other one'}."
