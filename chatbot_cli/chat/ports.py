"""What the core asks of the outside, on one page."""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from chatbot_cli.chat.events import ModelEvent
from chatbot_cli.chat.messages import Exchange, Message, Request


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


def _nothing_to_load() -> None:
    """For a model that is ready as it is."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model a conversation can talk to: `spec` opens it again, `name` is shown, `context_tokens` is what it holds.

    `base_url` is the address it was opened at, if that was given by hand.
    `warm_up` starts to load, in the background, what the first turn will need; it returns at once and may be called
    again. Without it the first turn loads the same.
    """

    spec: str
    name: str
    chat: ChatModel
    counter: TokenCounter
    context_tokens: int
    warm_up: Callable[[], None] = _nothing_to_load
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """Who answers, and within which limits.

    `persona` is what the persona is asked for by, `display_name` what the screen calls it, `persona_prompt` its own
    system prompt, if another one is sent in its place. `chosen` names the fields that were set by hand: a new persona
    leaves them alone.
    """

    persona: str
    system_prompt: str
    model: Model
    examples: tuple[Exchange, ...] = ()
    temperature: float | None = None
    max_reply_tokens: int | None = None
    max_turns: int = 20
    max_context_tokens: int | None = None
    greeting: str = ""
    display_name: str = ""
    persona_prompt: str = ""
    chosen: frozenset[str] = frozenset()

    @property
    def speaker(self) -> str:
        """Who speaks, in a few words: the persona and the model."""
        return f"{self.display_name or self.persona} · {self.model.name}"


@dataclass(frozen=True, slots=True)
class PersonaSummary:
    """A line of a list of personas; `problem` says why it cannot be used."""

    name: str
    description: str
    problem: str = ""


class Cast(Protocol):
    """The personas and models a conversation can switch to."""

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
