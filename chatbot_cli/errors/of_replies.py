"""The failures of replies: of the server that sends them, or of what they say. Pure."""

from chatbot_cli.errors.base import ChatError
from chatbot_cli.hints import action


class InvalidReply(ChatError):
    """The reply is not the data that was asked for, after so many `tries`; or it `ended` before it could be.

    `text` is the last reply as it came. `problems` are clauses, each with its place: "$.age: 'old' is not an integer".
    `ended` says how, in words after "is": "cut at its token limit"; empty for a reply that is whole.
    """

    exit_code = 65  # EX_DATAERR of sysexits.h

    def __init__(
        self, text: str, problems: tuple[str, ...], tries: int = 1, *, ended: str = "", hint: str = ""
    ) -> None:
        after = f", even after {tries} tries" if tries > 1 else ""
        what = ended or f"not the data that was asked for{after}"
        first = f": {problems[0]}" if problems else ""
        super().__init__(
            f"The reply is {what}{first}.", hint or "Another model may do better; a simpler schema helps, too."
        )
        self.text = text
        self.problems = problems
        self.tries = tries
        self.ended = ended
        self.exit_code = ReplyCut.exit_code if ended else InvalidReply.exit_code


class ProviderError(ChatError):
    """The model's server gave no complete reply. If it is `retryable`, the same request is worth another try.

    `retry_after` is the number of seconds that the server asks to wait first, None if it does not say. One that
    `falls_back` tells of a server that cannot answer now: another model may answer in its place. The others would be
    as true there, or are the user's to decide. The hint ends with the `request_id`, if there is one: the provider's
    support can find the request by it.
    """

    retryable: bool = False
    retry_after: float | None = None
    falls_back: bool = False

    def __init__(self, sentence: str, hint: str = "", *, request_id: str = "") -> None:
        gap = " " if hint.endswith((".", "!", "?")) else " · "
        super().__init__(sentence, f"{hint}{gap}Request id: {request_id}" if request_id else hint)


class Unauthorized(ProviderError):
    """The key is wrong, or does not permit this."""


class ModelNotFound(ProviderError):
    """The server does not know the model."""


class RequestRefused(ProviderError):
    """The server understood the request and refuses it."""


class QuotaUsedUp(RequestRefused):
    """The account of the key cannot pay. Another provider's may."""

    falls_back = True


class ParameterRefused(RequestRefused):
    """The server refuses one `field` of a request, which may be answered without it.

    It may be known there under an `other` name, or with one of these `words` in place of its `value`. If only this
    value is refused, `only` has it, as JSON.
    """

    def __init__(
        self,
        sentence: str,
        hint: str = "",
        *,
        request_id: str = "",
        field: str = "",
        other: str = "",
        words: tuple[str, ...] = (),
        only: str = "",
        value: object = None,
    ) -> None:
        super().__init__(sentence, hint, request_id=request_id)
        self.field, self.other, self.words, self.only, self.value = field, other, words, only, value


class ToolsRefused(RequestRefused):
    """The server refuses to be sent tools."""


class ImagesRefused(RequestRefused):
    """The server refuses to be sent images or files, or those that were sent."""


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


class ShapeRefused(RequestRefused):
    """The server takes no schema, or has no JSON mode: what was demanded of the reply."""


class EmptyReply(ProviderError):
    """The response ended properly, without text. Some servers so refuse a long request: `maybe_too_long`.

    One that says why it is empty does not fall back: it is a refusal.
    """

    def __init__(
        self,
        sentence: str,
        hint: str = "",
        *,
        request_id: str = "",
        maybe_too_long: bool = False,
        falls_back: bool = True,
    ) -> None:
        super().__init__(sentence, hint, request_id=request_id)
        self.maybe_too_long = maybe_too_long
        self.falls_back = falls_back


class ReplyCut(ProviderError):
    """The reply broke off in the middle. Its text so far is kept. `reason` is a clause: "the connection was lost"."""

    exit_code = 3
    falls_back = True  # as long as nothing of it is there

    def __init__(self, reason: str, *, request_id: str = "") -> None:
        hint = f"Asking again may help; {action('continue')} asks for the rest."
        super().__init__(f"The reply was cut off: {reason}.", hint, request_id=request_id)
        self.reason = reason


class TransientError(ProviderError):
    """Trying again may help, unless `retryable` is false."""

    exit_code = 75
    falls_back = True

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
