"""Converts times between seconds since 1970 and ISO 8601 or text for people; always in UTC."""

from datetime import UTC, datetime

LATEST = 253_402_214_400  # a day before the year 10000, so that no time zone leaves the calendar


def iso_of(seconds: float) -> str | None:
    """Seconds since 1970 in ISO 8601, to the microsecond; None if the year is not 1970 to 9999."""
    if not 0 <= seconds < LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def seconds_of(value: object, at: float) -> float:
    """Seconds since 1970 from ISO 8601 or a number; `at` if `value` is neither, or its year is not 1970 to 9999."""
    if isinstance(value, str):
        value = _seconds_of_iso(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return at
    return float(value) if 0 <= value < LATEST else at


def for_people(seconds: float) -> str:
    """The date, hour and minute; empty if the year is not 1970 to 9999."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC" if 0 <= seconds < LATEST else ""


def _seconds_of_iso(text: str) -> float | None:
    """Seconds since 1970; None if the text is not a time. A time without a zone is in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
