"""Chat with any OpenAI-compatible model: the command `chat`, and `Chatbot` for programs of your own.

from chatbot_cli import Chatbot

bot = Chatbot(system_prompt="You are a patient tutor.", max_turns=20)
print(await bot.say("What is a generator?"))
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatbot_cli.chat.messages import Ending, Exchange, Persona
    from chatbot_cli.chat.options import Options
    from chatbot_cli.chat.rounds import CallOutcome, Round, ToolCall, ToolResult
    from chatbot_cli.chat.tools import Answer, CallToDecide
    from chatbot_cli.chatbot import Chatbot
    from chatbot_cli.errors import (
        ChatError,
        InvalidReply,
        MissingKey,
        PersonaError,
        ProviderError,
        SchemaError,
        SettingsError,
        ToolsError,
    )
    from chatbot_cli.tools.python.marks import tool

__version__ = "0.1.0"
__all__ = [
    "Answer",
    "CallOutcome",
    "CallToDecide",
    "ChatError",
    "Chatbot",
    "Ending",
    "Exchange",
    "InvalidReply",
    "MissingKey",
    "Options",
    "Persona",
    "PersonaError",
    "ProviderError",
    "Round",
    "SchemaError",
    "SettingsError",
    "ToolCall",
    "ToolResult",
    "ToolsError",
    "__version__",
    "tool",
]

_HOMES = {
    "chatbot_cli.chat.messages": ("Ending", "Exchange", "Persona"),
    "chatbot_cli.chat.options": ("Options",),
    "chatbot_cli.chat.rounds": ("CallOutcome", "Round", "ToolCall", "ToolResult"),
    "chatbot_cli.chat.tools": ("Answer", "CallToDecide"),
    "chatbot_cli.chatbot": ("Chatbot",),
    "chatbot_cli.errors": (
        "ChatError",
        "InvalidReply",
        "MissingKey",
        "PersonaError",
        "ProviderError",
        "SchemaError",
        "SettingsError",
        "ToolsError",
    ),
    "chatbot_cli.tools.python.marks": ("tool",),
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: the command needs none of them to start."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
