"""Taking turns with a scripted model, for the tests of the conversation."""

from contextlib import aclosing

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import TextDelta, TurnEvent
from chatbot_cli.chat.limits import Limits
from chatbot_cli.chat.messages import Exchange, Request
from chatbot_cli.chat.window import Window
from tests.fakes import Script, ScriptedModel, setup_with


def conversation_with(*scripts: Script | str) -> tuple[Conversation, ScriptedModel]:
    model = ScriptedModel(*scripts)
    return Conversation(setup_with(model)), model


async def take_turn(conversation: Conversation, text: str) -> list[TurnEvent]:
    async with aclosing(conversation.take_turn(text)) as events:
        return [event async for event in events]


async def say(conversation: Conversation, text: str) -> str:
    return "".join(event.text for event in await take_turn(conversation, text) if isinstance(event, TextDelta))


def sent(request: Request) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in request.messages]


def window_holding(exchanges: int, left_out: int, tokens: int, limits: Limits) -> Window:
    """A window of `exchanges` exchanges, after `left_out` that no longer fit."""
    total = left_out + exchanges
    by_turns = left_out if exchanges == limits.exchanges else 0
    numbers = tuple(range(left_out, total))
    return Window((), (Exchange("", ""),) * exchanges, (), tokens, limits, numbers, left_out, by_turns, total)
