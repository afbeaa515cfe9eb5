"""Words that were divided at the end of a line, as they are (pure)."""

import re
from collections.abc import Sequence

_DIVIDED = re.compile(r"([^\W\d_]{2,})[-\u00ad\u2010]\Z")
_REST = re.compile(r"([^\W\d_]{2,})(\S*)(?:\s+|\Z)")
_COMPOUND = re.compile(r"[^\W\d_]{2,}-[^\W\d_]{2,}")


def compounds_in(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """The words that have a hyphen within a line, such as "well-known", in small letters."""
    return frozenset(word.lower() for page in pages for line in page for word in _COMPOUND.findall(line))


def joined(lines: Sequence[str], compounds: frozenset[str]) -> list[str]:
    """Lines whose last word is whole: the rest of it comes from the next line, which begins with a small letter."""
    kept = list(lines)
    for at in range(len(kept) - 1):
        begun, rest = _DIVIDED.search(kept[at].rstrip()), _REST.match(kept[at + 1])
        if not begun or not rest or not rest[1][0].islower():
            continue
        hyphen = "-" if f"{begun[1]}-{rest[1]}".lower() in compounds else ""
        kept[at] = f"{kept[at].rstrip()[:-1]}{hyphen}{rest[1]}{rest[2]}"
        kept[at + 1] = kept[at + 1][rest.end() :]
    return kept
