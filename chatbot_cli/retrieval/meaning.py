"""What of a passage its vector is made of."""

from collections.abc import Sequence
from hashlib import sha256


def meant(headings: Sequence[str], text: str) -> str:
    """The text whose meaning is a passage's: its headings tell what it is about."""
    return f"{' › '.join(headings)}\n{text}" if headings else text


def digest_of_meant(headings: Sequence[str], text: str) -> str:
    """SHA-256 of that text, in hexadecimal: the same text has one vector."""
    return sha256(meant(headings, text).encode("utf-8", "surrogatepass")).hexdigest()
