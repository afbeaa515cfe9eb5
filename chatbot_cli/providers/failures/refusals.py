"""What a server refuses with an HTTP status, or with the same as an event of the stream -> our errors. Pure."""

import re
from collections.abc import Callable
from typing import TypeVar

from openai import APIError

from chatbot_cli.errors import (
    ContextTooLong,
    ModelNotFound,
    ProviderError,
    RateLimited,
    RequestRefused,
    ServerFailed,
    TimedOut,
    Unauthorized,
)
from chatbot_cli.providers.failures.context_limit import is_too_long, limit_in
from chatbot_cli.providers.failures.server_message import message_of, scrubbed, sentence
from chatbot_cli.providers.route.endpoint import Endpoint, check_base_url

E = TypeVar("E", bound=ProviderError)

WANTS_A_PASSWORD = 407  # a proxy's status
TOO_LONG_HINT = "Send less: /trim, or --max-context-tokens N."
ACCOUNT_HINT = "See the plan and billing of its account."

# Gemini and LiteLLM refuse a key with 400 or 500, and say so only in words.
_ABOUT_THE_KEY = re.compile(
    r"(?:invalid|incorrect) (?:proxy )?api[ _-]?key|api[ _-]?key (?:is )?(?:not valid|invalid|incorrect)"
    r"|authentication ?error",
    re.IGNORECASE,
)


def refusal(status: int | None, error: APIError, endpoint: Endpoint) -> ProviderError:
    """Our error for a status that is no success; None is that of an error in the stream that does not say which."""
    said = said_in(error, endpoint)
    if explain := _BY_STATUS.get(status or 0):
        return explain(error, said, endpoint)
    if is_too_long(status or 500, error.code, error.type, said):
        return _too_long(error, said)
    if status in (400, 500, None) and _ABOUT_THE_KEY.search(said):
        return _wrong_key(error, said, endpoint)
    if error.code == "model_not_found":
        return _not_found(error, said, endpoint)
    if status is None:
        return ServerFailed(sentence("The server failed", said), "Try again in a moment.")
    if status >= 500:
        return ServerFailed(sentence(f"The server failed ({status})", said), "Try again in a moment.")
    hint = check_base_url(endpoint) if status < 400 else "Check --model and the settings that go with it."
    return RequestRefused(sentence(f"The server refused the request ({status})", said), hint)


def said_in(error: APIError, endpoint: Endpoint) -> str:
    """What the server says, in a line without keys, and without the status, which stands in our sentence."""
    said = scrubbed(message_of(error.body), *endpoint.secrets)
    status = getattr(error, "status_code", "")
    return re.sub(rf"^{status}\b[\s:.-]*", "", said) if status else said


def final(error: E) -> E:
    """The failure of its kind that another try would not mend."""
    error.retryable = False
    return error


def _wrong_key(error: APIError, said: str, endpoint: Endpoint) -> ProviderError:
    if endpoint.key_variable is None:
        hint = f"Set OPENAI_API_KEY, and use it with --base-url {endpoint.address}."
        return Unauthorized(sentence("The server wants an API key", said), hint)
    return Unauthorized(sentence("The server does not accept the API key", said), _key_hint(endpoint))


def _forbidden(error: APIError, said: str, endpoint: Endpoint) -> ProviderError:
    if endpoint.key_variable is None:
        return _wrong_key(error, said, endpoint)
    return Unauthorized(sentence("The server does not allow this with the API key", said), _key_hint(endpoint))


def _key_hint(endpoint: Endpoint) -> str:
    return f"Check {endpoint.key_variable}, in the environment or in .env."


def _not_paid(error: APIError, said: str, endpoint: Endpoint) -> ProviderError:
    return RequestRefused(sentence("The account of the API key cannot pay", said), ACCOUNT_HINT)


def _not_found(error: APIError, said: str, endpoint: Endpoint) -> ProviderError:
    if error.code == "model_not_found" or "model" in said.lower():
        what = f"The server does not know the model {endpoint.model}"
        return ModelNotFound(sentence(what, said), "--model or /model sets another one.")
    told = "" if said.lower().strip(". ") == "not found" else said
    otherwise = f"the base URL or the model {endpoint.model} is wrong"
    return ModelNotFound(
        sentence(f"Nothing is found at {endpoint.address}", told or otherwise), check_base_url(endpoint)
    )


def _not_taken_here(error: APIError, said: str, endpoint: Endpoint) -> ProviderError:
    return RequestRefused(sentence(f"{endpoint.address} takes no messages (405)", said), check_base_url(endpoint))


def _wants_a_password(error: APIError, said: str, endpoint: Endpoint) -> ProviderError:
    hint = "HTTP_PROXY or HTTPS_PROXY can hold them: http://USER:PASSWORD@HOST:PORT"
    return RequestRefused(sentence("A proxy on the way wants a user and a password (407)", said), hint)


def _gave_up(error: APIError, said: str, endpoint: Endpoint) -> ProviderError:
    return TimedOut(sentence("The server gave up waiting", said), "Try again.")


def _busy(error: APIError, said: str, endpoint: Endpoint) -> ProviderError:
    return ServerFailed(sentence("The server is busy with another request (409)", said), "Try again.")


def _too_large(error: APIError, said: str, endpoint: Endpoint) -> ProviderError:
    if is_too_long(413, error.code, error.type, said):
        return _too_long(error, said)
    return RequestRefused(sentence("The request is too large for the server (413)", said), TOO_LONG_HINT)


def _too_many(error: APIError, said: str, endpoint: Endpoint) -> ProviderError:
    if "insufficient_quota" in (error.code, error.type):
        return final(RateLimited("The quota of the API key is used up.", ACCOUNT_HINT))
    return RateLimited(sentence("Too many requests", said), "Wait a little and try again.")


def _too_long(error: APIError, said: str) -> ContextTooLong:
    too_long = ContextTooLong(sentence("The request is too long for the model", said), TOO_LONG_HINT)
    too_long.limit = limit_in(error.body, said)
    return too_long


_BY_STATUS: dict[int, Callable[[APIError, str, Endpoint], ProviderError]] = {
    401: _wrong_key,
    402: _not_paid,
    403: _forbidden,
    404: _not_found,
    405: _not_taken_here,
    WANTS_A_PASSWORD: _wants_a_password,
    408: _gave_up,
    409: _busy,
    413: _too_large,
    429: _too_many,
}
