"""The frozen values that all rooms share: message, exchange, persona, request."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from chatbot_cli.chat.options import Options

Role = Literal["system", "user", "assistant"]
Key = tuple[int, int]  # the numbers under which a journal keeps a question and its reply


class Ending(Enum):
    """How a reply came to its end."""

    COMPLETE = "complete"
    LENGTH = "cut at its token limit"
    FILTERED = "cut by the provider's content filter"
    REFUSED = "a refusal"
    STOPPED = "stopped"
    LOST = "cut off"

    def told(self, reason: str = "") -> str:
        """How it ended, in words, and the reason if it is known; empty for a reply that is complete."""
        if self is Ending.COMPLETE:
            return ""
        return f"{self.value}: {reason}" if reason else self.value


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a model sees it."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A user's message and the assistant's reply to it. They are kept, sent and dropped together.

    `key` is where a journal finds it again; two exchanges that say the same are equal wherever they are kept. `reason`
    explains why the reply was cut off.
    """

    user: str
    assistant: str
    ending: Ending = Ending.COMPLETE
    key: Key | None = field(default=None, compare=False)
    reason: str = field(default="", compare=False)

    @property
    def messages(self) -> tuple[Message, Message]:
        """The user's message, then the assistant's."""
        return Message("user", self.user), Message("assistant", self.assistant)


@dataclass(frozen=True, slots=True)
class Persona:
    """A personality: a system prompt with the settings that suit it. `None` means the persona does not say.

    `max_turns` counts exchanges, `max_context_tokens` the tokens of a request and its reply.
    """

    name: str
    system_prompt: str
    description: str = ""
    model: str | None = None
    options: Options = Options()
    max_turns: int | None = None
    max_context_tokens: int | None = None
    greeting: str = ""
    examples: tuple[Exchange, ...] = ()

    def stated(self) -> dict[str, object]:
        """What the persona says of the model, the options and the window's limits, by the setting's name."""
        limits = {name: getattr(self, name) for name in ("model", "max_turns", "max_context_tokens")}
        return self.options.given() | {name: value for name, value in limits.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Request:
    """What one turn sends to a model: the messages, system first, and the options."""

    messages: tuple[Message, ...]
    options: Options = Options()
