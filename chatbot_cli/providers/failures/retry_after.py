"""Reads from a refusal's headers how long the server asks to wait before the next try. Pure."""

import math
from collections.abc import Mapping

from chatbot_cli.text.counts import counted

LONGEST_OBEYED = 120.0  # seconds, the longest Retry-After we obey; for a longer wait the user should decide
LONGEST_TOLD = 365 * 86_400.0  # seconds; what is longer is a mistake
_UNITS = {"day": (48 * 3600, 86_400), "hour": (3600, 3600), "minute": (0, 60)}  # from how many seconds on, and its own

# LiteLLM renames the headers of the server behind it.
_IN_MILLISECONDS = ("retry-after-ms", "llm_provider-retry-after-ms")
_IN_SECONDS = ("retry-after", "llm_provider-retry-after")


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait, from 0 to `LONGEST_TOLD`; None when the server does not say. `now` is in seconds since 1970."""
    for names, unit in ((_IN_MILLISECONDS, 1000.0), (_IN_SECONDS, 1.0)):
        for name in names:
            seconds = _seconds(headers.get(name, ""), unit, now)
            if seconds is not None:
                return min(max(0.0, seconds), LONGEST_TOLD)
    return None


def in_words(seconds: float) -> str:
    """A long wait in words, such as 5 minutes, 3 hours or 10 days."""
    if seconds >= LONGEST_TOLD:
        return "longer than a year"
    unit = next((name for name, (least, _) in _UNITS.items() if seconds >= least), "minute")
    return counted(max(1, round(seconds / _UNITS[unit][1])), unit)


def _seconds(text: str, unit: float, now: float) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return _until(text, now)
    return None if math.isnan(number) else number / unit


def _until(date: str, now: float) -> float | None:
    # Imported here: few servers give a date, and this file is loaded before the prompt.
    import email.utils

    try:
        return email.utils.parsedate_to_datetime(date).timestamp() - now
    except (TypeError, ValueError, OverflowError, OSError):  # OSError: a year that the system's clock does not have
        return None
