"""Where a server's redirects lead, and what is said of those that lead nowhere good. Pure."""

from dataclasses import replace

import httpx2

from chatbot_cli.errors import RequestRefused, SettingsError, Unauthorized
from chatbot_cli.providers.route.endpoint import Endpoint, check_base_url, without_user


def is_same_server(one: httpx2.URL, other: httpx2.URL) -> bool:
    """Whether what one may know, such as a key, the other may know as well."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def leads_elsewhere(url: httpx2.URL, endpoint: Endpoint) -> bool:
    """Whether a request that began at the endpoint has come to another server."""
    return not is_same_server(url, httpx2.URL(endpoint.base_url))


def address_of(url: httpx2.URL) -> str:
    """The server of a URL, as it may be shown."""
    return without_user(f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}")


def base_of(url: httpx2.URL, end: str) -> str:
    """The base URL of one that ends so, as it may be shown: what is encoded in it stays so."""
    return address_of(url) + url.raw_path.decode("ascii", "replace").partition("?")[0].removesuffix(end)


def without_key(url: httpx2.URL, endpoint: Endpoint) -> Unauthorized:
    """Another server wants the key, which it is not given."""
    other = address_of(url)
    sentence = f"{endpoint.address} redirects to {other}, and the key is not taken there."
    return Unauthorized(sentence, f"If that is right, make it the base URL: {base_of(url, '/chat/completions')}")


def no_address(endpoint: Endpoint) -> RequestRefused:
    """A redirect to something that cannot be asked."""
    return RequestRefused(
        f"{endpoint.address} redirects to something that is no web address.", check_base_url(endpoint)
    )


def in_circles(endpoint: Endpoint) -> RequestRefused:
    """Redirects without end."""
    return RequestRefused(f"{endpoint.address} redirects in circles.", check_base_url(endpoint))


def where_it_led(error: BaseException | None, endpoint: Endpoint) -> Endpoint:
    """The server that a failed request was sent to in the end."""
    request = getattr(error, "_request", None)  # asking for what is not there, as `request`, would raise
    if not isinstance(request, httpx2.Request) or not leads_elsewhere(request.url, endpoint):
        return endpoint
    try:
        return replace(endpoint, base_url=address_of(request.url))
    except SettingsError:  # an address that can be asked, and is none of ours
        return endpoint
