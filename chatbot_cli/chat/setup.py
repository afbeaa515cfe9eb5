"""Who answers, and within which limits."""

from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING

from chatbot_cli.chat.events import ModelEvent
from chatbot_cli.chat.messages import Exchange, Message, Request
from chatbot_cli.chat.options import Options
from chatbot_cli.frozen import frozen

if TYPE_CHECKING:  # the ports import the values here
    from chatbot_cli.chat.ports import ChatModel, TokenCounter


def _nothing_to_load() -> None:
    """The `warm_up` of a model that has nothing to load."""


@frozen
class Model:
    """A model that a conversation can talk to. `spec` opens it again, `name` is shown.

    `context_tokens` is the size of its context window. `base_url` is the address of its server if the user gave one.
    `warm_up` starts to load, in the background, the libraries that the first turn needs. It returns at once and may be
    called again; without it the first turn loads them.
    """

    spec: str
    name: str
    chat_model: "ChatModel"
    counter: "TokenCounter"
    context_tokens: int
    warm_up: Callable[[], None] = _nothing_to_load
    base_url: str = ""

    def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        """Send a request and yield the reply, as ChatModel does."""
        return self.chat_model.stream(request)


@frozen
class Setup:
    """Who answers, and within which limits. Every field is saved with a conversation.

    `persona` is the name or path that the persona is asked for by; `display_name` is its name on the screen.
    `persona_prompt` is the persona's own system prompt, even if another one is sent instead. `chosen` names the fields
    that were set by hand: a new persona leaves them alone.
    """

    persona: str
    system_prompt: str
    model: Model
    examples: tuple[Exchange, ...] = ()
    options: Options = Options()
    max_turns: int = 20
    max_context_tokens: int | None = None
    greeting: str = ""
    display_name: str = ""
    persona_prompt: str = ""
    chosen: frozenset[str] = frozenset()

    @property
    def head(self) -> tuple[Message, ...]:
        """The messages that open every request: the system message, then the examples."""
        system = (Message("system", self.system_prompt),) if self.system_prompt else ()
        return (*system, *(message for example in self.examples for message in example.messages))

    @property
    def speaker(self) -> str:
        """The label of a reply: the persona and the model."""
        return f"{self.display_name or self.persona} · {self.model.name}"


@frozen
class PersonaSummary:
    """A persona in a list; `problem` says why it cannot be used."""

    name: str
    description: str
    problem: str = ""
