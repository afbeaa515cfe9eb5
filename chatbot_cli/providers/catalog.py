"""Opens the model of a spec such as `ollama/llama3.3`. Cheap to import."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.model import ChatModel, Model
from chatbot_cli.chat.prices import NothingToPay, Prices
from chatbot_cli.chat.thoughts import Back
from chatbot_cli.providers.bounded import MOST_BYTES, BoundedChat
from chatbot_cli.providers.deferred import DeferredChat, WarmUp
from chatbot_cli.providers.entries.provider import MESSAGES, Dialect, Provider
from chatbot_cli.providers.entries.registry import DEMO
from chatbot_cli.providers.prices import prices_at
from chatbot_cli.providers.retrying import RetryingChat
from chatbot_cli.providers.route.endpoint import Access, Endpoint
from chatbot_cli.providers.route.spec import Route, provider_of, route_to
from chatbot_cli.providers.route.spoken import cannot_be_loaded, is_missing, posts_to, spoken, what_it_costs
from chatbot_cli.providers.tokens.counting import counter_for
from chatbot_cli.providers.windows import UNKNOWN_LOCAL_MODEL, window_known, window_to_ask
from chatbot_cli.system.web_address import address_in_words

if TYPE_CHECKING:
    from chatbot_cli.providers.mends import Mends
    from chatbot_cli.providers.wire.streamed_chat import StreamedChat


def open_model(
    spec: str, access: Access, *, tries: int = 1, max_reply_bytes: int = MOST_BYTES, state: Path | None = None
) -> Model:
    """Open `NAME` (of OpenAI), `PROVIDER/NAME`, `gguf/PATH` or `demo`. Nothing is sent, and nothing slow is loaded yet.

    A request is sent up to `tries` times; a reply is cut off at `max_reply_bytes`. What models refuse is remembered in
    the folder `state`.
    Raises SettingsError, and MissingKey if the provider wants a key that is not in `access`.
    """
    provider, name = provider_of(spec, access)
    if provider.starts:
        return _weights(provider, name, access, max_reply_bytes)
    route = route_to(spec, access)
    if route is None:
        return _demo()
    endpoint = route.endpoint
    prices, counter = prices_at(route, access), counter_for(endpoint.model)
    entry = (route.home or route.provider).dialect
    takes = spoken(entry)  # also at an address that stands in for it
    dialect = endpoint.dialect._replace(schema_subset=takes.schema_subset, tool_schemas=takes.tool_schemas)
    mends = cache(partial(_mends_of, route.home.name if route.home else "", endpoint, dialect, state))
    chat = DeferredChat(partial(_connect, endpoint, dialect, prices, mends, tries, max_reply_bytes))
    warm_up = WarmUp(chat.load, counter.load, partial(prices.cost, TokensUsed(0, 0)))
    base_url, address = _without_password(access.base_url or ""), address_in_words(endpoint.base_url)
    payload = partial(_payload, endpoint.model, dialect, endpoint.address, mends)
    model = Model(spec.strip(), endpoint.model, chat, counter, 0, warm_up, base_url, address, prices)
    return replace(
        _with_window(model, route, access),
        payload=payload,
        shape_level=takes.shape_level,
        thoughts_back=Back(dialect.reasoning_back),
        is_local=(endpoint.is_local or route.provider.local) and not endpoint.dialect.passes_on,
        note=what_it_costs(endpoint.model) if is_missing(entry) else "",
        posts_to=posts_to(endpoint.address, dialect),
    )


def _with_window(model: Model, route: Route, access: Access) -> Model:
    """The model with what is known of its window, and with what asks for it."""
    window, entry = window_known(route.endpoint, route.home), route.home or route.provider
    return replace(
        model,
        context_tokens=window.tokens,
        input_tokens=window.input_tokens,
        window_source=window.source,
        window_setting=entry.window_setting,
        cuts_in_silence=bool(entry.window_setting) or route.endpoint.is_local,
        server_window=window_to_ask(route.endpoint, entry, access),
    )


def _without_password(address: str) -> str:
    """An address that may be stored: empty if it may hold a password."""
    return "" if "@" in address or "?" in address else address


def _connect(
    endpoint: Endpoint, dialect: Dialect, prices: Prices, mends: "Callable[[], Mends]", tries: int, max_reply_bytes: int
) -> ChatModel:
    # Here, as below: only the first request needs it.
    from chatbot_cli.providers.mended import MendingChat

    chat = _adapter(endpoint, dialect, prices)
    chat.mends = mends()
    return BoundedChat(MendingChat(RetryingChat(chat, tries), chat.mends, endpoint.model), max_reply_bytes)


def _mends_of(provider: str, endpoint: Endpoint, dialect: Dialect, state: Path | None) -> "Mends":
    # Here, because only the first request needs it.
    from chatbot_cli.providers.known_refusals import mends_of
    from chatbot_cli.providers.learnt import Learnt

    return mends_of(provider, endpoint, dialect, Learnt(state))


def _no_mends() -> "Mends":
    # Here for the same reason.
    from chatbot_cli.providers.mends import Mends

    return Mends()


def _adapter(endpoint: Endpoint, dialect: Dialect, prices: Prices) -> "StreamedChat[Any]":
    # Here, because importing an SDK takes 0.3 s or a second, and the prompt should not wait for it.
    from chatbot_cli.providers.route.key_command import with_key

    if dialect.speaks == MESSAGES:
        try:
            from chatbot_cli.providers.messages_api.messages_chat import MessagesChat
        except ImportError as error:  # it is there, and another library that it needs is not, or not in this version
            raise cannot_be_loaded(error) from error
        return MessagesChat(with_key(endpoint), dialect=dialect, prices=prices)
    from chatbot_cli.providers.chat_completions.openai_chat import OpenAIChat

    return OpenAIChat(with_key(endpoint), dialect=dialect, prices=prices)


def _weights(provider: Provider, path: str, access: Access, max_reply_bytes: int) -> Model:
    # Here, because few chats have a file of weights, and it brings what starts processes.
    from chatbot_cli.providers.gguf.opening import Served, open_weights

    mends = cache(_no_mends)

    def connect(name: str, served: Served) -> ChatModel:
        endpoint = Endpoint(served.base_url, name, served.key, timeouts=access.timeouts, dialect=provider.dialect)
        # It is tried once: what fails on this computer, in a process of our own, fails again.
        return _connect(endpoint, provider.dialect, NothingToPay(), mends, 1, max_reply_bytes)

    def payload(name: str, request: Request) -> Mapping[str, object]:
        return _payload(name, provider.dialect, "", mends, request)

    return open_weights(provider.name, path, connect, payload, sends_nothing=access.sends_nothing)


def _demo() -> Model:
    # Here, because its patterns take longer to compile than the rest of this file, and most starts do not need it.
    from chatbot_cli.providers.demo.model import DemoChat

    counter = counter_for(DEMO.name)
    warm_up, payload = WarmUp(counter.load), partial(_payload, DEMO.name, DEMO.dialect, "", _no_mends)
    return Model(
        DEMO.name,
        DEMO.name,
        DemoChat(),
        counter,
        UNKNOWN_LOCAL_MODEL,
        warm_up,
        prices=NothingToPay(),
        payload=payload,
        is_local=True,
        window_source=f"the {DEMO.name}",
    )


def _payload(
    model: str, dialect: Dialect, address: str, mends: "Callable[[], Mends]", request: Request
) -> Mapping[str, object]:
    if dialect.speaks == MESSAGES:
        # Here, as below, because a chat needs one of them, and only with its first request.
        from chatbot_cli.providers.messages_api.request_body import payload_of as messages_payload

        return mends().applied(messages_payload(request, model, dialect)).payload
    from chatbot_cli.providers.chat_completions.request_body import payload_of

    return mends().applied(payload_of(request, model, dialect, address=address)).payload
