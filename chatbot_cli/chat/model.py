"""A model that a conversation can talk to, and what it is made of: the ports to a server and to a tokenizer."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from chatbot_cli.chat.events import ModelEvent
from chatbot_cli.chat.messages import Message, Request, TokenCount
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.prices import NothingToPay, Prices, UnknownPrices
from chatbot_cli.chat.server_window import A_GUESS, THE_SERVER, YOUR_CONFIG, Fact, NothingToAsk, ServerWindow
from chatbot_cli.chat.shape import Level
from chatbot_cli.chat.thoughts import Back, MadeBy, Told
from chatbot_cli.errors import ChatError
from chatbot_cli.frozen import frozen


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

    @property
    def is_ready(self) -> bool:
        """Whether the counter is as exact as it can be."""
        ...

    def count(self, message: Message) -> int:
        """Tokens of the message with its role and framing: the count that is kept with it, if it fits this counter.

        Each text is encoded once, however often it is counted.
        """
        ...

    def count_to_keep(self, message: Message) -> TokenCount | None:
        """The count that may be kept with the message; None while it is an estimate."""
        ...

    async def ready(self) -> None:
        """Wait until the counter is as exact as it can be."""
        ...


def _nothing_to_load() -> None:
    """The `warm_up` of a model that has nothing to load."""


def _nothing_to_end() -> None:
    """The `close` of a model that runs elsewhere."""


def _no_payload(request: Request) -> Mapping[str, object]:
    """The `payload` of a model whose requests nobody has to see."""
    return {}


@frozen
class Model:
    """A model that a conversation can talk to. `spec` opens it again, `name` is shown.

    `context_tokens` is the size of its context window as `window_source` has it, and `input_tokens` the most of it that
    may be sent; None if that is all. What its `server_window` has told counts for more.
    `address` is where its server is, as it may be shown; empty if it runs in this process. `base_url` is that address
    as the user gave it for the conversation, if so.
    `window_setting` names what sets the size of its server's window; a server that `cuts_in_silence` leaves out what is
    longer, and does not say so.
    `warm_up` starts to load, in the background, the libraries that the first turn needs. It returns at once and may be
    called again; without it the first turn loads them. `payload` is a request as JSON, as `chat_model` sends it.
    `shape_level` is the surest way in which its server is known to answer in a shape. `stated` are options that
    config.toml states for this model. `thoughts_back` says which of its own thoughts its server wants back. `close`
    ends what runs on this computer for the model alone; it may be called again, and a later request starts that anew.
    `resized` opens it again with a window of so many tokens, if chat itself starts its server with a window.
    What is said to one that `is_local` stays with the user. `problem` tells why it cannot be asked, as without a key.
    A `note` is what the user should know once. `posts_to` is the address of its requests, as it may be shown.
    """

    spec: str
    name: str
    chat_model: ChatModel
    counter: TokenCounter
    context_tokens: int
    warm_up: Callable[[], None] = _nothing_to_load
    base_url: str = ""
    address: str = ""
    prices: Prices = UnknownPrices()
    payload: Callable[[Request], Mapping[str, object]] = _no_payload
    window_setting: str = ""
    cuts_in_silence: bool = False
    shape_level: Level = Level.SCHEMA
    input_tokens: int | None = None
    window_source: str = A_GUESS
    server_window: ServerWindow = NothingToAsk()
    stated: Options = Options()
    thoughts_back: Back = Back.NEVER
    close: Callable[[], None] = _nothing_to_end
    resized: "Callable[[int], Model] | None" = None
    is_local: bool = False
    problem: ChatError | None = None
    note: str = ""
    posts_to: str = ""

    @property
    def window(self) -> Fact:
        """The tokens that it holds, by the best word that there is of it."""
        told = self.server_window.told
        return Fact(told, THE_SERVER) if told else Fact(self.context_tokens, self.window_source)

    def holding(self, tokens: int) -> "Model":
        """The same with a window that the user has stated for it, whatever anybody else says."""
        if self.resized is not None:
            return replace(self.resized(tokens), window_source=YOUR_CONFIG)
        nobody = NothingToAsk()
        return replace(self, context_tokens=tokens, input_tokens=None, window_source=YOUR_CONFIG, server_window=nobody)

    @property
    def made_by(self) -> MadeBy:
        """What is noted with its thoughts."""
        return MadeBy(self.name, self.address)

    @property
    def told(self) -> Told:
        """Whose thoughts its requests may hold."""
        return Told(self.made_by, self.thoughts_back is Back.ALWAYS)

    @property
    def at_server(self) -> tuple[str, str, str]:
        """What tells a model at its server from every other."""
        return self.spec, self.base_url, self.address

    @property
    def is_free(self) -> bool:
        """Whether it costs nothing, whatever is used."""
        return isinstance(self.prices, NothingToPay)

    def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        """Send a request and yield the reply, as ChatModel does."""
        return self.chat_model.stream(request)


def told_apart(models: Sequence[Model]) -> list[str]:
    """The names of models as they are shown beside each other: with the provider where two are called the same."""
    specs = [{one.spec for one in models if one.name == model.name} for model in models]
    return [model.name if len(same) == 1 else model.spec for model, same in zip(models, specs, strict=True)]
