"""Builds clients of Anthropic's SDK, and makes its errors those that all adapters share."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx2
from anthropic import (
    AnthropicError,
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AsyncAnthropic,
    DefaultAsyncHttpxClient,
)

from chatbot_cli.providers.failures.wire_errors import ConnectTimedOut, NotConnected, StatusError, WireError
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.providers.wire.event_stream import DONE, written
from chatbot_cli.providers.wire.http_client import headers_of, http_client, timeout_of, url_of
from chatbot_cli.providers.wire.reply_body import OnlyChunks

OF_BASE_URLS = "/v1"  # at their end; the SDK writes it itself


def build_client(endpoint: Endpoint) -> AsyncAnthropic:
    """A client that never retries, limits only the time to connect, and sees nothing of a reply but its events.

    Raises SettingsError if the environment names a proxy or certificates that cannot be used.
    """
    home = url_of(endpoint)
    return AsyncAnthropic(
        api_key=endpoint.api_key,
        base_url=home.copy_with(path=home.path.rstrip("/").removesuffix(OF_BASE_URLS), query=None),
        default_query=dict(home.params),
        timeout=timeout_of(endpoint),
        max_retries=0,
        open_telemetry=False,
        http_client=http_client(endpoint, DefaultAsyncHttpxClient, OnlyChunks(named), headers_of(endpoint)),
    )


def named(data: bytes) -> bytes:
    """Data as an event with its name, without which the SDK leaves an event out."""
    if data in (b"", DONE):
        return b""
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):  # reading it fails for the SDK too
        event = None
    is_error = isinstance(event, Mapping) and (event.get("type") == "error" or "error" in event)
    return (b"event: error\n" if is_error else b"event: message\n") + written(data)


@contextmanager
def wire_errors() -> Iterator[None]:
    """Turn the errors of the SDK into a WireError, with the same cause."""
    try:
        yield
    except AnthropicError as error:
        raise _wire_error(error) from error.__cause__
    except httpx2.HTTPError as error:  # while a reply is read; the SDK leaves it as it is
        raise NotConnected(str(error)) from error


def _wire_error(error: AnthropicError) -> WireError:
    match error:
        case APIStatusError():
            body = error.body.get("error", error.body) if isinstance(error.body, Mapping) else error.body
            if error.response.is_success:  # an event in the stream
                return WireError(error.message, body)
            return StatusError(error.message, body, error.status_code, error.response.headers)
        case APITimeoutError():
            return ConnectTimedOut(error.message)
        case APIConnectionError():
            return NotConnected(error.message)
        case APIError():
            return WireError(error.message, error.body)
    return WireError(str(error))
