"""Finds the cause of an error. The SDK and its layers wrap an error several times, and keep only its text. Pure."""

from collections.abc import Iterator
from typing import TypeVar

E = TypeVar("E", bound=BaseException)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, then its cause, then the cause of that, down to the first error raised."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.exceptions[0] if isinstance(cause, BaseExceptionGroup) else cause.__cause__ or cause.__context__


def cause_of(error: BaseException, kind: type[E]) -> E | None:
    """The outermost of `causes(error)` that is a `kind`; None if there is none."""
    return next((cause for cause in causes(error) if isinstance(cause, kind)), None)


def system_error(error: BaseException) -> OSError | None:
    """The outermost error of the operating system, which has an errno; None if there is none."""
    return next((cause for cause in causes(error) if isinstance(cause, OSError) and cause.errno is not None), None)
