"""The address of a model, its key, and how long to wait for it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from types import MappingProxyType
from urllib.parse import quote, unquote, urlsplit

from chatbot_cli.chat.prices import PricePerMillion
from chatbot_cli.errors import SettingsError
from chatbot_cli.frozen import frozen
from chatbot_cli.providers.entries.provider import BEARER, Dialect
from chatbot_cli.providers.entries.registry import Providers, built_in
from chatbot_cli.system.web_address import is_on_this_machine

PLACEHOLDER_KEY = "no-key"  # sent to a server that needs no key: the SDK sends no request without one
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")  # the variables that name the certificates to trust
_SCHEME_AND_USER = re.compile(r"^([a-z][a-z0-9+.-]*://)?.*@", re.IGNORECASE | re.DOTALL)
NOTHING_SET: Mapping[str, str] = MappingProxyType({})
NONE_STATED: Mapping[str, PricePerMillion] = MappingProxyType({})


@frozen
class Timeouts:
    """Seconds to wait: for the connection, for the first token of a reply, and for each further piece of it."""

    connect: float = 10.0
    first_token: float = 300.0
    idle: float = 120.0


@frozen
class Access:
    """The settings with which every model is reached.

    `keys` maps variables such as OPENAI_API_KEY to keys. `base_url` overrides the address of any provider,
    `openai_base_url` only OpenAI's. `environ` holds the variables that name proxies and certificates.
    `from_conversation` says that a saved conversation names the `base_url`, and the user does not: it gets a key only
    where that is the provider's own host, or the key's own setting, `openai_base_url`, names the same address.
    `prices` are those that the user states, by the model's name with or without its provider.
    Whoever `sends_nothing` needs no key. `providers` are the built-in ones and the user's own. With an
    `address_of_folder`, `openai_base_url` comes from the folder's `.env`, which may be a stranger's: no command of the
    user's makes a key for it. `window_told` is what a provider's server at an address last told of a model's window, if
    that is kept, and `window_seen` what one on this machine told when servers were looked for.
    """

    keys: Mapping[str, str] = field(repr=False)
    base_url: str | None = None
    openai_base_url: str | None = None
    timeouts: Timeouts = Timeouts()
    environ: Mapping[str, str] = field(default_factory=lambda: NOTHING_SET, repr=False)
    from_conversation: bool = False
    prices: Mapping[str, PricePerMillion] = field(default_factory=lambda: NONE_STATED)
    sends_nothing: bool = False
    providers: Providers = field(default_factory=built_in)
    address_of_folder: bool = False
    window_told: Callable[[str, str, str], int | None] = lambda provider, address, model: None
    window_seen: Callable[[str, str, str], int | None] = lambda provider, address, model: None


@frozen
class Endpoint:
    """One model on one server. `key_variable` names the variable that holds the key, None if the server needs no key.

    `environ` holds the variables that name proxies and certificates, so that sentences can mention them. `dialect` is
    how the server differs from others. `key_command` prints the key, if there is none yet. `provider` is the
    name of its entry, and `fetch_command` downloads a missing {model}; empty if nothing does.
    Raises SettingsError if the address is not an http(s) URL, or the key has a character that no key has.
    """

    base_url: str
    model: str
    api_key: str = field(repr=False)
    key_variable: str | None = None
    timeouts: Timeouts = Timeouts()
    environ: Mapping[str, str] = field(default_factory=lambda: NOTHING_SET, repr=False)
    dialect: Dialect = Dialect()
    key_command: tuple[str, ...] = ()
    provider: str = ""
    fetch_command: str = ""

    def __post_init__(self) -> None:
        if not _is_http(self.base_url):
            raise no_web_address()
        if not (self.api_key.isascii() and self.api_key.isprintable()) or " " in self.api_key:
            raise SettingsError(
                f"The API key {self.where_the_key_is} holds characters that no key has.", "Copy it once more, whole."
            )

    @property
    def host(self) -> str:
        """The server's name."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def has_key(self) -> bool:
        """Whether the server is sent a key."""
        return self.key_variable is not None or bool(self.key_command) or self.api_key != PLACEHOLDER_KEY

    @property
    def key_header(self) -> dict[str, str]:
        """The header that has the key; none if the server wants no key."""
        kind, _, name = self.dialect.auth.partition(":")
        if kind == BEARER:
            return {"Authorization": f"Bearer {self.api_key}"}
        return {name: self.api_key} if name else {}

    @property
    def where_the_key_is(self) -> str:
        """Where the user finds the key, in words."""
        return f"in {self.key_variable}" if self.key_variable else f"from key_cmd of [providers.{self.provider}]"

    @property
    def is_local(self) -> bool:
        """Whether the server runs on this computer."""
        return is_on_this_machine(self.base_url)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The strings that must never be shown: the key, and the secrets in the address."""
        return self.api_key, *secrets_in(self.base_url)

    @property
    def address(self) -> str:
        """The base URL as it may be shown: without user, password and query."""
        parts = urlsplit(self.base_url)
        return f"{without_user(f'{parts.scheme}://{parts.netloc}')}{parts.path}".rstrip("/")


def no_web_address() -> SettingsError:
    """The error for a base URL that is not a usable address."""
    return SettingsError("The base URL is no web address.", "One looks like http://localhost:8080/v1.")


def without_user(address: str) -> str:
    """An address, however malformed, without user, password and query."""
    return _SCHEME_AND_USER.sub(r"\1", address.strip()).partition("?")[0]


def secrets_in(address: str) -> tuple[str, ...]:
    """User, password and the values of the query in an address, each as it is written, decoded and encoded."""
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
    except ValueError:  # malformed; using it raises an error of its own
        return ()
    values = [part.partition("=")[2] for part in parts.query.split("&")]
    forms: list[str] = []
    for secret in filter(None, (parts.password or parts.username, *values, parts.query)):
        decoded = unquote(secret)
        forms += (secret, decoded, quote(decoded))
    return tuple(dict.fromkeys(forms))


def is_same_address(one: str, other: str) -> bool:
    """Whether two base URLs are the same, but for how they are written."""
    try:
        first, second = (
            (parts.scheme, parts.netloc.rpartition("@")[2].lower(), parts.path.rstrip("/"), parts.query)
            for parts in map(urlsplit, (one.strip(), other.strip()))
        )
    except ValueError:  # malformed
        return False
    return first == second


def check_base_url(endpoint: Endpoint) -> str:
    """The hint for an error that a wrong base URL may have caused."""
    if "/v1" in endpoint.address:
        return f"Check the base URL: {endpoint.address}"
    return f"Check the base URL; most end in /v1: {endpoint.address}/v1"


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0  # reading the port checks it
    except ValueError:
        return False
    return usable and parts.scheme in ("http", "https") and url.isprintable() and " " not in url
