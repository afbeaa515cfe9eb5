"""Times as text that is exact and as text for people, always in UTC."""

import re
from datetime import UTC, datetime
from decimal import Decimal

LATEST = 253_402_214_400  # a day before the year 10000, so that no time zone leaves the calendar

_ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,400}))?(Z|[+-]\d\d:\d\d)?", re.ASCII)


def iso_of(seconds: float) -> str | None:
    """Seconds since 1970 in ISO 8601, with every digit they have; None if they are not within 1970 to 9999."""
    if not 0 <= seconds < LATEST:
        return None
    whole, _, digits = f"{Decimal(repr(float(seconds))):f}".partition(".")
    fraction = f".{digits}" if digits.strip("0") else ""
    return f"{datetime.fromtimestamp(int(whole), UTC):%Y-%m-%dT%H:%M:%S}{fraction}Z"


def seconds_of(value: object, at: float) -> float:
    """Seconds since 1970 from ISO 8601 or a number; `at` if it is neither, or not within 1970 to 9999."""
    if isinstance(value, str):
        value = _seconds_of_iso(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return at
    return float(value) if 0 <= value < LATEST else at


def for_people(seconds: float) -> str:
    """The day and the minute; empty if they are not within 1970 to 9999."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC" if 0 <= seconds < LATEST else ""


def _seconds_of_iso(text: str) -> float | None:
    found = _ISO.fullmatch(text)
    if not found:
        return None
    moment, digits, zone = found.groups()
    try:
        whole = int(datetime.fromisoformat(moment + (zone or "Z")).timestamp())
    except ValueError:
        return None
    return float(f"{whole}.{digits or 0}")  # as text, since adding the fraction would round twice
