"""The frozen values that all rooms share: message, exchange, persona, request."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

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

    `temperature` is 0 to 2; `max_turns` counts exchanges; the other limits count tokens.
    """

    name: str
    system_prompt: str
    description: str = ""
    model: str | None = None
    temperature: float | None = None
    max_turns: int | None = None
    max_context_tokens: int | None = None
    max_reply_tokens: int | None = None
    greeting: str = ""
    examples: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What one turn sends to a model: the messages, system first, and the sampling settings that were set."""

    messages: tuple[Message, ...]
    temperature: float | None = None
    max_reply_tokens: int | None = None
