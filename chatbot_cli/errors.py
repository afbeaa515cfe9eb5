"""The failures a user can meet, as one tree: each a sentence, a hint and an exit code. Pure.

    ChatError                  1   anything expected that went wrong
    ├── UsageError             2   the command line, or a slash-command, makes no sense
    │   └── SecretRefused      2   the message holds a secret, and the settings forbid that
    ├── SettingsError          2   a setting, a config file or `.env` is wrong
    │   └── MissingKey         2   the provider wants an API key and there is none
    ├── PersonaError           2   a persona cannot be found, read or understood
    ├── SessionError           1   what is saved cannot be read, or nothing can be saved
    │   └── SessionNotFound    2   no saved conversation is called that, or several are
    ├── MessageTooLong         1   one message is larger than the whole window
    └── ProviderError          1   the model's server said no
        ├── Unauthorized       1   the key is wrong, or may not do this
        ├── ModelNotFound      1   the server does not know the model
        ├── RequestRefused     1   the server understood the request and refuses it
        │   └── ContextTooLong 1   the request is longer than the model can hold
        ├── EmptyReply         1   the server ended properly and said nothing
        ├── ReplyCut           3   the reply broke off in the middle
        └── TransientError    75   trying again may help; 1 if it is known that it will not
            ├── ConnectionFailed   nobody answers, or the line broke before the reply
            ├── TimedOut           nothing came for too long
            ├── RateLimited        too many requests, or the quota is used up
            └── ServerFailed       the server has a problem of its own (500 and above)

Everything else is a defect of this program and is left to crash loudly.
"""

from chatbot_cli.hints import Spelling, action, as_keyword, setting, spelled


class ChatError(Exception):
    """An expected failure. `str(error)` is one sentence; `error.hint` says what to do about it, to a program.

    A door says `hint_for` its spelling. `marked_hint` is for another hint that repeats this one.
    """

    exit_code: int = 1

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.marked_hint = hint

    @property
    def hint(self) -> str:
        """What to do about it, with settings as keyword arguments."""
        return self.hint_for(as_keyword)

    def hint_for(self, spelling: Spelling) -> str:
        """What to do about it, with settings and actions as a door spells them."""
        return spelled(self.marked_hint, spelling)


class UsageError(ChatError):
    """The command line, or a slash-command, makes no sense."""

    exit_code = 2


class SecretRefused(UsageError):
    """The message holds a secret, and the settings forbid that."""


class SettingsError(ChatError):
    """A setting, a config file or `.env` is wrong."""

    exit_code = 2


class MissingKey(SettingsError):
    """The provider wants an API key and there is none: `variable` for `model`."""

    def __init__(self, variable: str, model: str) -> None:
        super().__init__(
            f"There is no {variable} for {model}.",
            f"Set it in the environment or in .env, or try {setting('model', 'demo')}.",
        )
        self.variable = variable
        self.model = model


class PersonaError(ChatError):
    """A persona cannot be found, read or understood."""

    exit_code = 2


class SessionError(ChatError):
    """What is saved cannot be read, or nothing can be saved."""


class SessionNotFound(SessionError):
    """No saved conversation is called that, or several are."""

    exit_code = 2


class MessageTooLong(ChatError):
    """One message, with what always goes along with it, is larger than the whole window."""


class ProviderError(ChatError):
    """The model's server said no. The same request is worth another try if it is `retryable`.

    `retry_after`: how many seconds the server asks to wait before that, if it says so. The hint ends with the
    `request_id` under which the provider's support finds the request, if there is one.
    """

    retryable: bool = False
    retry_after: float | None = None

    def __init__(self, sentence: str, hint: str = "", *, request_id: str = "") -> None:
        gap = " " if hint.endswith((".", "!", "?")) else " · "
        super().__init__(sentence, f"{hint}{gap}Request id: {request_id}" if request_id else hint)


class Unauthorized(ProviderError):
    """The key is wrong, or may not do this."""


class ModelNotFound(ProviderError):
    """The server does not know the model."""


class RequestRefused(ProviderError):
    """The server understood the request and refuses it."""


class ContextTooLong(RequestRefused):
    """The request is longer than the model can hold: `limit` tokens, if the server says so."""

    def __init__(self, sentence: str, hint: str = "", *, request_id: str = "", limit: int | None = None) -> None:
        super().__init__(sentence, hint, request_id=request_id)
        self.limit = limit


class EmptyReply(ProviderError):
    """The server ended properly and said nothing. Some do that when a request is too long: then `maybe_too_long`."""

    def __init__(self, sentence: str, hint: str = "", *, request_id: str = "", maybe_too_long: bool = False) -> None:
        super().__init__(sentence, hint, request_id=request_id)
        self.maybe_too_long = maybe_too_long


class ReplyCut(ProviderError):
    """The reply broke off in the middle; what came is kept. `reason` is a clause: "the connection was lost"."""

    exit_code = 3

    def __init__(self, reason: str, *, request_id: str = "") -> None:
        hint = f"Asking again may help; {action('continue')} asks for the rest."
        super().__init__(f"The reply was cut off: {reason}.", hint, request_id=request_id)
        self.reason = reason


class TransientError(ProviderError):
    """Trying again may help, unless this one is known to be not `retryable`."""

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
        if not retryable:
            self.exit_code = ProviderError.exit_code


class ConnectionFailed(TransientError):
    """Nobody answers, or the line broke before the reply."""


class TimedOut(TransientError):
    """Nothing came for too long."""


class RateLimited(TransientError):
    """Too many requests, or the quota is used up."""


class ServerFailed(TransientError):
    """The server has a problem of its own."""
