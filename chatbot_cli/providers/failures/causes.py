"""What an error came from: the SDK and its layers wrap it several times, and keep only its text. Pure."""

from collections.abc import Iterator
from typing import TypeVar

E = TypeVar("E", bound=BaseException)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, then what it came from, down to the first."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.exceptions[0] if isinstance(cause, BaseExceptionGroup) else cause.__cause__ or cause.__context__


def cause_of(error: BaseException, kind: type[E]) -> E | None:
    """The first of them that is of a kind."""
    return next((cause for cause in causes(error) if isinstance(cause, kind)), None)


def system_error(error: BaseException) -> OSError | None:
    """What the operating system said, with its number."""
    return next((cause for cause in causes(error) if isinstance(cause, OSError) and cause.errno is not None), None)
