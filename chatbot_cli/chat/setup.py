"""Who answers, and within which limits."""

from dataclasses import replace

from chatbot_cli.chat.composing import with_rule
from chatbot_cli.chat.limits import HISTORY_TOKENS
from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.options import DROP, MAX_TURNS, Options
from chatbot_cli.chat.rounds import Reasoning
from chatbot_cli.chat.server_window import THE_SERVER, YOUR_SETTING, Fact
from chatbot_cli.chat.shape import Demand, Level, Shape
from chatbot_cli.chat.thoughts import Back
from chatbot_cli.chat.tools import ToolDefinition
from chatbot_cli.frozen import frozen

GENERAL = "config.toml"  # where an option comes from that config.toml sets for all models
BY_HAND = "by hand"
MOST_LEARNED = 20  # models of which a conversation keeps what it has learned


@frozen
class Learned:
    """What a conversation has learned of a model at its server.

    The window that this holds, how it counts, how it answers in a shape, and that it takes no tools, if so. `of` is
    the `at_server` of the model. None, and a factor of 1, tell nothing.
    """

    of: tuple[str, str, str]
    tokens: int | None = None
    factor: float = 1.0
    level: Level | None = None
    takes_tools: bool = True


@frozen
class Setup:
    """Who answers, and within which limits. Every field is saved with a conversation.

    `persona` is the name or path that the persona is asked for by; `display_name` is its name on the screen.
    `persona_prompt` is the persona's own system prompt, even if another one is sent instead. `chosen` names the fields
    that were set by hand: a new persona leaves them alone. `overflow` is what becomes of the exchanges that leave the
    window, a word of WORDS. `learned_tokens` is the window that its server holds, as it turned out when a larger
    request was refused, and `count_factor` corrects our count of tokens, as the server counted. `learned_level` is the
    level at which its server took a shape after it had refused a surer one, or SCHEMA if the model did not heed the
    schema that was sent, and has to be told it, too. It `takes_tools` as long as its server has not refused them. All
    of this is known of this model at its server only. `learned` is the same of the other models that the conversation
    has had. `max_cost` is the most that the conversation may cost, in US dollars. `been_at` has the addresses of the
    servers that the conversation has been at, and of those that the user has named for it: it goes to no other unasked.
    `cache_key` is drawn by lot when a conversation begins. A provider finds its cache by it; it tells nothing else.
    `shape` is the data that every reply is to be; None for a text. `tools` are names of tools that the persona asks
    for. `used_tools` are those that were called in the conversation: servers refuse calls without them, so they are
    told to the model also when they are not there. `documents` are names of the collections that it answers from.
    `given_by` says where each option comes from that is set, as `--seed` or "persona tutor"; the fields of `extra` by
    their own names.
    If the model cannot answer, the first of `fallback` does that can; `fallback_is_own` tells that the user has listed
    them, and no persona.
    """

    persona: str
    system_prompt: str
    model: Model
    examples: tuple[Exchange, ...] = ()
    options: Options = Options()
    given_by: tuple[tuple[str, str], ...] = ()
    max_turns: int = MAX_TURNS
    slide: int | None = None
    max_context_tokens: int | None = None
    overflow: str = DROP
    max_cost: float | None = None
    greeting: str = ""
    display_name: str = ""
    persona_prompt: str = ""
    learned_tokens: int | None = None
    count_factor: float = 1.0
    learned_level: Level | None = None
    takes_tools: bool = True
    learned: tuple[Learned, ...] = ()
    chosen: frozenset[str] = frozenset()
    been_at: frozenset[str] = frozenset()
    cache_key: str = ""
    shape: Shape | None = None
    tools: tuple[str, ...] = ()
    used_tools: tuple[ToolDefinition, ...] = ()
    documents: tuple[str, ...] = ()
    fallback: tuple[Model, ...] = ()
    fallback_is_own: bool = False

    @property
    def head(self) -> tuple[Message, ...]:
        """The messages that open every request: the system message, then the examples."""
        prompt = with_rule(self.system_prompt) if self.documents else self.system_prompt
        system = (Message("system", prompt),) if prompt else ()
        return (*system, *(message for example in self.examples for message in example.messages))

    def at_its_server(self) -> "Setup":
        """The same, with the model's server among those that the conversation has been at."""
        address = self.model.address
        return self if not address or address in self.been_at else replace(self, been_at=self.been_at | {address})

    def count(self, message: Message) -> int:
        """Tokens of a message, as the model's counter says, with the correction that its server has taught.

        Thoughts that its server does not want back have none.
        """
        if self.model.thoughts_back is Back.NEVER and any(isinstance(part, Reasoning) for part in message.parts):
            said = tuple(part for part in message.parts if not isinstance(part, Reasoning))
            message = replace(message, parts=said)
        return round(self.model.counter.count(message) * self.count_factor)

    @property
    def options_in_force(self) -> Options:
        """The options of a request: what config.toml says of this model is less than all but its general settings."""
        general = {name for name, source in self.given_by if source == GENERAL}
        return self.options.over(self.model.stated, general)

    @property
    def counts_exactly(self) -> bool:
        """Whether counts are the model's own, not an estimate."""
        return self.model.counter.exact and self.count_factor == 1

    @property
    def window(self) -> Fact:
        """The tokens that a request and its reply may have, and whose word that is.

        What the server has told or refused is a limit for what the user has set, too.
        """
        window, most = self.model.window, self.max_context_tokens
        if most is not None and not (window.source == THE_SERVER and window.value < most):
            window = Fact(most, YOUR_SETTING)
        learned = self.learned_tokens
        return window if learned is None or learned >= window.value else Fact(learned, THE_SERVER)

    @property
    def window_tokens(self) -> int:
        """The tokens that a request and its reply may have."""
        return self.window.value

    @property
    def window_is_learned(self) -> bool:
        """Whether the window is as large as the server allows."""
        return self.window.source == THE_SERVER

    @property
    def history_tokens(self) -> int | None:
        """The most tokens of earlier exchanges; None if the user has set how large the window is."""
        return HISTORY_TOKENS if self.max_context_tokens is None else None

    @property
    def demand(self) -> Demand | None:
        """What the next request demands of its reply, and how; None if that is to be a text."""
        return Demand(self.shape, self._level) if self.shape else None

    @property
    def tells_the_shape(self) -> bool:
        """Whether the model is told in words what shape its reply is to have."""
        return self.shape is not None and (self._level is not Level.SCHEMA or self.learned_level is Level.SCHEMA)

    @property
    def _level(self) -> Level:
        """The surest way that its server is not known to refuse."""
        return max(self.model.shape_level, self.learned_level or Level.SCHEMA, key=list(Level).index)

    def having_learned_of(self, old: "Setup") -> "Setup":
        """The same with what `old` knows of this one's model at its server, and of all others."""
        known = {one.of: one for one in old.all_learned}
        own = known.pop(self.model.at_server, Learned(self.model.at_server))
        return replace(
            self,
            learned_tokens=own.tokens,
            count_factor=own.factor,
            learned_level=own.level,
            takes_tools=own.takes_tools,
            learned=tuple(known.values()),
            used_tools=old.used_tools,
        )

    def answered_by(self, model: Model) -> "Setup":
        """The same with another model, and what is known of that one."""
        return self if model is self.model else replace(self, model=model).having_learned_of(self)

    @property
    def all_learned(self) -> tuple[Learned, ...]:
        """What was learned of every model, that of this one last."""
        own = Learned(
            self.model.at_server, self.learned_tokens, self.count_factor, self.learned_level, self.takes_tools
        )
        if own == Learned(own.of):
            return self.learned
        return (*(one for one in self.learned if one.of != own.of), own)[-MOST_LEARNED:]

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
