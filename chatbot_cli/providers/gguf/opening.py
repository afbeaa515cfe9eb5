"""Opens the model of a file of weights. Nothing is started yet; the file is read as far as its header."""

from collections.abc import Callable, Mapping
from functools import partial

from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.model import ChatModel, Model
from chatbot_cli.chat.prices import NothingToPay
from chatbot_cli.chat.server_window import THE_SERVER
from chatbot_cli.providers.deferred import WarmUp
from chatbot_cli.providers.gguf.child import Served
from chatbot_cli.providers.gguf.cores import threads
from chatbot_cli.providers.gguf.failures import not_installed
from chatbot_cli.providers.gguf.installed import is_installed
from chatbot_cli.providers.gguf.memory import free_memory, window_for
from chatbot_cli.providers.gguf.running import SERVERS, Servers, Wanted
from chatbot_cli.providers.gguf.weights import path_of, weights_at
from chatbot_cli.providers.gguf.weights_chat import WeightsChat
from chatbot_cli.providers.tokens.counting import counter_for

__all__ = ["Served", "open_weights"]

Connect = Callable[[str, Served], ChatModel]
Payload = Callable[[str, Request], Mapping[str, object]]


def open_weights(
    provider: str,
    written: str,
    connect: Connect,
    payload: Payload,
    *,
    sends_nothing: bool = False,
    servers: Servers = SERVERS,
) -> Model:
    """Open the model of the file that is `written` in a spec after the `provider`.

    `connect` makes the adapter to the server of a model of this name, `payload` a request as JSON. Raises
    SettingsError: there is no such file, none to chat with, or no library, unless it `sends_nothing`.
    """
    weights = weights_at(path_of(written))
    if not (sends_nothing or is_installed()):
        raise not_installed()

    def with_window(tokens: int | None) -> Model:
        free = free_memory()
        free = free if free is None else free + servers.held()
        wanted = Wanted(weights, window_for(weights, free, tokens), threads())
        chat, counter = WeightsChat(wanted, servers, partial(connect, weights.name)), counter_for(weights.name)
        return Model(
            f"{provider}/{weights.spec_path}",
            weights.name,
            chat,
            counter,
            wanted.window,
            WarmUp(chat.begin, counter.load, chat.load),
            prices=NothingToPay(),
            payload=partial(payload, weights.name),
            window_source=THE_SERVER,
            is_local=True,
            close=chat.close,
            resized=with_window,
        )

    return with_window(None)
