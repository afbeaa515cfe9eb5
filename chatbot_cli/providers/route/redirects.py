"""Recognizes redirects to another server, and makes the errors for redirects that cannot be followed. Pure."""

from dataclasses import replace

import httpx2

from chatbot_cli.errors import RequestRefused, SettingsError, Unauthorized
from chatbot_cli.providers.route.endpoint import Endpoint, check_base_url, without_user


def is_same_server(one: httpx2.URL, other: httpx2.URL) -> bool:
    """Whether two URLs have the same server, so that a key for the one may be sent to the other."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def leads_elsewhere(url: httpx2.URL, endpoint: Endpoint) -> bool:
    """Whether `url`, which a request to the endpoint was redirected to, is at another server."""
    return not is_same_server(url, httpx2.URL(endpoint.base_url))


def address_of(url: httpx2.URL) -> str:
    """The server of a URL, as it may be shown: without user and password."""
    return without_user(f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}")


def base_of(url: httpx2.URL, end: str) -> str:
    """The base URL of a URL that ends with `end`, as it may be shown: without query, its encoding unchanged."""
    return address_of(url) + url.raw_path.decode("ascii", "replace").partition("?")[0].removesuffix(end)


def without_key(url: httpx2.URL, endpoint: Endpoint) -> Unauthorized:
    """The error when a redirect leads to another server, which wants the key and does not get it."""
    other = address_of(url)
    sentence = f"{endpoint.address} redirects to {other}, and the key is not taken there."
    return Unauthorized(sentence, f"If that is right, make it the base URL: {base_of(url, '/chat/completions')}")


def no_address(endpoint: Endpoint) -> RequestRefused:
    """The error for a redirect to something that is not a usable address."""
    return RequestRefused(
        f"{endpoint.address} redirects to something that is no web address.", check_base_url(endpoint)
    )


def in_circles(endpoint: Endpoint) -> RequestRefused:
    """The error for redirects without end."""
    return RequestRefused(f"{endpoint.address} redirects in circles.", check_base_url(endpoint))


def where_it_led(error: BaseException | None, endpoint: Endpoint) -> Endpoint:
    """The server that a failed request was redirected to; the endpoint itself if it was not redirected."""
    request = getattr(error, "_request", None)  # the property `request` raises if it is not set
    if not isinstance(request, httpx2.Request) or not leads_elsewhere(request.url, endpoint):
        return endpoint
    try:
        return replace(endpoint, base_url=address_of(request.url))
    except SettingsError:  # httpx2 accepts the address, Endpoint does not
        return endpoint
