"""Reads a model spec such as `ollama/llama3.3`: which provider it names, at which address, with which key."""

from typing import NamedTuple

from chatbot_cli.errors import MissingKey, SettingsError
from chatbot_cli.hints import setting
from chatbot_cli.providers.route.endpoint import Access, Endpoint
from chatbot_cli.providers.table import KEY_BEGINNINGS, OPENAI, PROVIDERS, Provider, provider_called

PLACEHOLDER_KEY = "no-key"  # sent to a server that needs no key: the SDK sends no request without one


class Route(NamedTuple):
    """How a model is reached. `address_setting` names the setting that can change the address."""

    provider: Provider
    endpoint: Endpoint
    address_setting: str


def route_to(spec: str, access: Access) -> Route | None:
    """The way to a model, given as `NAME` (of OpenAI) or `PROVIDER/NAME`; None for one that runs in this process.

    If the user sets an address, a prefix that is no provider belongs to the model's name. Raises SettingsError, and
    MissingKey if the provider wants a key that is not in `access`.
    """
    provider, name = _split(spec.strip(), own_server=bool(access.base_url or access.openai_base_url))
    if provider.base_url is None:
        return None
    openai_address = access.openai_base_url if provider.takes_openai_base_url else None
    address = (access.base_url or openai_address or "").strip()
    variable = provider.key_variable
    key = access.keys.get(variable, "").strip() if variable else ""
    if variable and not key and not address:
        raise MissingKey(variable, name)
    endpoint = Endpoint(
        address or provider.base_url, name, key or PLACEHOLDER_KEY, variable, access.timeouts, access.environ
    )
    return Route(provider, endpoint, "openai_base_url" if openai_address and not access.base_url else "base_url")


def _split(spec: str, *, own_server: bool) -> tuple[Provider, str]:
    """The provider that a spec names, and the model's name at that provider."""
    if spec.startswith(KEY_BEGINNINGS):
        # Sentences and the status line show a model's name; they must not show a key.
        raise SettingsError(
            "The model's name looks like an API key.", f"A key stands in a variable: {OPENAI.key_variable}."
        )
    prefix, slash, name = spec.partition("/")
    provider = provider_called(prefix)
    if provider and provider.base_url is None and not slash:
        name = prefix  # the provider has one model, which has the provider's name
    elif provider is None and slash and not own_server:
        raise _no_such_provider(prefix)
    elif provider is None or not slash:
        provider, name = OPENAI, spec
    if not name:
        example = f"Give {setting('model', 'NAME')} or PROVIDER/NAME, for example ollama/llama3.3."
        raise SettingsError("The model has no name.", example)
    return provider, name


def _no_such_provider(name: str) -> SettingsError:
    # Here, because only a mistake needs it.
    from difflib import get_close_matches

    names = [provider.name for provider in PROVIDERS if provider.base_url]
    close = get_close_matches(name.lower(), names, n=1)
    guess = f"Did you mean {close[0]}? " if close else ""
    return SettingsError(f'No provider is called "{name}".', f"{guess}There are {', '.join(names)}.")
