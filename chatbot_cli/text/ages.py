"""Ages as one types them."""

import re

from chatbot_cli.errors import UsageError
from chatbot_cli.text.safe import one_line

HOUR = 3600
UNITS = {"h": HOUR, "d": 24 * HOUR, "w": 7 * 24 * HOUR, "m": 30 * 24 * HOUR, "y": 365 * 24 * HOUR}
AGE = re.compile(r"([0-9]{1,6}) ?([hdwmy])")


def seconds_in(age: str) -> int:
    """The seconds in an age such as 36h, 90d, 12w, 6m (months) or 1y. Raises UsageError."""
    found = AGE.fullmatch(age.strip().lower())
    if not found:
        raise UsageError(f"“{one_line(age)}” is no age.", "For example: 36h, 90d, 12w, 6m (months), 1y.")
    return int(found[1]) * UNITS[found[2]]
