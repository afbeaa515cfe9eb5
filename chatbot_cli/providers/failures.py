"""What the SDK and the line raise -> our errors: short sentences in the user's words, never the key. Pure."""

import json
import os
import socket
import ssl
from typing import TypeVar

import httpx2
from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError

from chatbot_cli.errors import (
    ConnectionFailed,
    ContextTooLong,
    EmptyReply,
    ModelNotFound,
    ProviderError,
    RateLimited,
    ReplyCut,
    RequestRefused,
    ServerFailed,
    TimedOut,
    Unauthorized,
)
from chatbot_cli.providers.context_limit import is_too_long, limit_in
from chatbot_cli.providers.endpoint import Endpoint
from chatbot_cli.providers.server_message import message_of, scrubbed

E = TypeVar("E", bound=ProviderError)

WIRE_ERRORS = (APIError, json.JSONDecodeError, UnicodeDecodeError)

TOO_LONG_HINT = "Send less: /trim, or --max-context-tokens N."
BASE_URL_HINT = "--base-url sets another one."


def explain(error: Exception, endpoint: Endpoint, *, begun: bool) -> ProviderError:
    """Our error for one of WIRE_ERRORS; `begun` says whether text of the reply has come."""
    match error:
        case APITimeoutError():
            within = _seconds(endpoint.timeouts.connect)
            return TimedOut(f"No connection to {endpoint.address} within {within}.", f"Try again; {BASE_URL_HINT}")
        case APIConnectionError():
            if begun:
                return ReplyCut("the connection was lost")
            return _connection_failed(error, endpoint)
        case APIStatusError():
            return _with_request_id(_refusal(error.status_code, error, endpoint), error.request_id)
        case APIError():
            return _error_in_stream(error, endpoint, begun=begun)
    if begun:
        return ReplyCut("the server sent something unreadable")
    return ServerFailed("The server sent something unreadable.", _check_base_url(endpoint))


def first_token_late(endpoint: Endpoint) -> TimedOut:
    """Nothing of the reply came in time."""
    within = _seconds(endpoint.timeouts.first_token)
    return TimedOut(f"{endpoint.model} did not begin to answer within {within}.", "Try again; it may be busy.")


def reply_stalled(endpoint: Endpoint) -> ReplyCut:
    """The reply had begun, and no more of it came in time."""
    return ReplyCut(f"nothing came for {_seconds(endpoint.timeouts.idle)}")


def no_reply(endpoint: Endpoint, content_type: str) -> EmptyReply:
    """The server agreed to answer, and sent no piece of a reply."""
    if content_type.startswith("text/event-stream"):
        too_long = "The message may be too long for the model."
        empty = EmptyReply("The server sent an empty reply.", f"{too_long} {_check_base_url(endpoint)}")
        empty.maybe_too_long = True  # llama-cpp-python says it like this
        return empty
    is_page = content_type.startswith("text/html")
    sentence = "The server sent a web page, no reply." if is_page else "The server's answer is no chat reply."
    return EmptyReply(sentence, _check_base_url(endpoint))


def _connection_failed(error: Exception, endpoint: Endpoint) -> ConnectionFailed:
    address, cause = endpoint.address, _system_error(error)
    if not isinstance(error.__cause__, httpx2.ConnectError):
        return ConnectionFailed(f"The connection to {address} was lost before the reply.", "Try again.")
    match cause:
        case ssl.SSLCertVerificationError():
            reason, hint = cause.verify_message, "SSL_CERT_FILE can name a file of certificates to trust."
        case ssl.SSLError():
            reason, hint = "it does not speak TLS", "Does its address begin with http:// instead of https://?"
        case socket.gaierror():
            sentence = f"The server {endpoint.host} cannot be found."
            return ConnectionFailed(sentence, f"Is the network up, and the name right? {BASE_URL_HINT}")
        case _:
            reason = os.strerror(cause.errno).lower() if cause and cause.errno else "no connection"
            return ConnectionFailed(
                f"Nothing answers at {address}: {reason}.", f"Is the server running? {BASE_URL_HINT}"
            )
    return _final(ConnectionFailed(f"There is no secure connection to {address}: {reason}.", hint))


def _system_error(error: BaseException) -> OSError | None:
    """What the operating system said: the SDK and its layers wrap it several times, and keep only its text."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, BaseExceptionGroup):
            cause = cause.exceptions[0]
        if isinstance(cause, OSError) and cause.errno is not None:
            return cause
        cause = cause.__cause__ or cause.__context__
    return None


def _error_in_stream(error: APIError, endpoint: Endpoint, *, begun: bool) -> ProviderError:
    if begun:
        return ReplyCut(_said(error, endpoint).rstrip(". ") or "the server failed")
    code = error.code or ""
    status = int(code) if code.isascii() and code.isdigit() and len(code) == 3 else 500
    return _refusal(status, error, endpoint)


def _refusal(status: int, error: APIError, endpoint: Endpoint) -> ProviderError:
    """An answer with an HTTP status that is no success; some servers send the same as an event of the stream."""
    said = _said(error, endpoint)
    match status:
        case 401 | 403:
            return _unauthorized(status, said, endpoint)
        case 404:
            return _not_found(error, said, endpoint)
        case 408:
            return TimedOut(_sentence("The server gave up waiting", said), "Try again.")
        case 429 if "insufficient_quota" in (error.code, error.type):
            return _final(
                RateLimited("The quota of this API key is used up.", "See the plan and billing of its account.")
            )
        case 429:
            return RateLimited(_sentence("Too many requests", said), "Wait a little and try again.")
        case _ if is_too_long(status, error.code, error.type, said):
            return _too_long(error, said)
        case 409:
            return ServerFailed(_sentence("The server is busy with another request (409)", said), "Try again.")
        case _ if status >= 500:
            return ServerFailed(_sentence(f"The server failed ({status})", said), "Try again in a moment.")
    if error.code == "model_not_found":
        return _not_found(error, said, endpoint)
    hint = TOO_LONG_HINT if status == 413 else "Check --model and the settings that go with it."
    return RequestRefused(_sentence(f"The server refused the request ({status})", said), hint)


def _too_long(error: APIError, said: str) -> ContextTooLong:
    too_long = ContextTooLong(_sentence("The request is too long for the model", said), TOO_LONG_HINT)
    too_long.limit = limit_in(error.body, said)
    return too_long


def _final(error: E) -> E:
    """The failure of its kind that another try would not mend."""
    error.retryable = False
    return error


def _with_request_id(error: E, request_id: str | None) -> E:
    """The failure with the number under which the provider's support finds it."""
    if request_id and request_id.isprintable():
        error.hint = f"{error.hint} Request id: {request_id[:80]}".lstrip()
    return error


def _unauthorized(status: int, said: str, endpoint: Endpoint) -> Unauthorized:
    if endpoint.key_variable is None:
        hint = f"Set OPENAI_API_KEY, and use it with --base-url {endpoint.address}."
        return Unauthorized(_sentence("The server wants an API key", said), hint)
    what = "accept the API key" if status == 401 else "allow this with the API key"
    hint = f"Check {endpoint.key_variable}, in the environment or in .env."
    return Unauthorized(_sentence(f"The server does not {what}", said), hint)


def _not_found(error: APIError, said: str, endpoint: Endpoint) -> ModelNotFound:
    if error.code == "model_not_found" or "model" in said.lower():
        sentence = _sentence(f"The server does not know the model {endpoint.model}", said)
        return ModelNotFound(sentence, "--model or /model sets another one.")
    told = "" if said.lower().strip(". ") == "not found" else said
    otherwise = f"the base URL or the model {endpoint.model} is wrong"
    sentence = _sentence(f"Nothing is found at {endpoint.address}", told, otherwise)
    return ModelNotFound(sentence, _check_base_url(endpoint))


def _check_base_url(endpoint: Endpoint) -> str:
    if "/v1" in endpoint.address:
        return f"Check the base URL: {endpoint.address}"
    return f"Check the base URL; most end in /v1: {endpoint.address}/v1"


def _said(error: APIError, endpoint: Endpoint) -> str:
    return scrubbed(message_of(error.body), endpoint.api_key)


def _sentence(what: str, said: str, otherwise: str = "") -> str:
    said = said or otherwise
    return f"{what}: {said.rstrip('. ')}." if said else f"{what}."


def _seconds(seconds: float) -> str:
    return "1 second" if seconds == 1 else f"{seconds:g} seconds"
