"""What a model spec such as `ollama/llama3.3` names: a provider, and where and with which key it is reached."""

from typing import NamedTuple

from chatbot_cli.errors import MissingKey, SettingsError
from chatbot_cli.hints import setting
from chatbot_cli.providers.route.endpoint import Access, Endpoint
from chatbot_cli.providers.table import KEY_BEGINNINGS, OPENAI, PROVIDERS, Provider, provider_called

PLACEHOLDER_KEY = "no-key"  # a server that needs none still gets one: the SDK will not send a request without


class Route(NamedTuple):
    """How a model is reached. `address_setting` names the setting that can say another address."""

    provider: Provider
    endpoint: Endpoint
    address_setting: str


def route_to(spec: str, access: Access) -> Route | None:
    """The way to a model, given as `NAME` (of OpenAI) or `PROVIDER/NAME`; None for one that runs in this process.

    Where the address is the user's own, a prefix that is no provider belongs to the name. Raises SettingsError, and
    MissingKey when the provider wants a key that is not among those of `access`.
    """
    provider, name = _split(spec.strip(), own_server=bool(access.base_url or access.openai_base_url))
    if provider.base_url is None:
        return None
    stand_in = access.openai_base_url if provider is OPENAI else None
    address = (access.base_url or stand_in or "").strip()
    variable = provider.key_variable
    key = access.keys.get(variable, "").strip() if variable else ""
    if variable and not key and not address:
        raise MissingKey(variable, name)
    endpoint = Endpoint(
        address or provider.base_url, name, key or PLACEHOLDER_KEY, variable, access.timeouts, access.environ
    )
    return Route(provider, endpoint, "openai_base_url" if stand_in and not access.base_url else "base_url")


def _split(spec: str, *, own_server: bool) -> tuple[Provider, str]:
    """The provider a spec names, and the model's name there."""
    if spec.startswith(KEY_BEGINNINGS):
        # No sentence and no status line may show it, as they would show a name.
        raise SettingsError(
            "The model's name looks like an API key.", f"A key stands in a variable: {OPENAI.key_variable}."
        )
    prefix, slash, name = spec.partition("/")
    provider = provider_called(prefix)
    if provider and provider.base_url is None and not slash:
        name = prefix  # it has one model, and is called as that
    elif provider is None and slash and not own_server:
        raise _no_such_provider(prefix)
    elif provider is None or not slash:
        provider, name = OPENAI, spec
    if not name:
        give = f"Give {setting('model', 'NAME')} or PROVIDER/NAME, for example ollama/llama3.3."
        raise SettingsError("The model has no name.", give)
    return provider, name


def _no_such_provider(name: str) -> SettingsError:
    # Here, because only a mistake needs it.
    from difflib import get_close_matches

    names = [provider.name for provider in PROVIDERS if provider.base_url]
    close = get_close_matches(name.lower(), names, n=1)
    guess = f"Did you mean {close[0]}? " if close else ""
    return SettingsError(f'No provider is called "{name}".', f"{guess}There are {', '.join(names)}.")
