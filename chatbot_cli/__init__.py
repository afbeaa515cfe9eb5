"""Chat with any OpenAI-compatible model: the command `chat`, and `Chatbot` for programs of your own.

from chatbot_cli import Chatbot

bot = Chatbot(system_prompt="You are a patient tutor.", max_turns=20)
print(await bot.say("What is a generator?"))
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatbot_cli.chat.messages import Exchange, Persona
    from chatbot_cli.chatbot import Chatbot
    from chatbot_cli.errors import ChatError

__version__ = "0.1.0"
__all__ = ["ChatError", "Chatbot", "Exchange", "Persona", "__version__"]

_HOMES = {
    "ChatError": "chatbot_cli.errors",
    "Chatbot": "chatbot_cli.chatbot",
    "Exchange": "chatbot_cli.chat.messages",
    "Persona": "chatbot_cli.chat.messages",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: the command needs none of them, and starts in a tenth of a second."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
