"""Finds the proxy between us and a server, and the environment variable that names it. Pure."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from chatbot_cli.frozen import frozen
from chatbot_cli.providers.route.endpoint import without_user

LOOPBACK = ("localhost", "127.0.0.1", "::1")  # as in sdk_client: these are reached without a proxy
SUFFIX = "_proxy"


@frozen
class Proxy:
    """A proxy that an environment variable names. `address` is without user and password.

    `bypassed_by` names the NO_PROXY variable that excludes the server; it is empty if the proxy is used. `usable` is
    false if the address is malformed.
    """

    variable: str
    address: str
    bypassed_by: str = ""
    usable: bool = True


def proxy_in_force(address: str, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy that the environment names for a server's address, chosen as the HTTP client chooses it."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    variables = _variables(environ)
    variable = variables.get(parts.scheme) or variables.get("all")
    if variable is None or host in LOOPBACK:
        return None
    exceptions = variables.get("no")
    bypassed = exceptions is not None and _is_named(host, parts.port, parts.scheme, environ[exceptions])
    bypassed_by = exceptions if exceptions and bypassed else ""
    return Proxy(variable, _server_of(environ[variable]), bypassed_by, _is_address(environ[variable]))


def unusable_proxy(environ: Mapping[str, str]) -> str:
    """The first variable whose proxy does not speak HTTP or has a malformed address; empty if there is none."""
    proxies = {scheme: name for scheme, name in _variables(environ).items() if scheme in ("http", "https", "all")}
    return next((name for name in proxies.values() if not _is_address(environ[name], ("http", "https"))), "")


def _is_address(text: str, schemes: tuple[str, ...] = ("http", "https", "socks5", "socks5h")) -> bool:
    try:
        parts = urlsplit(text.strip() if "://" in text else f"http://{text.strip()}")
        return bool(parts.hostname) and parts.port != 0 and parts.scheme in schemes
    except ValueError:
        return False


def _variables(environ: Mapping[str, str]) -> dict[str, str]:
    """The variable in force for each scheme, `all` and `no`. One in lower case wins; an empty one disables."""
    named = [name for name in environ if name.lower().endswith(SUFFIX)]
    in_force = {name.lower().removesuffix(SUFFIX): name for name in named if environ[name]}
    for name in named:
        if name.endswith(SUFFIX):
            scheme = name.removesuffix(SUFFIX).lower()
            if environ[name]:
                in_force[scheme] = name
            else:
                in_force.pop(scheme, None)
    if "REQUEST_METHOD" in environ:  # a CGI program's HTTP_PROXY is a header that anybody may send
        in_force = {scheme: name for scheme, name in in_force.items() if (scheme, name) != ("http", "HTTP_PROXY")}
    return in_force


def _is_named(host: str, port: int | None, scheme: str, exceptions: str) -> bool:
    """Whether NO_PROXY names a host."""
    return any(_fits(entry.strip().lower(), host, port, scheme) for entry in exceptions.split(","))


def _fits(entry: str, host: str, port: int | None, scheme: str) -> bool:
    if entry in ("", "*"):
        return entry == "*"
    if (inside := _is_in_network(entry, host)) is not None:
        return inside
    if "://" not in entry:
        if "/" in entry:
            return False
        entry = f"all://{entry}" if entry == "localhost" or entry[0] in "[*" else f"all://*{entry}"
    try:
        parts = urlsplit(entry)
        fits = parts.scheme in ("all", scheme) and parts.port in (None, port)
    except ValueError:  # curl ignores such an entry too
        return False
    return fits and _is_called(host, parts.hostname or "")


def _is_called(host: str, name: str) -> bool:
    """Whether a name matches a host. `*.NAME` are those below NAME, `*NAME` also NAME; no name is every host."""
    if not name.startswith("*") or name == "*":
        return name in ("", "*", host)
    return host.endswith(name[1:] if name[1:2] == "." else f".{name[1:]}") or host == name[1:]


def _is_in_network(entry: str, host: str) -> bool | None:
    """Whether the host is in a network such as 10.0.0.0/8; None if the entry is not an IP address or network."""
    try:
        network = ip_network(entry, strict=False)
    except ValueError:
        return None
    try:
        return ip_address(host) in network
    except ValueError:
        return False


def _server_of(address: str) -> str:
    scheme, slashes, rest = without_user(address).rpartition("://")
    return f"{scheme if slashes else 'http'}://{rest.partition('/')[0]}"
