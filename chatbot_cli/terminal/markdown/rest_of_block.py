"""Rewrites the rest of a block that was cut, so that it is parsed as the same kind of block. Pure."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

LONGEST_TABLE_HEAD = 2_048  # characters; a longer head is not shown again

_MARKER = re.compile(r" *(?P<marker>(?:[-+*]|\d{1,9}[.)]) {1,4})")
_TOP_MARKER = re.compile(r" {0,3}(?:[-+*]|\d{1,9}[.)]) ")
_QUOTED = re.compile(r" {0,3}> ?")


def rest_of(block: Sequence[Token], part: str, rest: str) -> str:
    """The text after a `part` that ends in the block: a table's with its head, an item's with its list markers.

    Indentation is removed: inside a paragraph or an item it means nothing, at the beginning of one it means code.
    """
    lines = part.split("\n")
    match block[0].type:
        case "table_open":
            first = block[0].map[0] if block[0].map else 0
            head = "\n".join([*lines[first : first + 2], ""])
            return head + rest if len(head) <= LONGEST_TABLE_HEAD else rest
        case "bullet_list_open" | "ordered_list_open":
            return rest if begins_item(rest) else _markers(block, lines) + rest.lstrip(" \n")
        case "blockquote_open":
            quoted = _QUOTED.match(rest)
            return f"> {_markers(block, lines)}{rest[quoted.end() if quoted else 0 :].lstrip(' ')}"
        case "paragraph_open" | "heading_open":
            return rest.lstrip(" ")
    return rest


def begins_item(rest: str) -> bool:
    """Whether a text begins with the marker of a list item that is not inside another."""
    return _TOP_MARKER.match(rest) is not None


def _markers(block: Sequence[Token], lines: Sequence[str]) -> str:
    """The nested list markers that are open at the end of the block, such as `- 1. `."""
    markers, read = [], dict.fromkeys(range(len(lines)), 0)
    for number in _open_items(block):
        line = lines[number]
        start = read[number] or (quoted.end() if (quoted := _QUOTED.match(line)) else 0)
        if match := _MARKER.match(line, start):
            markers.append(match["marker"])
            read[number] = match.end()
    return "".join(markers)


def _open_items(block: Sequence[Token]) -> list[int]:
    """The numbers of the lines in which the items begin that contain the block's last words, the outermost first."""
    stack: list[int] = []
    at_last_words: list[int] = []
    for token in block:
        if token.type == "list_item_open":
            stack.append(token.map[0] if token.map else 0)
        elif token.type == "list_item_close":
            stack.pop()
        elif token.content:
            at_last_words = list(stack)
    return at_last_words
