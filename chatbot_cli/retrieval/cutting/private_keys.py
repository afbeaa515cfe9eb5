"""Private keys that are cut: each part of one begins as it does, so that each is known to be a part of a key."""

import re
from collections.abc import Iterable, Iterator

MOST_PARTS = 20  # of a key; the largest have some 15,000 characters
_LONGEST_MARK = 80  # characters, more than any has
_BEGIN = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_START, _END = "-----BEGIN ", "-----END "
_OF_A_KEY = re.compile(r"[A-Za-z0-9+/]{40}")


def with_marks(texts: Iterable[str]) -> Iterator[str]:
    """The texts of a document, in its order. One that goes on with a private key begins with that key's first line."""
    mark, parts, before = "", 0, ""
    for text in texts:
        goes_on = bool(mark) and parts < MOST_PARTS and _OF_A_KEY.search(text) is not None
        yield f"{mark}\n{text}" if goes_on else text
        parts += 1
        if not goes_on:
            mark = ""
        around = f"{before[-_LONGEST_MARK:]} {text}"  # the mark itself may be cut at one of its blanks
        ends, begins = around.rfind(_END), _last_mark(around)
        if begins and begins.start() > ends:
            mark, parts = begins[0], 0
        elif ends >= 0:
            mark = ""
        before = text


def _last_mark(text: str) -> "re.Match[str] | None":
    last = text.rfind("PRIVATE KEY")  # looking for it first is many times faster than the pattern
    begins = text.rfind(_START, 0, last) if last >= 0 else -1
    return _BEGIN.match(text, begins) if begins >= 0 else None
