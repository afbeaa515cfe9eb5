"""How many tokens a model holds, as far as that is known before its server is asked."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from chatbot_cli.chat.server_window import A_GUESS, NothingToAsk, ServerWindow, the_list_of
from chatbot_cli.providers.entries.provider import Provider
from chatbot_cli.providers.known_models import known, known_anywhere, list_date, tokens_of_its_kind
from chatbot_cli.providers.route.endpoint import Access, Endpoint

UNKNOWN_CLOUD_MODEL = 128_000  # tokens
UNKNOWN_LOCAL_MODEL = 8_192  # tokens; local servers silently cut a request that is longer than their window


class KnownWindow(NamedTuple):
    """The tokens of a window, who says so, and the most of them that may be sent; None if that is all."""

    tokens: int
    source: str
    input_tokens: int | None = None


def window_known(endpoint: Endpoint, entry: Provider | None) -> KnownWindow:
    """What the list that comes with this version says of a model, or a guess. `entry` is that of the server's address.

    What a local server holds is for whoever has started it to decide: no list knows that, except of models that nobody
    can start, so that the server only passes them on.
    """
    is_local, name = endpoint.is_local or (entry is not None and entry.local), endpoint.model
    if model := known_anywhere(name) if is_local else known(entry.name if entry else "", name):
        most = model.input_tokens if model.input_tokens < model.context_tokens else None
        return KnownWindow(model.context_tokens, the_list_of(list_date()), most)
    if is_local:
        alike = tokens_of_its_kind(name, words=1, owned=True)
        return KnownWindow(max(UNKNOWN_LOCAL_MODEL, alike or 0), A_GUESS)
    return KnownWindow(tokens_of_its_kind(name) or UNKNOWN_CLOUD_MODEL, A_GUESS)


class KeptWindow:
    """The window that a cloud's list of models had when somebody looked at it; it is read when it may matter."""

    def __init__(self, read: Callable[[], int | None]) -> None:
        self._read = read
        self._told: int | None = None
        self._is_read = False

    @property
    def told(self) -> int | None:
        """The tokens that the model holds; None as long as that is not read, and if the list does not say so."""
        return self._told

    @property
    def may_tell(self) -> bool:
        """Whether the list has not been read yet."""
        return not self._is_read

    async def ask(self) -> None:
        """Read it. It is a small file on this machine; nothing is sent."""
        self._is_read, self._told = True, self._read()


def window_to_ask(endpoint: Endpoint, entry: Provider, access: Access) -> ServerWindow:
    """What asks a local server for its window. A cloud's is not asked: that would take the time of a request.

    What the cloud has told before is known to the `access`. A server on this machine that has no entry is asked as all
    local ones are.
    """
    providers = access.providers
    probes, paths = entry.probe, entry.window
    if not probes and endpoint.is_local:
        local = [row for row in providers if row.local]
        everywhere = (path for row in local for path in row.window)
        probes, paths = ("/v1/models",), tuple(dict.fromkeys((*entry.window, *everywhere)))
    if not probes:
        told = partial(access.window_told, entry.name, endpoint.base_url, endpoint.model)
        return KeptWindow(told) if paths else NothingToAsk()
    # Here, because most models are not at a server of the user's own.
    from chatbot_cli.providers.server_windows.asking import AskedWindow

    owners = frozenset(row.dialect.any_name_owner for row in providers if row.dialect.any_name_owner)
    seen = partial(access.window_seen, entry.name, endpoint.base_url, endpoint.model)
    return AskedWindow(endpoint, probes, paths, owners, seen)
