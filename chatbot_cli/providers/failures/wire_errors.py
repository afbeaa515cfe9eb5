"""What the libraries that speak to servers fail with, whichever of them it is: each adapter makes these of its own."""

from collections.abc import Mapping
from typing import Any

import httpx2

from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.secrets.striking import struck

# What a request is made of; the shape of a reply steps down by itself.
NEEDED = frozenset(
    ("model", "messages", "stream", "tools", "system", "input", "prompt", "response_format", "output_config.format")
)
LONGEST_ID = 80  # characters
REQUEST_IDS = ("x-request-id", "request-id")  # headers: of OpenAI and most others, of Anthropic


class WireError(Exception):
    """An error that a server reports, in a refusal or in its stream. The cause, if there is one, is its `__cause__`.

    `body` is what it sent, from JSON if it is JSON; `code` and `type` are the words in it that name the error.
    """

    def __init__(self, message: str = "", body: object = None) -> None:
        super().__init__(message)
        self.body = body
        self.code = body.get("code") if isinstance(body, Mapping) else None
        self.type = body.get("type") if isinstance(body, Mapping) else None


class StatusError(WireError):
    """A refusal: a response with a status that is no success. `sent` is the payload that is refused, if it is known."""

    sent: Mapping[str, Any] = {}

    def __init__(self, message: str, body: object, status_code: int, headers: Mapping[str, str]) -> None:
        super().__init__(message, body)
        self.status_code = status_code
        self.headers = headers

    @property
    def request_id(self) -> str | None:
        """By which the provider's support finds the request."""
        return request_id_in(self.headers)


class NotConnected(WireError):
    """A connection that was not made, or was lost. Its `__cause__` is an error of httpx2."""


class ConnectTimedOut(NotConnected):
    """A connection that was not made in time."""


def request_id_in(headers: Mapping[str, str]) -> str | None:
    """The id that a server gave a request; None if it gave none."""
    return next((headers[name] for name in REQUEST_IDS if name in headers), None)


def shown_id(request_id: str | None, endpoint: Endpoint) -> str:
    """A request's id as it may be shown: one line without keys; empty if there is none."""
    if not request_id or not request_id.isprintable():
        return ""
    return struck(request_id, *endpoint.secrets)[:LONGEST_ID]


class Unreadable(Exception):
    """The SDK could not read a chunk."""


# The SDK does not wrap an HTTPError that occurs while it reads the body of a refusal.
WIRE_ERRORS = (WireError, httpx2.HTTPError, Unreadable)
