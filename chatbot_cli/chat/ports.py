"""What the core asks of the outside, on one page."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from chatbot_cli.chat.events import ModelEvent
from chatbot_cli.chat.messages import Message, Request
from chatbot_cli.chat.setup import Model, PersonaSummary, Setup


class ChatModel(Protocol):
    """Anything that answers a request, piece by piece.

    A proper reply has exactly one `Finished`; `TokensUsed` may come before or after it. Every expected failure is a
    `ChatError`. Closing the iterator ends the request.
    """

    def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]: ...


class TokenCounter(Protocol):
    """Counts tokens as one model's tokenizer does; an estimate while `exact` is false."""

    @property
    def exact(self) -> bool: ...

    def count(self, message: Message) -> int:
        """Tokens of the message with its role and framing. Each text is encoded once, however often it is asked."""
        ...

    async def ready(self) -> None:
        """Return when the counter is as exact as it can be."""
        ...


class Setups(Protocol):
    """Makes the setups and models that a conversation can switch to."""

    def personas(self) -> Sequence[PersonaSummary]: ...

    def models(self) -> Sequence[str]:
        """Model specs worth offering; others may work too."""
        ...

    def persona(self, name: str) -> Setup:
        """The setup for a persona, by name or path. Raises PersonaError or SettingsError."""
        ...

    def model(self, spec: str) -> Model:
        """Open a model. Raises SettingsError."""
        ...
