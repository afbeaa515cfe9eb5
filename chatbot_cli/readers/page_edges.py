"""Lines that stand on the edges of most pages, such as the title of the book and the page's number (pure)."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_DEEP = 2  # lines at the top, and at the bottom, that may repeat
_FEW_PAGES = 4  # with fewer of them, what repeats may be text
_SHARE = 0.4  # of the pages; left and right ones may have lines of their own
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")


def without_edges(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The pages without the lines that repeat on their edges, whatever the numbers in these."""
    kept = [list(page) for page in pages]
    if len(pages) < _FEW_PAGES:
        return kept
    most = Counter(shape for page in pages for shape in {_shape(page[at]) for at in _edges(page)})
    for page in kept:
        for at in sorted(_edges(page), reverse=True):
            if most[_shape(page[at])] >= max(_FEW_PAGES - 1, _SHARE * len(pages)):
                del page[at]
    return kept


def _edges(page: Sequence[str]) -> Iterable[int]:
    """Where its first and last lines are that are not blank."""
    there = [at for at, line in enumerate(page) if line.strip()]
    return {*there[:_DEEP], *there[-_DEEP:]} if len(there) > _DEEP else ()


def _shape(line: str) -> str:
    """A line with each number as the same sign."""
    return _NUMBER.sub("#", " ".join(line.split()))
