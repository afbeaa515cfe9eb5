"""Blocks of program text: its definitions, with the comments above them, and what stands between blank lines.

What defines something is told by the words that a line begins with, which is quick, and is the same in most languages.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter

from chatbot_cli.frozen import frozen
from chatbot_cli.retrieval.cutting.blocks import MOST, TARGET, Block

_MODIFIERS = (
    r"(?:(?:export|default|public|private|protected|internal|static|async|abstract|final|pub(?:\([^)]*\))?|unsafe"
    r"|extern|inline|virtual|override|data|sealed|open|partial|suspend|local|declare|const|constexpr)\s+)*"
)
_WORDS = (
    "def|class|func|fn|function|fun|interface|struct|enum|trait|impl|module|mod|namespace|union|object|record|sub|proc"
    "|protocol|extension|defmodule|defp|macro_rules!|template|typedef|type|task|CREATE|create"
)
_DEFINITION = re.compile(rf"(?P<indent>[ \t]*){_MODIFIERS}(?:{_WORDS})\b(?!\s*[=:.,;)])")
_ASSIGNED = re.compile(
    r"(?P<indent>)(?:export\s+)?(?:const|let|var)\s+\w+\s*=\s*(?:async\s*)?(?:\(|function\b|\w+\s*=>)"
)
_OF_C = re.compile(r"(?P<indent>)[A-Za-z_][\w\s*&:<>,~]*\([^;]*$|[\w-]+\s*\(\)\s*\{|\(def\w*\s")
_NOT_OF_C = re.compile(r"(?:if|for|while|switch|return|else|do|try|with|elif|assert|print|raise|import|from|and|or)\b")
_ABOVE = re.compile(r"\s*(?:@|#|//|/\*|\*|--|;|%|\[)")
LONGEST_HEADING = 100  # characters
_at = attrgetter("at")
DEEPEST = 3  # definitions in one another that are cut apart


@frozen
class _Definition:
    """A definition that begins in the line `at`, counted from 0."""

    at: int
    indent: int


def code_blocks(lines: Sequence[str]) -> list[Block]:
    """The blocks, each below the signatures that it is part of."""
    found = [_Definition(at, _indent(match)) for at, line in enumerate(lines) if (match := _definition(line))]
    return _blocks(lines, 0, len(lines), found, (), DEEPEST)


def _blocks(
    lines: Sequence[str], first: int, end: int, found: Sequence[_Definition], trail: tuple[str, ...], deepest: int
) -> list[Block]:
    """The blocks of some lines, with what is defined in them: a large definition is cut at those inside it."""
    if not found or not deepest:
        return _paragraphs(lines, first, end, trail)
    least = min(one.indent for one in found)
    outer = [one.at for one in found if one.indent == least]
    starts = [_start(lines, at, before + 1) for before, at in pairwise((first - 1, *outer))]
    blocks = _paragraphs(lines, first, starts[0], trail)
    for at, start, stop in zip(outer, starts, (*starts[1:], end), strict=True):
        own = (*trail, _signature(lines[at]))
        inside = found[bisect_right(found, at, key=_at) : bisect_left(found, stop, key=_at)]
        if sum(map(len, lines[start:stop])) + stop - start <= (TARGET if inside else MOST):
            blocks.append(Block(start, stop, own, begins=True))
            continue
        blocks.append(Block(start, at + 1, own, begins=True, is_heading=True))
        blocks += _blocks(lines, at + 1, stop, inside, own, deepest - 1)
    return blocks


def _definition(line: str) -> re.Match[str] | None:
    if len(line) > MOST or not line or line.isspace():
        return None
    match = _DEFINITION.match(line) or _ASSIGNED.match(line)
    if match or not line[:1].strip() or _NOT_OF_C.match(line):
        return match
    return _OF_C.match(line)


def _indent(match: re.Match[str]) -> int:
    return len((match["indent"] or "").expandtabs(4))


def _start(lines: Sequence[str], at: int, first: int) -> int:
    """Where a definition starts: with its decorators and the comment right above it, but not before `first`."""
    while at > first and lines[at - 1].strip() and _ABOVE.match(lines[at - 1]):
        at -= 1
    return at


def _signature(line: str) -> str:
    return line.strip().rstrip("{:(").strip()[:LONGEST_HEADING]


def _paragraphs(lines: Sequence[str], first: int, end: int, trail: tuple[str, ...]) -> list[Block]:
    """A block for the lines between blank ones."""
    if first == end:
        return []
    starts = [first, *(at for at in range(first + 1, end) if lines[at].strip() and not lines[at - 1].strip())]
    return [Block(at, stop, trail) for at, stop in zip(starts, (*starts[1:], end), strict=True)]
