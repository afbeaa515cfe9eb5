"""Reads a model spec such as `ollama/llama3.3`: which provider it names, at which address, with which key."""

from typing import NamedTuple
from urllib.parse import urlsplit

from chatbot_cli.errors import MissingKey, SettingsError
from chatbot_cli.hints import setting
from chatbot_cli.providers.route.endpoint import Access, Endpoint, is_same_address
from chatbot_cli.providers.table import KEY_BEGINNINGS, OPENAI, PROVIDERS, Provider, provider_at, provider_called
from chatbot_cli.secrets.striking import SHORTEST
from chatbot_cli.text.short import LONGEST_NAME, shorten

PLACEHOLDER_KEY = "no-key"  # sent to a server that needs no key: the SDK sends no request without one

QUOTED = 40  # characters of a name that is no provider's, in a sentence


class Route(NamedTuple):
    """How a model is reached. `address_setting` names the setting that can change the address."""

    provider: Provider
    endpoint: Endpoint
    address_setting: str


def route_to(spec: str, access: Access) -> Route | None:
    """The way to a model, given as `NAME` (of OpenAI) or `PROVIDER/NAME`; None for one that runs in this process.

    A server at the user's own address is sent the name whole, with the key for it: routers call models `openai/gpt-4o`.
    Only the prefix of a local server is taken off, since it says what runs there, and a provider's at its own host.
    Raises SettingsError, and MissingKey if the provider wants a key that is not in `access`.
    """
    provider, name = _split(spec.strip(), access)
    if provider.base_url is None:
        return None
    address = _own_address(provider, access)
    variable = provider.key_variable if _may_have_key(provider, access) else None
    key = access.keys.get(variable, "").strip() if variable else ""
    if variable and not (key or address or access.sends_nothing):
        raise _no_key(variable, name, access)
    endpoint = Endpoint(
        address or provider.base_url, name, key or PLACEHOLDER_KEY, variable, access.timeouts, access.environ
    )
    return Route(provider, endpoint, "openai_base_url" if address and not access.base_url else "base_url")


def _own_address(provider: Provider, access: Access) -> str:
    """The address that the user gives the provider's models; empty if they are at the provider's own."""
    openai_address = access.openai_base_url if provider.takes_openai_base_url else None
    return (access.base_url or openai_address or "").strip()


def _may_have_key(provider: Provider, access: Access) -> bool:
    """Whether the provider's key may be sent to the address of its models."""
    address = access.base_url or ""
    if not (access.from_conversation and address):
        return True
    parts = urlsplit(address.strip()) if provider_at(address.strip()) is provider else None
    if parts and parts.scheme == "https" and parts.port in (None, 443):
        return True
    return provider.takes_openai_base_url and is_same_address(access.openai_base_url or "", address)


def _split(spec: str, access: Access) -> tuple[Provider, str]:
    """The provider that a spec names, and the model's name at that provider."""
    if spec.startswith(KEY_BEGINNINGS) or any(_is_key(key, spec) for key in access.keys.values()):
        # Sentences and the status line show a model's name; they must not show a key.
        raise SettingsError(
            "The model's name looks like an API key.", f"A key stands in a variable: {OPENAI.key_variable}."
        )
    prefix, slash, name = spec.partition("/")
    provider = provider_called(prefix)
    if provider and provider.base_url is None and not slash:
        name = prefix  # the provider has one model, which has the provider's name
    elif provider is None and slash and not (access.base_url or access.openai_base_url):
        raise _no_such_provider(prefix)
    elif provider is None or not slash or (name and _is_part_of_name(provider, access)):
        provider, name = OPENAI, spec
    if not name:
        example = f"Give {setting('model', 'NAME')} or PROVIDER/NAME, for example ollama/llama3.3."
        raise SettingsError("The model has no name.", example)
    return provider, name


def _is_key(key: str, spec: str) -> bool:
    """Whether a spec, or the name in it, is the key. A short key, or one such as `lmstudio`, may be a name too."""
    return len(key) >= SHORTEST and key in (spec, spec.rpartition("/")[2]) and provider_called(key) is None


def _is_part_of_name(provider: Provider, access: Access) -> bool:
    """Whether the provider in a spec is a word of the model's name: at a server that is not the provider's."""
    address = _own_address(provider, access)
    return bool(address and provider.key_variable) and provider_at(address) is not provider


def _no_key(variable: str, model: str, access: Access) -> MissingKey:
    name = shorten(model, LONGEST_NAME)
    if access.openai_base_url:  # it may be a router that has this model too
        return MissingKey(variable, name, f"name your server with {setting('base_url', 'URL')}")
    return MissingKey(variable, name)


def _no_such_provider(name: str) -> SettingsError:
    # Here, because only a mistake needs it.
    from difflib import get_close_matches

    names = [provider.name for provider in PROVIDERS if provider.base_url]
    close = get_close_matches(name.lower(), names, n=1)
    guess = f"Did you mean {close[0]}? " if close else ""
    return SettingsError(f'No provider is called "{shorten(name, QUOTED)}".', f"{guess}There are {', '.join(names)}.")
