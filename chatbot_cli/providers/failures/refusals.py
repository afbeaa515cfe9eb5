"""Turns a server's refusal, an HTTP status or an error event in the stream, into one of our errors. Pure."""

import re
from collections.abc import Callable

from chatbot_cli.chat.too_long import SEND_LESS
from chatbot_cli.errors import (
    ContextTooLong,
    ModelNotFound,
    ProviderError,
    QuotaUsedUp,
    RateLimited,
    RequestRefused,
    ServerFailed,
    TimedOut,
    TransientError,
    Unauthorized,
)
from chatbot_cli.frozen import frozen
from chatbot_cli.hints import setting, unmarked
from chatbot_cli.providers.entries.provider import fetching
from chatbot_cli.providers.entries.registry import built_in
from chatbot_cli.providers.failures.context_limit import counted_in, is_too_long, limit_in
from chatbot_cli.providers.failures.retry_after import LONGEST_OBEYED, in_words
from chatbot_cli.providers.failures.router_words import MOST_READ
from chatbot_cli.providers.failures.server_message import message_of, sentence, whole_message_of
from chatbot_cli.providers.failures.unknown_model import is_unknown_model
from chatbot_cli.providers.failures.wire_errors import WireError
from chatbot_cli.providers.route.endpoint import Endpoint, check_base_url
from chatbot_cli.secrets.striking import struck

WANTS_A_PASSWORD = 407  # a proxy's status
_USED_UP = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
ACCOUNT_HINT = "See the plan and billing of its account."

# Gemini and LiteLLM refuse a key with status 400 or 500; only the message says that it is about the key.
_ABOUT_THE_KEY = re.compile(
    r"(?:invalid|incorrect) (?:proxy )?api[ _-]?key|api[ _-]?key (?:is )?(?:not valid|invalid|incorrect)"
    r"|authentication ?error|^no connected db\b",  # LiteLLM looks for any key but its own in a database
    re.IGNORECASE,
)
# Anthropic, and OpenAI's limit of an organization, say this with status 400.
_CANNOT_PAY = re.compile(r"credit balance is too low|billing[ _]hard[ _]limit|insufficient (?:balance|credit)", re.I)
_NOBODY_ALLOWED = re.compile(
    r"no allowed providers|no endpoints found matching|data policy", re.IGNORECASE
)  # OpenRouter


@frozen
class Refused:
    """A refused request: the SDK's error, the server, and the server's `message` in one line without keys.

    `request_id` may be shown as it is. `retry_after` is in seconds, None if the server does not say.
    """

    error: WireError
    endpoint: Endpoint
    message: str
    request_id: str = ""
    retry_after: float | None = None

    def for_good(self, kind: type[ProviderError], problem: str, hint: str) -> ProviderError:
        """The error if the same request would be refused again."""
        return kind(sentence(problem, self.message), hint, request_id=self.request_id)

    def for_now(self, kind: type[TransientError], problem: str, hint: str) -> TransientError:
        """The error if the same request may be accepted later. If the server asks for a long wait, the hint says so."""
        text = sentence(problem, self.message)
        if self.retry_after is not None and self.retry_after > LONGEST_OBEYED:
            return kind(text, f"The server asks to wait {in_words(self.retry_after)}.", retry_after=self.retry_after)
        return kind(text, hint, request_id=self.request_id, retry_after=self.retry_after)


def refusal(
    status: int | None, error: WireError, endpoint: Endpoint, request_id: str = "", retry_after: float | None = None
) -> ProviderError:
    """Our error for a refusal. `status` is None for an error event in the stream that names no status."""
    refused = Refused(error, endpoint, message_in(error, endpoint), request_id, retry_after)
    if explain := _BY_STATUS.get(status or 0):
        return explain(refused)
    if is_too_long(status or 500, error.code, error.type, refused.message):
        return _too_long(refused)
    said = whole_message_of(error.body)[:MOST_READ]
    if status in (400, 500, None) and _ABOUT_THE_KEY.search(said):
        return _wrong_key(refused)
    if is_unknown_model(status, error, said):
        return _unknown_model(refused)
    if status in (400, None) and _CANNOT_PAY.search(said):
        return _not_paid(refused)
    if status is None or status >= 500:
        failed = "The server failed" if status is None else f"The server failed ({status})"
        return refused.for_now(ServerFailed, failed, "Try again in a moment.")
    hint = check_base_url(endpoint) if status < 400 else f"Check {setting('model')} and the settings that go with it."
    return refused.for_good(RequestRefused, f"The server refused the request ({status})", hint)


def message_in(error: WireError, endpoint: Endpoint) -> str:
    """The server's message in one line. Keys are struck out, and the status is removed: our own sentence names it."""
    message = struck(message_of(error.body), *endpoint.secrets)
    status = getattr(error, "status_code", "")
    return re.sub(rf"^{status}\b[\s:.-]*", "", message) if status else message


def _wrong_key(refused: Refused) -> ProviderError:
    if not refused.endpoint.has_key:
        return refused.for_good(Unauthorized, "The server wants an API key", _give_a_key(refused.endpoint))
    return refused.for_good(Unauthorized, "The server does not accept the API key", _check_key(refused))


def _give_a_key(endpoint: Endpoint) -> str:
    """What gives a key to a server that has none so far: its entry, or the key for all servers of the user's own."""
    default = built_in().default
    if endpoint.provider in ("", default.name):
        return f"Set {default.key_variable}, and use it with {setting('base_url', endpoint.address)}."
    entry = built_in().called(endpoint.provider)
    if entry and entry.key_variable:
        return f"Set {entry.key_variable}."
    return f'Name the variable of its key in config.toml: [providers.{endpoint.provider}], key_env = ["MY_KEY"].'


def _forbidden(refused: Refused) -> ProviderError:
    if not refused.endpoint.has_key:
        return _wrong_key(refused)
    return refused.for_good(Unauthorized, "The server does not allow this with the API key", _check_key(refused))


def _check_key(refused: Refused) -> str:
    endpoint = refused.endpoint
    if not endpoint.key_variable:
        return f"Check what key_cmd of [providers.{endpoint.provider}] prints."
    return f"Check {endpoint.key_variable}, in the environment or in .env."


def _not_paid(refused: Refused) -> ProviderError:
    return refused.for_good(QuotaUsedUp, "The account of the API key cannot pay", ACCOUNT_HINT)


def _not_found(refused: Refused) -> ProviderError:
    endpoint, message = refused.endpoint, refused.message
    if is_unknown_model(404, refused.error, whole_message_of(refused.error.body)[:MOST_READ]):
        return _unknown_model(refused)
    if no_way := _no_way_to(message):
        return refused.for_good(RequestRefused, *no_way)
    if "model" in message.lower():
        return _unknown_model(refused)
    if not message or message.lower().strip(". ") == "not found":
        message = f"the base URL or the model {endpoint.model} is wrong"
    nothing = sentence(f"Nothing is found at {endpoint.address}", message)
    return ModelNotFound(nothing, check_base_url(endpoint), request_id=refused.request_id)


def _unknown_model(refused: Refused) -> ProviderError:
    endpoint = refused.endpoint
    unknown, another = (
        f"The server does not know the model {endpoint.model}",
        f"Set another one with {setting('model')}",
    )
    if endpoint.fetch_command:
        fetch = unmarked(fetching(endpoint.fetch_command, endpoint.model))
        return refused.for_good(ModelNotFound, unknown, f"{fetch} fetches it. {another}.")
    # Imported here: only a name that is wrong needs the list.
    from chatbot_cli.providers.failures.nearest_models import nearest_models

    such_as = " or ".join(map(unmarked, nearest_models(endpoint)))
    return refused.for_good(ModelNotFound, unknown, f"{another}{such_as and f', such as {such_as}'}.")


def _no_way_to(message: str) -> tuple[str, str] | None:
    """What is said if a router knows a model, and the settings of the account leave nobody who runs it."""
    if _NOBODY_ALLOWED.search(message):
        return "The router has nobody who may run the model", "See the privacy and providers in its account's settings."
    return None


def _not_taken_here(refused: Refused) -> ProviderError:
    problem = f"{refused.endpoint.address} takes no messages (405)"
    return refused.for_good(RequestRefused, problem, check_base_url(refused.endpoint))


def _wants_a_password(refused: Refused) -> ProviderError:
    hint = "HTTP_PROXY or HTTPS_PROXY can hold them: http://USER:PASSWORD@HOST:PORT"
    return refused.for_good(RequestRefused, "A proxy on the way wants a user and a password (407)", hint)


def _gave_up(refused: Refused) -> ProviderError:
    return refused.for_now(TimedOut, "The server gave up waiting", "Try again.")


def _busy(refused: Refused) -> ProviderError:
    return refused.for_now(ServerFailed, "The server is busy with another request (409)", "Try again.")


def _too_large(refused: Refused) -> ProviderError:
    if is_too_long(413, refused.error.code, refused.error.type, refused.message):
        return _too_long(refused)
    return refused.for_good(RequestRefused, "The request is too large for the server (413)", SEND_LESS)


def _too_many(refused: Refused) -> ProviderError:
    if _USED_UP.intersection(map(str, (refused.error.code, refused.error.type))):
        used_up = "The quota of the API key is used up."
        return RateLimited(used_up, ACCOUNT_HINT, request_id=refused.request_id, retryable=False)
    return refused.for_now(RateLimited, "Too many requests", "Wait a little and try again.")


def _too_long(refused: Refused) -> ContextTooLong:
    too_long = sentence("The request is too long for the model", refused.message)
    body, message = refused.error.body, refused.message
    limit, counted = limit_in(body, message), counted_in(body, message)
    return ContextTooLong(too_long, SEND_LESS, request_id=refused.request_id, limit=limit, counted=counted)


_BY_STATUS: dict[int, Callable[[Refused], ProviderError]] = {
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
