"""The rest of a block that was cut, written so that it is read as more of the same. Pure."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

LONGEST_HEAD = 2_048  # characters of a table's head that is shown again

_MARKER = re.compile(r" *(?P<marker>(?:[-+*]|\d{1,9}[.)]) {1,4})")
_TOP_MARKER = re.compile(r" {0,3}(?:[-+*]|\d{1,9}[.)]) ")
_QUOTED = re.compile(r" {0,3}> ?")


def rest_of(block: Sequence[Token], part: str, rest: str) -> str:
    """The `rest` behind a `part` that ends in the block: a table's with its head, an item's with its marks.

    What is indented in a paragraph or an item would be code at the beginning of one.
    """
    lines = part.split("\n")
    match block[0].type:
        case "table_open":
            first = block[0].map[0] if block[0].map else 0
            head = "\n".join([*lines[first : first + 2], ""])
            return head + rest if len(head) <= LONGEST_HEAD else rest
        case "bullet_list_open" | "ordered_list_open":
            return rest if _TOP_MARKER.match(rest) else _markers(block, lines) + rest.lstrip(" \n")
        case "blockquote_open":
            quoted = _QUOTED.match(rest)
            return f"> {_markers(block, lines)}{rest[quoted.end() if quoted else 0 :].lstrip(' ')}"
        case "paragraph_open" | "heading_open":
            return rest.lstrip(" ")
    return rest


def _markers(block: Sequence[Token], lines: Sequence[str]) -> str:
    """The marks of the items, one in the other, in which a block ends."""
    markers, read = [], dict.fromkeys(range(len(lines)), 0)
    for number in _open_items(block):
        line = lines[number]
        start = read[number] or (quoted.end() if (quoted := _QUOTED.match(line)) else 0)
        if found := _MARKER.match(line, start):
            markers.append(found["marker"])
            read[number] = found.end()
    return "".join(markers)


def _open_items(block: Sequence[Token]) -> list[int]:
    """The lines in which the items begin that are open at the block's last words, the outermost first."""
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
