"""Reads from a refusal's headers how long the server asks to wait before the next try. Pure."""

import math
from collections.abc import Mapping

from chatbot_cli.text.counts import counted

LONGEST_OBEYED = 120.0  # seconds, the longest Retry-After we obey; for a longer wait the user should decide

# LiteLLM renames the headers of the server behind it.
_IN_MILLISECONDS = ("retry-after-ms", "llm_provider-retry-after-ms")
_IN_SECONDS = ("retry-after", "llm_provider-retry-after")


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait, 0 or more; None when the server does not say. `now` is in seconds since 1970."""
    for names, unit in ((_IN_MILLISECONDS, 1000.0), (_IN_SECONDS, 1.0)):
        for name in names:
            seconds = _seconds(headers.get(name, ""), unit, now)
            if seconds is not None:
                return max(0.0, seconds)
    return None


def in_words(seconds: float) -> str:
    """A long wait in words, such as 5 minutes or 3 hours."""
    count, unit = (round(seconds / 3600), "hour") if seconds >= 3600 else (max(1, round(seconds / 60)), "minute")
    return counted(count, unit)


def _seconds(text: str, unit: float, now: float) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return _until(text, now)
    return number / unit if math.isfinite(number) else None


def _until(date: str, now: float) -> float | None:
    # Imported here: few servers give a date, and this file is loaded before the prompt.
    import email.utils

    try:
        return email.utils.parsedate_to_datetime(date).timestamp() - now
    except (TypeError, ValueError, OverflowError):
        return None
