"""How much room text takes on a terminal, in cells: some characters take two, some none. For text without controls."""

import re
from bisect import bisect_right

# Latin, Greek, Cyrillic and punctuation such as “…”: one cell each, as a test holds against the library.
_ONE_CELL_EACH = re.compile("[ -~¡-¬®-˿Ͱ-҂‐-‧‰-⁞]*")


def cells(text: str) -> int:
    """How many cells a line takes; a control character counts as none."""
    if _ONE_CELL_EACH.fullmatch(text):
        return len(text)
    # Imported here because it takes 50 ms, and most lines hold nothing but what is known above.
    from wcwidth import wcswidth, wcwidth

    width = wcswidth(text)
    return width if width >= 0 else sum(max(0, wcwidth(character)) for character in text)


def beginning(text: str, columns: int) -> str:
    """As much of a line as fits into so many cells."""
    lengths = range(1, len(text) + 1)
    return text[: bisect_right(lengths, columns, key=lambda length: cells(text[:length]))]


def cut(text: str, columns: int) -> str:
    """The line if it fits into so many cells; else its beginning with "…" at the end, no blank before that."""
    return text if cells(text) <= columns else f"{beginning(text, columns - 1).rstrip()}…"


def cut_inside(text: str, columns: int) -> str:
    """The line if it fits into so many cells; else the first third of them and the end, "…" in between."""
    if cells(text) <= columns:
        return text
    before = beginning(text, (columns - 1) // 3).rstrip()
    after = beginning(text[::-1], columns - 1 - cells(before))[::-1].lstrip()
    return cut(f"{before}…{after}", columns)  # backwards, joined characters can be narrower
