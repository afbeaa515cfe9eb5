"""Turns the errors of the SDK and the network into ours: short sentences for users, never with the key. Pure."""

import os
import socket

import httpx2

from chatbot_cli.errors import ConnectionFailed, ProviderError, ReplyCut, ServerFailed, TimedOut
from chatbot_cli.hints import setting
from chatbot_cli.providers.failures.body_errors import BodyError, PackedOtherwise
from chatbot_cli.providers.failures.causes import cause_of, system_error
from chatbot_cli.providers.failures.proxy_failures import proxy_failure
from chatbot_cli.providers.failures.refusals import message_in, refusal
from chatbot_cli.providers.failures.server_message import as_clause
from chatbot_cli.providers.failures.tls_failures import tls_failure
from chatbot_cli.providers.failures.wire_errors import (
    ConnectTimedOut,
    NotConnected,
    StatusError,
    WireError,
    shown_id,
)
from chatbot_cli.providers.route.endpoint import Endpoint, check_base_url
from chatbot_cli.providers.route.redirects import LeadsElsewhere, in_circles, no_address, without_key
from chatbot_cli.secrets.striking import struck
from chatbot_cli.text.counts import counted

STATUS_OF = {
    "insufficient_quota": 429,
    "rate_limit_exceeded": 429,
    "rate_limit_error": 429,
    "invalid_api_key": 401,
    "authentication_error": 401,
    "permission_error": 403,
    "model_not_found": 404,
    "context_length_exceeded": 400,
    "exceed_context_size_error": 400,
    "invalid_request_error": 400,
    "billing_error": 402,
    "not_found_error": 404,
    "request_too_large": 413,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
BASE_URL_HINT = f"Set another one with {setting('base_url')}."
UNREADABLE = "the server sent something unreadable"


def explain(
    error: Exception, endpoint: Endpoint, *, begun: bool, request_id: str = "", retry_after: float | None = None
) -> ProviderError:
    """Our error for one of WIRE_ERRORS. `begun` tells whether text of the reply has arrived.

    `request_id` is from the reply's headers, as it may be shown. `retry_after` is the number of seconds that the server
    asks to wait, None if it does not say.
    """
    if not begun and isinstance(error, WireError) and (failure := proxy_failure(error, endpoint)):
        return failure
    match error:
        case ConnectTimedOut():
            within = counted(endpoint.timeouts.connect, "second")
            return TimedOut(f"No connection to {endpoint.address} within {within}.", f"Try again; {BASE_URL_HINT}")
        case NotConnected():
            if isinstance(error.__cause__, httpx2.DecodingError):
                return _unreadable(error.__cause__, endpoint, request_id, begun=begun)
            if begun:
                return ReplyCut("the connection was lost", request_id=request_id)
            return _connection_failed(error, endpoint, request_id)
        case StatusError():
            return refusal(error.status_code, error, endpoint, shown_id(error.request_id, endpoint), retry_after)
        case WireError():
            return _error_in_stream(error, endpoint, request_id, begun=begun)
        case httpx2.HTTPError():
            return before_the_reply(endpoint, request_id)
    return _unreadable(error, endpoint, request_id, begun=begun)


def first_token_late(endpoint: Endpoint) -> TimedOut:
    """The error when no part of the reply arrived in time."""
    within = counted(endpoint.timeouts.first_token, "second")
    return TimedOut(f"{endpoint.model} did not begin to answer within {within}.", "Try again; it may be busy.")


def reply_stalled(endpoint: Endpoint) -> ReplyCut:
    """The error when the reply had begun, and its next part did not arrive in time."""
    return ReplyCut(f"nothing came for {counted(endpoint.timeouts.idle, 'second')}")


def before_the_reply(endpoint: Endpoint, request_id: str = "") -> ConnectionFailed:
    """The error when the connection was lost, or closed, before any part of the reply arrived."""
    sentence = f"The connection to {endpoint.address} was lost before the reply."
    return ConnectionFailed(sentence, "Try again.", request_id=request_id)


def _unreadable(error: Exception, endpoint: Endpoint, request_id: str, *, begun: bool) -> ProviderError:
    clause = struck(str(error), *endpoint.secrets) if isinstance(error, BodyError) else UNREADABLE
    if begun:
        return ReplyCut(clause, request_id=request_id)
    sentence = f"{clause[0].upper()}{clause[1:]}."
    is_final = isinstance(error, PackedOtherwise)
    return ServerFailed(sentence, check_base_url(endpoint), request_id=request_id, retryable=not is_final)


def _connection_failed(error: Exception, endpoint: Endpoint, request_id: str) -> ProviderError:
    if failure := tls_failure(error, endpoint):
        sentence = f"There is no secure connection to {endpoint.address}: {failure.reason}."
        hint = failure.hint or "Does its address begin with http:// instead of https://?"
        return ConnectionFailed(sentence, hint, retryable=False)
    match error.__cause__:
        case LeadsElsewhere():
            return without_key(error.__cause__.request.url, endpoint)
        case httpx2.ConnectError():
            return _not_connected(error, endpoint)
        case httpx2.UnsupportedProtocol():
            return no_address(endpoint)
        case httpx2.RemoteProtocolError() if "location" in str(error.__cause__).lower():
            return no_address(endpoint)
        case httpx2.TooManyRedirects():
            return in_circles(endpoint)
        case httpx2.RemoteProtocolError() if "illegal" in str(error.__cause__):
            sentence = f"What answers at {endpoint.address} is not a web server."
            return ServerFailed(sentence, BASE_URL_HINT, retryable=False)
    return before_the_reply(endpoint, request_id)


def _not_connected(error: Exception, endpoint: Endpoint) -> ConnectionFailed:
    if cause_of(error, socket.gaierror):
        hint = f"Is the network up, and the name right? {BASE_URL_HINT}"
        return ConnectionFailed(f"The server {endpoint.host} cannot be found.", hint)
    system = system_error(error)
    reason = os.strerror(system.errno).lower() if system and system.errno else "no connection"
    return ConnectionFailed(
        f"Nothing answers at {endpoint.address}: {reason}.", f"Is the server running? {BASE_URL_HINT}"
    )


def _error_in_stream(error: WireError, endpoint: Endpoint, request_id: str, *, begun: bool) -> ProviderError:
    if begun:
        return ReplyCut(as_clause(message_in(error, endpoint)) or "the server failed", request_id=request_id)
    return refusal(_status_of(error), error, endpoint, request_id)


def _status_of(error: WireError) -> int | None:
    """The status that an error event names by a number or a known word; None if it names none."""
    code = str(error.code or "")
    if code.isascii() and code.isdigit() and len(code) == 3:
        return int(code)
    return next((status for word, status in STATUS_OF.items() if word in (error.code, error.type)), None)
