"""Who answers, and within which limits."""

from dataclasses import replace

from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.options import DROP, MAX_TURNS, Options
from chatbot_cli.frozen import frozen


@frozen
class Setup:
    """Who answers, and within which limits. Every field is saved with a conversation.

    `persona` is the name or path that the persona is asked for by; `display_name` is its name on the screen.
    `persona_prompt` is the persona's own system prompt, even if another one is sent instead. `chosen` names the fields
    that were set by hand: a new persona leaves them alone. `overflow` is what becomes of the
    exchanges that leave the window, a word of WORDS. `learned_tokens` is the window that its server holds, as
    it turned out when a larger request was refused, and is known of this model only. `been_at` has the addresses of the
    servers that the conversation has been at, and of those that the user has named for it: it goes to no other unasked.
    `cache_key` is drawn by lot when a conversation begins. A provider finds its cache by it; it tells nothing else.
    """

    persona: str
    system_prompt: str
    model: Model
    examples: tuple[Exchange, ...] = ()
    options: Options = Options()
    max_turns: int = MAX_TURNS
    slide: int | None = None
    max_context_tokens: int | None = None
    overflow: str = DROP
    greeting: str = ""
    display_name: str = ""
    persona_prompt: str = ""
    learned_tokens: int | None = None
    chosen: frozenset[str] = frozenset()
    been_at: frozenset[str] = frozenset()
    cache_key: str = ""

    @property
    def head(self) -> tuple[Message, ...]:
        """The messages that open every request: the system message, then the examples."""
        system = (Message("system", self.system_prompt),) if self.system_prompt else ()
        return (*system, *(message for example in self.examples for message in example.messages))

    def at_its_server(self) -> "Setup":
        """The same, with the model's server among those that the conversation has been at."""
        address = self.model.address
        return self if not address or address in self.been_at else replace(self, been_at=self.been_at | {address})

    def count(self, message: Message) -> int:
        """Tokens of a message, as the model's counter says."""
        return self.model.counter.count(message)

    @property
    def window_tokens(self) -> int:
        """The tokens that a request and its reply may have."""
        tokens = self.model.context_tokens if self.max_context_tokens is None else self.max_context_tokens
        return tokens if self.learned_tokens is None else min(tokens, self.learned_tokens)

    def learned_of(self, model: Model) -> int | None:
        """What is known of a model's server: nothing, unless it is the model of this setup."""
        mine, other = ((one.spec, one.base_url, one.address) for one in (self.model, model))
        return self.learned_tokens if mine == other else None

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
