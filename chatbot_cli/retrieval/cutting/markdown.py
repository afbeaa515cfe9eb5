"""Blocks of Markdown: its headings, paragraphs, items of lists, fences and tables."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from chatbot_cli.retrieval.cutting.blocks import Block

LONGEST_HEADING = 200  # characters
_PARSER = MarkdownIt("commonmark").enable("table")
_PARSER.core.ruler.enableOnly(["normalize", "block"])
_MARKS = re.compile(r"[`*]+|!?\[([^\]]*)\]\([^)]*\)|<[^>]*>")
_FRONT_MATTER = re.compile(r"---\s*\n(?:.*\n){0,200}?(?:---|\.\.\.)\s*(?:\n|$)")
_KEPT = frozenset(("table_open", "fence", "heading_open"))
_OPENED = frozenset(("bullet_list_open", "ordered_list_open", "blockquote_open"))


def markdown_blocks(text: str, lines: Sequence[str]) -> list[Block]:
    """A block for each heading, and for each part below it. What belongs to none goes with the one before."""
    front = _FRONT_MATTER.match(text)
    skipped = front[0].count("\n") if front else 0
    if front:
        text = "\n" * skipped + text[front.end() :]
    starts = _starts(_PARSER.parse(text))
    if not starts or starts[0][0] > 0:
        starts.insert(0, (0, None))
    trail: list[tuple[int, str]] = []
    blocks = []
    for (first, token), end in zip(starts, [*(at for at, _ in starts[1:]), len(lines)], strict=True):
        is_heading = token is not None and token.type == "inline"
        if token is not None and is_heading:
            level = int(token.meta["level"])
            trail = [*(one for one in trail if one[0] < level), (level, _plain(token.content))]
        names = tuple(name for _, name in trail)
        head, foot = _repeated(token, lines, end)
        blocks.append(Block(first, end, names, is_heading, is_heading, head, foot))
    return blocks


def _starts(tokens: Sequence[Token]) -> list[tuple[int, Token | None]]:
    """The first line of each block, once and in order, with its token; for a heading it is that of its text."""
    found: dict[int, Token | None] = {}
    inside = 0  # how deep the token is in something that is no list
    for at, token in enumerate(tokens):
        if inside == 0 and token.map and token.type not in _OPENED and token.nesting >= 0:
            if token.type == "heading_open" and token.level == 0:
                heading = tokens[at + 1]
                heading.meta = {"level": token.tag[1:]}
                found[token.map[0]] = heading
            else:
                found.setdefault(token.map[0], token)
        if token.type not in _OPENED and token.type != "list_item_open" and token.nesting > 0:
            inside += 1
        elif inside and token.nesting < 0:
            inside -= 1
    return sorted(found.items(), key=lambda item: item[0])


def _repeated(token: Token | None, lines: Sequence[str], end: int) -> tuple[tuple[str, ...], str]:
    """What each part of a torn table or fence has above and below it."""
    if token is None or token.map is None:
        return (), ""
    if token.type == "table_open":
        return tuple(lines[token.map[0] : token.map[0] + 2]), ""
    if token.type == "fence":
        return (lines[token.map[0]],), token.markup
    return (), ""


def _plain(heading: str) -> str:
    """The text of a heading without its marks."""
    return " ".join(_MARKS.sub(lambda match: match[1] or "", heading[: 2 * LONGEST_HEADING]).split())[:LONGEST_HEADING]
