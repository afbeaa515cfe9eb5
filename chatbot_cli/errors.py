"""The failures a user can meet, as one tree. Each has a sentence, a hint and an exit code. Pure.

    ChatError                  1   anything expected that went wrong
    ├── UsageError             2   the command line, or a slash-command, makes no sense
    │   ├── SecretRefused      2   the message holds a secret, and the settings forbid that
    │   └── NewServer          2   a saved conversation would go to a server where it has not been
    ├── SettingsError          2   a setting, a config file or `.env` is wrong
    │   ├── MissingKey         2   the provider wants an API key and there is none
    │   └── PriceUnknown       2   there is a limit of cost, and no price to keep it by
    ├── PersonaError           2   a persona cannot be found, read or understood
    ├── SessionError           1   saved conversations cannot be read, or nothing can be saved
    │   ├── SessionNotFound    2   no saved conversation has this name, or several match it
    │   └── SessionDamaged     1   one saved conversation makes no sense; the others can be used
    ├── MessageTooLong         1   one message is larger than the whole window
    ├── CostLimitReached       1   the next request could cost more than the user allows
    └── ProviderError          1   the model's server gave no complete reply
        ├── Unauthorized       1   the key is wrong, or does not permit this
        ├── ModelNotFound      1   the server does not know the model
        ├── RequestRefused     1   the server understood the request and refuses it
        │   └── ContextTooLong 1   the request is longer than the model can hold
        ├── EmptyReply         1   the response ended properly, without text
        ├── ReplyCut           3   the reply broke off in the middle
        └── TransientError    75   trying again may help; 1 if it certainly will not
            ├── ConnectionFailed   nothing answers, or the connection broke before the reply
            ├── TimedOut           the server did not answer in time
            ├── RateLimited        too many requests, or the quota is used up
            └── ServerFailed       the server has a problem of its own (500 and above)

Every other exception is a defect of this program, which crashes with a traceback.
"""

from chatbot_cli.hints import Spelling, action, as_keyword, setting, spelled, unmarked

FULL_STOPS = ".。．｡।۔։።။។᠃"
ENDS = f"{FULL_STOPS}!?…！？؟‽⁇⁈⁉"


def ended(sentence: str) -> str:
    """A sentence with one end. One that ends with another's words may have two: "It is on fire!." """
    rest = sentence.rstrip(". ")
    if rest == sentence or rest[-1:] in ENDS:
        return rest
    return f"{rest}."


class ChatError(Exception):
    """An expected failure. `str(error)` is one sentence; `error.hint` tells a program what to do about it.

    A door shows `hint_for` its own spelling. `marked_hint` is for another hint that contains this one.
    """

    exit_code: int = 1

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(ended(sentence))
        self.marked_hint = hint

    @property
    def hint(self) -> str:
        """The hint, with settings as keyword arguments."""
        return self.hint_for(as_keyword)

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should see before the error, marked as hints are: the notes that were added to it."""
        return tuple(getattr(self, "__notes__", ()))

    def hint_for(self, spelling: Spelling) -> str:
        """The hint, with settings and actions as a door spells them."""
        return spelled(self.marked_hint, spelling)


class UsageError(ChatError):
    """The command line, or a slash-command, makes no sense."""

    exit_code = 2


class SecretRefused(UsageError):
    """The message holds a secret, and the settings forbid that."""


class NewServer(UsageError):
    """A saved conversation would go to a server where it has not been, and nobody has said that it may."""

    def __init__(self, address: str, been_at: str = "") -> None:
        until_now = f"; until now it was at {been_at}" if been_at else ""
        super().__init__(
            f"This conversation would go to {address}, where it has not been{until_now}.",
            f"If it may go there, say so: {setting('base_url', address)}",
        )


class SettingsError(ChatError):
    """A setting, a config file or `.env` is wrong."""

    exit_code = 2


class MissingKey(SettingsError):
    """The provider of `model` wants an API key, and there is none in `variable`. `otherwise` is what else would do."""

    def __init__(self, variable: str, model: str, otherwise: str = f"try {setting('model', 'demo')}") -> None:
        super().__init__(
            f"There is no {variable} for {model}.", f"Set it in the environment or in .env, or {otherwise}."
        )
        self.variable = variable
        self.model = model


class PriceUnknown(SettingsError):
    """There is a limit of cost, and no price to keep it by. Nothing was sent."""


class PersonaError(ChatError):
    """A persona cannot be found, read or understood."""

    exit_code = 2


class SessionError(ChatError):
    """Saved conversations cannot be read, or nothing can be saved."""


class SessionNotFound(SessionError):
    """No saved conversation has this name, or several match it."""

    exit_code = 2


class SessionDamaged(SessionError):
    """One saved conversation makes no sense; the others can be used.

    `what` is a clause: "its setup is no JSON". `session` is its number, None if whoever raises this does not know it.
    """

    def __init__(self, what: str, session: int | None = None, title: str = "") -> None:
        called = f", “{unmarked(title)}”," if title else ""
        which = "A saved conversation" if session is None else f"Conversation {session}{called}"
        others = f"{action('list_sessions')} lists the others, {action('resume')} goes on with one of them"
        super().__init__(f"{which} is damaged: {what}.", f"{others}; chat begins a new one.")
        self.what = what
        self.session = session


class MessageTooLong(ChatError):
    """One message, with the messages that are always sent, is larger than the whole window."""


class CostLimitReached(ChatError):
    """The next request could cost more than the user allows. Nothing was sent."""


class ProviderError(ChatError):
    """The model's server gave no complete reply. If it is `retryable`, the same request is worth another try.

    `retry_after` is the number of seconds that the server asks to wait first, None if it does not say. The hint ends
    with the `request_id`, if there is one: the provider's support can find the request by it.
    """

    retryable: bool = False
    retry_after: float | None = None

    def __init__(self, sentence: str, hint: str = "", *, request_id: str = "") -> None:
        gap = " " if hint.endswith((".", "!", "?")) else " · "
        super().__init__(sentence, f"{hint}{gap}Request id: {request_id}" if request_id else hint)


class Unauthorized(ProviderError):
    """The key is wrong, or does not permit this."""


class ModelNotFound(ProviderError):
    """The server does not know the model."""


class RequestRefused(ProviderError):
    """The server understood the request and refuses it."""


class ContextTooLong(RequestRefused):
    """The request has `counted` tokens, and the model holds `limit`; None if the server does not say."""

    def __init__(
        self,
        sentence: str,
        hint: str = "",
        *,
        request_id: str = "",
        limit: int | None = None,
        counted: int | None = None,
    ) -> None:
        super().__init__(sentence, hint, request_id=request_id)
        self.limit = limit
        self.counted = counted


class EmptyReply(ProviderError):
    """The response ended properly, without text. Some servers so refuse a long request: `maybe_too_long`."""

    def __init__(self, sentence: str, hint: str = "", *, request_id: str = "", maybe_too_long: bool = False) -> None:
        super().__init__(sentence, hint, request_id=request_id)
        self.maybe_too_long = maybe_too_long


class ReplyCut(ProviderError):
    """The reply broke off in the middle. Its text so far is kept. `reason` is a clause: "the connection was lost"."""

    exit_code = 3

    def __init__(self, reason: str, *, request_id: str = "") -> None:
        hint = f"Asking again may help; {action('continue')} asks for the rest."
        super().__init__(f"The reply was cut off: {reason}.", hint, request_id=request_id)
        self.reason = reason


class TransientError(ProviderError):
    """Trying again may help, unless `retryable` is false."""

    exit_code = 75

    def __init__(
        self,
        sentence: str,
        hint: str = "",
        *,
        request_id: str = "",
        retryable: bool = True,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(sentence, hint, request_id=request_id)
        self.retryable = retryable
        self.retry_after = retry_after
        self.exit_code = TransientError.exit_code if retryable else ProviderError.exit_code


class ConnectionFailed(TransientError):
    """Nothing answers, or the connection broke before the reply."""


class TimedOut(TransientError):
    """The server did not answer in time."""


class RateLimited(TransientError):
    """Too many requests, or the quota is used up."""


class ServerFailed(TransientError):
    """The server has a problem of its own."""
