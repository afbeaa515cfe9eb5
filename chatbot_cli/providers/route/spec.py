"""Reads a model spec such as `ollama/llama3.3`: which provider it names, at which address, with which key."""

import re
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from chatbot_cli.errors import MissingKey, SettingsError
from chatbot_cli.hints import setting
from chatbot_cli.providers.entries.provider import Dialect, Provider
from chatbot_cli.providers.entries.reading import PLACEHOLDER
from chatbot_cli.providers.entries.registry import Providers
from chatbot_cli.providers.route.endpoint import PLACEHOLDER_KEY, Access, Endpoint, is_same_address
from chatbot_cli.providers.route.spoken import spoken
from chatbot_cli.secrets.striking import SHORTEST
from chatbot_cli.text.short import LONGEST_NAME, shorten

_ACCOUNT = re.compile(r"[A-Za-z0-9._-]+")
QUOTED = 40  # characters of a name that is no provider's, in a sentence


class Route(NamedTuple):
    """How a model of a provider is reached. `address_setting` names the setting that can change the address.

    `home` is the provider whose server that is: another one, or None, where the user gives an address.
    """

    provider: Provider
    endpoint: Endpoint
    address_setting: str
    home: Provider | None

    @property
    def dialect(self) -> Dialect:
        """How the entry of its server says that it differs from others."""
        return self.home.dialect if self.home else Dialect()


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
    may_have_key = _may_have_key(provider, access)
    variable, key = _key_of(provider, access) if may_have_key else (None, "")
    command = () if key or not may_have_key or _is_of_folder(provider, access) else provider.key_command
    if provider.wants_key and may_have_key and not (key or command or address or access.sends_nothing):
        raise _no_key(provider, name, access)
    base_url = address or _own_url(provider, access)
    home = access.providers.at(base_url, provider) if address else provider
    endpoint = Endpoint(
        base_url,
        name,
        key or PLACEHOLDER_KEY,
        variable,
        access.timeouts,
        access.environ,
        spoken(home.dialect if home else Dialect()),
        command,
        provider.name,
        (home or provider).fetch_command,
    )
    return Route(provider, endpoint, "openai_base_url" if address and not access.base_url else "base_url", home)


def _key_of(provider: Provider, access: Access) -> tuple[str | None, str]:
    """The variable of the provider's key and the key in it; the first variable, and no key, if none is set."""
    for variable in provider.key_variables:
        if key := access.keys.get(variable, "").strip():
            return variable, key
    return provider.key_variable if provider.wants_key else None, ""


def _own_url(provider: Provider, access: Access) -> str:
    """The address of the provider's own servers, with what the environment says of it. Raises SettingsError."""
    url = provider.base_url or ""
    if stated := access.environ.get(provider.url_variable, "").strip():
        return _with_port(stated, url)
    for variable in PLACEHOLDER.findall(url):
        if not (part := access.environ.get(variable, "").strip()):
            raise SettingsError(
                f"{provider.label or provider.name} has an address for each account, and {variable} is not set.",
                f'Set {variable}, or in config.toml: [providers.{provider.name}] and below it url = "https://…".',
            )
        if not _ACCOUNT.fullmatch(part):  # the key would go to another host
            raise SettingsError(
                f"{variable} is no name of an account.",
                "It has letters, digits, dots, - and _ alone; what follows is added.",
            )
        url = url.replace(f"{{{variable}}}", part)
    return url


def _with_port(stated: str, url: str) -> str:
    """The base URL of a server that a variable states as programs do: a host, a port, or an address without a path."""
    own = urlsplit(url)
    scheme, _, rest = stated.rpartition("://")
    server, _, path = rest.partition("/")
    host, port = _split_server(server)
    if not (port or scheme):
        port = str(own.port or "")
    return f"{scheme or own.scheme}://{host}{port and ':'}{port}/{path.strip('/') or own.path.strip('/')}"


def _split_server(server: str) -> tuple[str, str]:
    """Host and port of a server; the port is empty if there is none."""
    host, colon, port = server.rpartition(":")
    if not colon or server.endswith("]"):
        host, port = server, ""
    return "localhost" if host in ("", "0.0.0.0") else host, port  # noqa: S104 - an address to be bound to, not to ask


def _own_address(provider: Provider, access: Access) -> str:
    """The address that the user gives the provider's models; empty if they are at the provider's own."""
    openai_address = access.openai_base_url if provider.is_default else None
    return (access.base_url or openai_address or "").strip()


def _is_of_folder(provider: Provider, access: Access) -> bool:
    """Whether the folder's `.env`, and nobody else, says where the provider's models are."""
    address = access.base_url or ""
    is_folders = not address or (access.from_conversation and is_same_address(address, access.openai_base_url or ""))
    return access.address_of_folder and provider.is_default and is_folders


def _may_have_key(provider: Provider, access: Access) -> bool:
    """Whether the provider's key may be sent to the address of its models."""
    address = access.base_url or ""
    if not (access.from_conversation and address):
        return True
    if PLACEHOLDER.search(provider.base_url or ""):  # below that host are the accounts of others, too
        with suppress(SettingsError):
            return is_same_address(_own_url(provider, access), address)
        return False
    parts = urlsplit(address.strip()) if access.providers.at(address.strip(), provider) is provider else None
    if parts and parts.scheme == "https" and parts.port in (None, 443):
        return True
    return provider.is_default and is_same_address(access.openai_base_url or "", address)


def provider_of(spec: str, access: Access) -> tuple[Provider, str]:
    """The provider that a spec names, and the model's name at that provider. Raises SettingsError."""
    return _split(spec.strip(), access)


def _split(spec: str, access: Access) -> tuple[Provider, str]:
    """The provider that a spec names, and the model's name at that provider."""
    providers = access.providers
    if spec.startswith(providers.key_beginnings) or any(_is_key(key, spec, providers) for key in access.keys.values()):
        # Sentences and the status line show a model's name; they must not show a key.
        raise SettingsError(
            "The model's name looks like an API key.",
            f"A key stands in a variable: {providers.default.key_variable}.",
        )
    prefix, slash, name = spec.partition("/")
    provider = providers.called(prefix)
    if provider and provider.base_url is None and not slash:
        name = prefix  # the provider has one model, which has the provider's name
    elif provider is None and slash and not (access.base_url or access.openai_base_url):
        raise _no_such_provider(prefix, providers)
    elif provider is None or not slash or (name and _is_part_of_name(provider, access)):
        provider, name = providers.default, spec
    if not name:
        example = f"Give {setting('model', 'NAME')} or PROVIDER/NAME, for example ollama/llama3.3."
        raise SettingsError("The model has no name.", example)
    return provider, name


def _is_key(key: str, spec: str, providers: Providers) -> bool:
    """Whether a spec, or the name in it, is the key. A short key, or one such as `lmstudio`, may be a name too."""
    return len(key) >= SHORTEST and key in (spec, spec.rpartition("/")[2]) and providers.called(key) is None


def _is_part_of_name(provider: Provider, access: Access) -> bool:
    """Whether the provider in a spec is a word of the model's name: at a server that is not the provider's."""
    address = _own_address(provider, access)
    return bool(address and provider.wants_key) and access.providers.at(address, provider) is not provider


def _no_key(provider: Provider, model: str, access: Access) -> MissingKey:
    name, variable = shorten(model, LONGEST_NAME), provider.key_variable or ""
    if access.openai_base_url:  # it may be a router that has this model too
        return MissingKey(variable, name, f"name your server with {setting('base_url', 'URL')}")
    return MissingKey(variable, name)


def _no_such_provider(name: str, providers: Providers) -> SettingsError:
    # Here, because only a mistake needs it.
    from difflib import get_close_matches

    names = [provider.name for provider in providers if provider.base_url]
    close = get_close_matches(name.lower(), names, n=1)
    guess = f"Did you mean {close[0]}? " if close else ""
    if name in ("http:", "https:"):
        guess = f"An address goes into {setting('base_url', 'URL')}. "
    return SettingsError(f'No provider is called "{shorten(name, QUOTED)}".', f"{guess}There are {', '.join(names)}.")
