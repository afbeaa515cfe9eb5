"""Builds clients of the openai SDK, and makes its errors those that all adapters share."""

from collections.abc import Iterator
from contextlib import contextmanager

from openai import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AsyncOpenAI,
    DefaultAsyncHttpx2Client,
    OpenAIError,
)

from chatbot_cli.providers.failures.wire_errors import ConnectTimedOut, NotConnected, StatusError, WireError
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.providers.wire.http_client import headers_of, http_client, timeout_of, url_of
from chatbot_cli.providers.wire.reply_body import OnlyChunks


def build_client(endpoint: Endpoint, *, for_chats: bool = True) -> AsyncOpenAI:
    """A client that never retries, and limits only the time to connect.

    One that is `for_chats` sees nothing of a reply but its chunks. Others limit the replies that they read themselves.
    Raises SettingsError if the environment names a proxy or certificates that cannot be used.
    """
    home = url_of(endpoint)
    client = AsyncOpenAI(
        api_key=endpoint.api_key,
        base_url=home.copy_with(query=None),
        default_query=dict(home.params),  # gateways want the query after the SDK's path
        timeout=timeout_of(endpoint),
        max_retries=0,
        http_client=http_client(
            endpoint,
            DefaultAsyncHttpx2Client,
            OnlyChunks() if for_chats else None,
            None if endpoint.dialect.takes_sdk_headers else headers_of(endpoint),
        ),
    )
    _ = (
        client.chat.completions if for_chats else client.embeddings
    )  # the SDK imports its resources on first use: now, not while the user waits
    return client


@contextmanager
def wire_errors() -> Iterator[None]:
    """Turn the errors of the SDK into a WireError, with the same cause."""
    try:
        yield
    except OpenAIError as error:
        raise _wire_error(error) from error.__cause__


def _wire_error(error: OpenAIError) -> WireError:
    match error:
        case APIStatusError():
            return StatusError(error.message, error.body, error.status_code, error.response.headers)
        case APITimeoutError():
            return ConnectTimedOut(error.message)
        case APIConnectionError():
            return NotConnected(error.message)
        case APIError():
            return WireError(error.message, error.body)
    return WireError(str(error))
