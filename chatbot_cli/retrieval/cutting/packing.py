"""Puts blocks together into pieces that are neither small nor large."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from chatbot_cli.chat.passages import Place, Unit
from chatbot_cli.frozen import frozen
from chatbot_cli.retrieval.collection import Piece
from chatbot_cli.retrieval.cutting.blocks import MOST, SMALL, TARGET, Block
from chatbot_cli.retrieval.cutting.private_keys import with_marks

MOST_OF_IT = 2 / 3  # of a piece's text tells its headings
_END_OF_SENTENCE = re.compile(r"[.!?:;…。！？][\"'”’)\]]*\s*$")
_SENTENCE = re.compile(r"(?<=[.!?;…])\s+|(?<=[。！？；])")
_BLANK = re.compile(r"\s")


@frozen
class _Part:
    """Lines from `first` to `last`, both counted from 0, as a text under headings."""

    first: int
    last: int
    text: str
    trail: tuple[str, ...]


def pack(lines: Sequence[str], blocks: Sequence[Block], places: Sequence[int], unit: Unit) -> list[Piece]:
    """The pieces of these lines, in their order, with their places."""

    def place_of(line: int) -> int:
        return places[min(line, len(places) - 1)] if places else line + 1

    parts = list(_parts(lines, blocks))
    return [
        Piece(text, Place(place_of(part.first), max(place_of(part.first), place_of(part.last)), unit), part.trail)
        for part, text in zip(parts, with_marks(part.text for part in parts), strict=True)
    ]


def _parts(lines: Sequence[str], blocks: Sequence[Block]) -> Iterator[_Part]:
    open_blocks: list[Block] = []
    size = 0
    for block in blocks:
        more = _size(lines, block.first, block.end)
        if open_blocks and _ends_before(block, open_blocks, size, more):
            yield from _closed(lines, open_blocks)
            open_blocks, size = [], 0
        open_blocks.append(block)
        size += more
    if open_blocks:
        yield from _closed(lines, open_blocks)


def _ends_before(block: Block, before: Sequence[Block], size: int, more: int) -> bool:
    """Whether a piece ends before a block. A heading stays with what comes after it."""
    if all(one.is_heading for one in before):
        return size > MOST
    if block.begins:
        return size >= SMALL or size + more > TARGET
    if size < SMALL:
        return more <= MOST < size + more  # what is larger is torn in any case
    return size + more > TARGET


def _closed(lines: Sequence[str], blocks: Sequence[Block]) -> Iterator[_Part]:
    """The blocks as one part; as several if they are too large, which only one with its headings can be."""
    first, end, trail = blocks[0].first, blocks[-1].end, _trail(lines, blocks)
    if _size(lines, first, end) > MOST:
        yield from _torn(lines, first, end, trail, blocks[-1])
        return
    part = _part(lines, first, end, trail)
    if part:
        yield part


def _trail(lines: Sequence[str], blocks: Sequence[Block]) -> tuple[str, ...]:
    """The headings that most of the blocks' text stands under."""
    if len(blocks) == 1:
        return blocks[0].trail
    sizes: Counter[tuple[str, ...]] = Counter()
    for one in blocks:
        for depth in range(1, len(one.trail) + 1):
            sizes[one.trail[:depth]] += _size(lines, one.first, one.end)
    most = sum(_size(lines, one.first, one.end) for one in blocks) * MOST_OF_IT
    return max((trail for trail, size in sizes.items() if size >= most), key=len, default=())


def _part(lines: Sequence[str], first: int, end: int, trail: tuple[str, ...]) -> _Part | None:
    """Lines without blank ones at both ends; None if there are no others."""
    while first < end and not lines[first].strip():
        first += 1
    while first < end and not lines[end - 1].strip():
        end -= 1
    return _Part(first, end - 1, "\n".join(lines[first:end]), trail) if first < end else None


def _size(lines: Sequence[str], first: int, end: int) -> int:
    return sum(map(len, lines[first:end])) + end - first


def _torn(lines: Sequence[str], first: int, end: int, trail: tuple[str, ...], block: Block) -> Iterator[_Part]:
    """Lines in several parts: the head of the block is repeated in each part but the first."""
    head = "".join(f"{line}\n" for line in block.head) if sum(map(len, block.head)) < TARGET // 2 else ""
    foot = f"\n{block.foot}" if block.foot else ""
    start = first
    while start < end:
        repeated = head if start > block.first else ""
        stop = _stop(lines, start, end, TARGET - len(repeated) - len(foot))
        if len(lines[start]) > MOST:
            yield from _parts_of_line(lines[start], start, trail)
            start += 1
            continue
        part = _part(lines, start, stop, trail)
        if part:
            closing = foot if block.first < stop < end else ""
            yield _Part(part.first, part.last, f"{repeated}{part.text}{closing}", trail)
        start = stop


def _stop(lines: Sequence[str], start: int, end: int, most: int) -> int:
    """Where a part that starts there ends: after a whole sentence, if one ends in its second half."""
    size, stop, good = 0, start, start
    while stop < end and (stop == start or size + len(lines[stop]) < most) and len(lines[stop]) <= MOST:
        size += len(lines[stop]) + 1
        stop += 1
        if size > most // 2 and (_END_OF_SENTENCE.search(lines[stop - 1]) or not lines[stop - 1].strip()):
            good = stop
    return stop if stop == end or good == start else good


def _parts_of_line(line: str, at: int, trail: tuple[str, ...]) -> Iterator[_Part]:
    """A line that is too long, in parts: after sentences, else at blanks, else anywhere."""
    start = 0
    while start < len(line):
        stop = _stop_in_line(line, start)
        text = line[start:stop].strip()
        if text:
            yield _Part(at, at, text, trail)
        start = stop


def _stop_in_line(line: str, start: int) -> int:
    if len(line) - start <= TARGET:
        return len(line)
    window = line[start : start + TARGET]
    for pattern in (_SENTENCE, _BLANK):
        ends = [match.end() for match in pattern.finditer(window, TARGET // 2)]
        if ends:
            return start + ends[-1]
    return start + TARGET
