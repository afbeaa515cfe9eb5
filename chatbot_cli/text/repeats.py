"""Words that are there twice. Pure."""

from collections.abc import Iterable


def first_twice(words: Iterable[str]) -> str:
    """The first word that was there before; "" if none was. Each is looked at once, however many there are."""
    seen: set[str] = set()
    for word in words:
        if word in seen:
            return word
        seen.add(word)
    return ""
