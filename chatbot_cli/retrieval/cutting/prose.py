"""Blocks of a text without marks, or of reStructuredText: paragraphs below underlined titles."""

import re
from collections.abc import Sequence

from chatbot_cli.chat.passages import Unit
from chatbot_cli.retrieval.cutting.blocks import Block

_UNDERLINE = re.compile(r"([=\-~^\"'`#*+.:_])\1{2,}\s*$")
LONGEST_TITLE = 100  # characters


def prose_blocks(lines: Sequence[str], places: Sequence[int], unit: Unit) -> list[Block]:
    """A block for each paragraph. A piece of pages begins with a page."""
    blocks: list[Block] = []
    trail: list[tuple[str, str]] = []  # the mark of each title that stands above, with its text
    start = 0
    for at in range(len(lines)):
        titled = _title_at(lines, at)
        new_page = unit is Unit.PAGE and 0 < at < len(places) and places[at] != places[at - 1]
        after_blank = at > 0 and not lines[at - 1].strip() and bool(lines[at].strip())
        if at > start and (titled or new_page or after_blank):
            blocks.append(_block(blocks, start, at, trail))
            start = at
        if titled:
            trail = _below(trail, *titled)
            blocks.append(Block(at, at + 2, _names(trail), begins=True, is_heading=True))
            start = at + 2
    if start < len(lines):
        blocks.append(_block(blocks, start, len(lines), trail))
    if unit is Unit.PAGE:
        return _with_pages(blocks, places)
    return blocks


def _block(before: Sequence[Block], first: int, end: int, trail: Sequence[tuple[str, str]]) -> Block:
    return Block(first, end, _names(trail))


def _names(trail: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(name for _, name in trail)


def _title_at(lines: Sequence[str], at: int) -> tuple[str, str] | None:
    """The mark and the text of a title that is underlined in the next line."""
    title = lines[at].rstrip()
    if not title or title[0].isspace() or len(title) > LONGEST_TITLE or at + 1 >= len(lines):
        return None
    underline = _UNDERLINE.match(lines[at + 1])
    if not underline or len(lines[at + 1].rstrip()) < len(title) or _UNDERLINE.match(title):
        return None
    if at > 0 and lines[at - 1].strip() and not _UNDERLINE.match(lines[at - 1]):
        return None
    return underline[1], title


def _below(trail: Sequence[tuple[str, str]], mark: str, title: str) -> list[tuple[str, str]]:
    """The trail with a title: it ends those of its mark, and those that came below them."""
    marks = [one for one, _ in trail]
    return [*(trail[: marks.index(mark)] if mark in marks else trail), (mark, title)]


def _with_pages(blocks: Sequence[Block], places: Sequence[int]) -> list[Block]:
    """The blocks, where one that begins a page begins a section."""
    starts = {at for at in range(1, len(places)) if places[at] != places[at - 1]}
    return [Block(one.first, one.end, one.trail, one.begins or one.first in starts, one.is_heading) for one in blocks]
