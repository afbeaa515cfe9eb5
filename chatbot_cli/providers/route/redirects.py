"""Refuses redirects to another server, and makes the errors for redirects that cannot be followed. Pure."""

import httpx2

from chatbot_cli.errors import ProviderError, RequestRefused, Unauthorized
from chatbot_cli.providers.route.endpoint import PLACEHOLDER_KEY, Endpoint, check_base_url, without_user
from chatbot_cli.secrets.striking import struck
from chatbot_cli.text.short import shorten_foreign

LONGEST_ADDRESS = 200  # characters of an address from a server that are shown


class LeadsElsewhere(httpx2.RequestError):
    """A redirect leads to another server, and is not followed. `request` is what would have been sent there."""

    def __init__(self, request: httpx2.Request) -> None:
        super().__init__("a redirect to another server", request=request)


def is_same_server(one: httpx2.URL, other: httpx2.URL) -> bool:
    """Whether two URLs have the same server, so that a key for the one may be sent to the other."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def address_of(url: httpx2.URL) -> str:
    """The server of a URL, as it may be shown: without user and password."""
    return without_user(f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}")


def base_of(url: httpx2.URL, *ends: str) -> str:
    """The base URL of a URL with one of these `ends`, as it may be shown: without query, its encoding unchanged."""
    path = url.raw_path.decode("ascii", "replace").partition("?")[0]
    end = next((end for end in ends if path.endswith(end)), "")
    return address_of(url) + path.removesuffix(end)


def without_key(url: httpx2.URL, endpoint: Endpoint) -> ProviderError:
    """The error when a redirect leads to another server: neither the key nor the conversation is taken there."""
    address = shown(base_of(url, "/chat/completions", "/messages"), endpoint)
    other = shown(address_of(url), endpoint)
    hint = f"If that is right, make it the base URL: {address}"
    if endpoint.api_key == PLACEHOLDER_KEY:
        return RequestRefused(f"{endpoint.address} redirects to {other}, and nothing is sent there.", hint)
    return Unauthorized(f"{endpoint.address} redirects to {other}, and the key is not taken there.", hint)


def shown(address: str, endpoint: Endpoint) -> str:
    """An address from a server, as it may be shown: short, and without keys."""
    return struck(shorten_foreign(address, LONGEST_ADDRESS), *endpoint.secrets)


def no_address(endpoint: Endpoint) -> RequestRefused:
    """The error for a redirect to something that is not a usable address."""
    return RequestRefused(
        f"{endpoint.address} redirects to something that is no web address.", check_base_url(endpoint)
    )


def in_circles(endpoint: Endpoint) -> RequestRefused:
    """The error for redirects without end."""
    return RequestRefused(f"{endpoint.address} redirects in circles.", check_base_url(endpoint))
