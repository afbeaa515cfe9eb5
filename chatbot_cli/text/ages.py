"""Ages, as a person types them and as a screen shows them. Pure."""

import re

from chatbot_cli.errors import UsageError
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import one_line

MINUTE, HOUR, DAY = 60, 3600, 86_400
MONTH, YEAR = 30 * DAY, 365 * DAY
SECONDS_OF_LETTER = {"h": HOUR, "d": DAY, "w": 7 * DAY, "m": MONTH, "y": YEAR}
SECONDS_OF_WORD = {"year": YEAR, "month": MONTH, "day": DAY, "hour": HOUR, "minute": MINUTE}  # the longest first
AGE = re.compile(r"([0-9]{1,6}) ?([hdwmy])")


def seconds_in(age: str) -> int:
    """The seconds in an age such as 36h, 90d, 12w, 6m (months) or 1y. Raises UsageError."""
    parts = AGE.fullmatch(age.strip().lower())
    if not parts:
        raise UsageError(f"“{one_line(age)}” is no age.", "For example: 36h, 90d, 12w, 6m (months), 1y.")
    return int(parts[1]) * SECONDS_OF_LETTER[parts[2]]


def age_in_words(seconds: float) -> str:
    """How long ago something was, in the longest unit that fits: "3 days ago"; below a minute "just now".

    A date that is more than a minute ahead is "in the future": a clock was wrong.
    """
    if seconds <= -MINUTE:
        return "in the future"
    for word, length in SECONDS_OF_WORD.items():
        if seconds >= length:
            return f"{counted(int(seconds // length), word)} ago"
    return "just now"
