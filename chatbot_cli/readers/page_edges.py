"""Lines that stand on the edges of most pages, such as the title of the book and the page's number (pure)."""

import re
from collections import Counter
from collections.abc import Sequence

_DEEP = 2  # lines at the top, and at the bottom, that may repeat
_FEW_PAGES = 4  # with fewer of them, what repeats may be text
_FEW_LINES = 3 * _DEEP  # a page with no more of them says nothing about edges
_SHARE = 0.4  # of the pages; left and right ones may have lines of their own
_MARK = "#"  # for a number; a line with one may be that of a chapter, and stand on few pages
_IN_TEXT = 0.1  # a line that reads so within the pages is a row of a table, or the like
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")


def without_edges(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The pages without the lines that repeat on their edges, whatever the numbers in these."""
    repeated = _repeated(pages)
    return [_without(page, repeated) for page in pages]


def _repeated(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """The shapes of the lines that stand on the edges, and hardly ever elsewhere."""
    on_edges: Counter[str] = Counter()
    within: Counter[str] = Counter()
    full = 0
    for page in pages:
        shapes = [_shape(line) for line in page if line.strip()]
        if len(shapes) > _FEW_LINES:
            full += 1
            on_edges.update({*shapes[:_DEEP], *shapes[-_DEEP:]})
            within.update(shapes[_DEEP:-_DEEP])
    if full < _FEW_PAGES:
        return frozenset()
    least = max(_FEW_PAGES - 1, _SHARE * full)
    return frozenset(
        shape
        for shape, count in on_edges.items()
        if count >= (_FEW_PAGES - 1 if _MARK in shape else least) and within[shape] <= _IN_TEXT * count
    )


def _without(page: Sequence[str], repeated: frozenset[str]) -> list[str]:
    kept = list(page)
    for at in (0, -1):
        dropped = 0
        while kept and dropped < _DEEP and (not kept[at].strip() or _shape(kept[at]) in repeated):
            dropped += bool(kept.pop(at).strip())
    return kept


def _shape(line: str) -> str:
    """A line with each number as the same sign."""
    return _NUMBER.sub(_MARK, " ".join(line.split()))
