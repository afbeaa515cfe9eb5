"""Markdown as it arrives: final pieces to print once, and the open tail that may still change.

CommonMark decides line by line and never reopens a closed block. So among the complete lines received so far, every
top-level block but the last is final; if the last one is a list, every item but its last is final too. The lines of a
top-level code block are final when their highlighting is settled. Only the tail is parsed again. A partial line is
shown but decides nothing: a `#`, `-` or `|` at its start can still become something else.

A block that grows very long is cut, so that no reply makes the tail long. The rest is shown as a block of its own, the
rest of a table with the table's head.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it.token import Token

from chatbot_cli.frozen import frozen
from chatbot_cli.terminal.markdown.code_highlight import CodeLine, highlight
from chatbot_cli.terminal.markdown.definitions import Definitions, copied, keep
from chatbot_cli.terminal.markdown.numbering import ListSoFar, go_on, is_decided, up_to_last
from chatbot_cli.terminal.markdown.open_fence import OpenFence, trimmed
from chatbot_cli.terminal.markdown.parser import PARSER
from chatbot_cli.terminal.markdown.rest_of_block import begins_item, rest_of
from chatbot_cli.text.safe import SafeStream, safe

CODE_TYPES = ("fence", "code_block")
LONGEST_OPEN = 8_192  # characters of a block that may still change
LONGEST_WITH_CODE = 16 * LONGEST_OPEN  # for a block with code in it, which a cut would tear apart
IN_BRACKETS, BESIDE_SOURCES = "[{}]", "code {} ·"  # how a code block is numbered, also where [1] is a source
LABEL = "label"  # in a code token's meta: its number in the reply, counted from 1, and its language

_LINE_ENDS_AS_SHOWN = str.maketrans({"\r": "␍", "\u2028": "\n", "\u2029": "\n"})


@frozen
class Block:
    """A top-level block, or one item of a top-level list. A `joined` piece has no empty line above it."""

    tokens: Sequence[Token]
    joined: bool = False


@frozen
class Code:
    """Lines of a top-level code block. Its first piece has a `label`; the others are `joined` to it."""

    lines: Sequence[CodeLine]
    label: str = ""
    joined: bool = False


Piece = Block | Code


class MarkdownStream:
    """Collects text and hands out each piece when it is final. `numbering` has the place of a code block's number."""

    def __init__(self, numbering: str = IN_BRACKETS) -> None:
        self._numbering = numbering
        self._safe = SafeStream()
        self._tail = ""
        self._grown = False
        self._definitions: Definitions = {}  # link definitions that are final, for the blocks that follow them
        self._codes = 0  # code blocks that are final, or open
        self._fence: OpenFence | None = None
        self._list: ListSoFar | None = None  # set if the tail begins inside a list
        self._rest_of = ""  # if the tail begins with the rest of a block that was cut: the token type of that block

    def feed(self, text: str) -> None:
        """Add the next piece of the reply, as the model sent it."""
        safe = self._safe.feed(text)
        self._tail += safe
        self._grown = self._grown or "\n" in safe or len(self._tail) > LONGEST_OPEN

    def take_finished(self) -> list[Piece]:
        """The pieces that have become final since the last call."""
        pieces: list[Piece] = []
        while self._grown:
            self._grown = False
            pieces += self._take_code(self._fence) if self._fence else self._take_blocks()
            while len(self._tail) > LONGEST_OPEN and not (self._fence or self._grown):
                if not (part := self._take_part()):
                    break
                pieces += part
        return pieces

    def open_pieces(self) -> list[Piece]:
        """The pieces that may still change, as they look now."""
        if self._fence:
            return [Code(self._fence.open_lines(self._tail), joined=True)]
        return self._pieces(top_level_blocks(PARSER.parse(self._tail, copied(self._definitions))))[0]

    def finish(self) -> list[Piece]:
        """All remaining pieces; the text is complete."""
        self._tail += self._safe.finish()
        pieces = self.take_finished()
        if self._fence:
            return [*pieces, Code(self._fence.finish(self._tail), joined=True)]
        return [*pieces, *self._pieces(top_level_blocks(PARSER.parse(self._tail, self._definitions)))[0]]

    def _take_blocks(self) -> list[Piece]:
        """Take from the tail all blocks but the last, and the final part of the last."""
        complete, found = self._tail[: self._tail.rfind("\n") + 1], copied(self._definitions)
        *finished, last = top_level_blocks(PARSER.parse(complete, found)) or [[]]
        if not last:
            return []
        pieces, self._codes = self._pieces(finished)
        cut = _first_line(last)
        if finished:
            self._list, self._rest_of = None, ""
        if last[0].type == "fence":
            opening = self._tail.split("\n")[cut]
            self._codes += 1
            self._fence, self._grown = OpenFence(opening, _language(last[0])), True
            pieces.append(Code((), self._label(last[0], self._codes)))
            cut += 1
        elif len(items := list_items(last)) > 1 and (self._list or is_decided(items)):
            more, self._codes = self._pieces([[last[0], *(token for item in items[:-1] for token in item), last[-1]]])
            pieces += more
            self._list = up_to_last(items, self._list)
            cut = _first_line(items[-1])
        keep(self._definitions, found, cut)
        self._tail = "\n".join(self._tail.split("\n")[cut:])
        return pieces

    def _take_part(self) -> list[Piece]:
        """Take the first part of a block that is too long. A block with code in it may grow to LONGEST_WITH_CODE."""
        cut = _whole_lines_or_words(self._tail)
        part = self._tail[:cut]
        blocks = top_level_blocks(PARSER.parse(part, self._definitions))
        if len(self._tail) < LONGEST_WITH_CODE and any(token.type == "fence" for block in blocks for token in block):
            return []
        pieces, self._codes = self._pieces(blocks)
        self._tail = self._tail[cut:]
        self._list, self._rest_of = self._list_after_cut(blocks), blocks[-1][0].type if blocks else ""
        if blocks:
            self._tail = rest_of(blocks[-1], part, self._tail)
        return pieces

    def _list_after_cut(self, blocks: Sequence[Sequence[Token]]) -> ListSoFar | None:
        """The list that the tail goes on with, if its items are counted."""
        if not blocks or not (items := list_items(blocks[-1])):
            return None
        so_far = up_to_last(items, self._list if len(blocks) == 1 else None)
        if so_far.next_number is None:
            return None
        return ListSoFar(so_far.next_number + begins_item(self._tail))

    def _take_code(self, fence: OpenFence) -> list[Piece]:
        """Move the complete lines of the tail into the open code block, up to the line that closes it."""
        *lines, self._tail = self._tail.split("\n")
        for index, line in enumerate(lines):
            if fence.closes(line):
                self._tail = "\n".join([*lines[index + 1 :], self._tail])
                self._fence, self._grown = None, True
                return [Code(fence.finish(), joined=True)]
            fence.add(line + "\n")
        return [Code(settled, joined=True)] if (settled := fence.take_settled()) else []

    def _pieces(self, blocks: Sequence[Sequence[Token]]) -> tuple[list[Piece], int]:
        """The pieces of the blocks at the beginning of the tail, and the count of code blocks up to their end."""
        pieces: list[Piece] = []
        codes = self._codes
        for index, block in enumerate(blocks):
            is_rest = index == 0 and bool(self._rest_of)
            goes_on = is_rest and self._rest_of == block[0].type and block[0].type in CODE_TYPES
            for token in block:
                if token.type in CODE_TYPES and not goes_on:
                    codes += 1
                    token.meta = {**token.meta, LABEL: self._label(token, codes)}
            if block[0].type in CODE_TYPES:
                lines = trimmed(highlight(block[0].content, _language(block[0])))
                pieces.append(Code(lines, block[0].meta.get(LABEL, ""), joined=goes_on))
            elif items := list_items(block):
                if so_far := self._list if index == 0 else None:
                    go_on(items, so_far)
                pieces += _items(block, items, goes_on=so_far is not None)
            else:
                pieces.append(Block(block, joined=is_rest))
        return pieces, codes

    def _label(self, token: Token, number: int) -> str:
        return f"{self._numbering.format(number)} {_language(token)}".rstrip(" ·")


def whole_document(text: str, numbering: str = IN_BRACKETS) -> list[Piece]:
    """The pieces of a complete text."""
    stream = MarkdownStream(numbering)
    blocks = top_level_blocks(PARSER.parse(safe(text), {}))
    return stream._pieces(blocks)[0]


def code_blocks(text: str) -> list[str]:
    """The code blocks of a reply as the model wrote them, in the order of their numbers."""
    shown = text.replace("\r\n", "\n").translate(_LINE_ENDS_AS_SHOWN)
    return [token.content for token in PARSER.parse(shown, {}) if token.type in CODE_TYPES]


def top_level_blocks(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """Split a token list into its top-level blocks."""
    starts = [index for index, token in enumerate(tokens) if token.level == 0 and token.nesting >= 0]
    return [tokens[start:end] for start, end in pairwise([*starts, len(tokens)])]


def list_items(block: Sequence[Token]) -> list[Sequence[Token]]:
    """The items of a list; empty for any other block."""
    if not block[0].type.endswith("list_open"):
        return []
    starts = [index for index, token in enumerate(block) if token.type == "list_item_open" and token.level == 1]
    return [block[start:end] for start, end in pairwise([*starts, len(block) - 1])]


def _whole_lines_or_words(text: str) -> int:
    """The offset at which to cut a text that is too long: after a line or a word if possible."""
    for separator in ("\n", " "):
        if cut := text.rfind(separator, LONGEST_OPEN // 2, LONGEST_OPEN) + 1:
            return cut
    return LONGEST_OPEN


def _items(block: Sequence[Token], items: Sequence[Sequence[Token]], *, goes_on: bool) -> Iterator[Block]:
    """Each item as a list of its own."""
    for index, item in enumerate(items):
        yield Block([block[0], *item, block[-1]], joined=goes_on or index > 0)


def _first_line(tokens: Sequence[Token]) -> int:
    return tokens[0].map[0] if tokens[0].map else 0


def _language(token: Token) -> str:
    return token.info.split(maxsplit=1)[0] if token.info.strip() else ""
