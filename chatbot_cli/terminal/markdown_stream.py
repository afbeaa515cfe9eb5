"""Markdown as it arrives: finished blocks to print once, and the open tail that may still change.

CommonMark decides line by line and never re-opens a closed block. So on the complete lines received so far every
top-level block but the last is final. A partial line is shown, but never decides: a `#`, `-` or `|` at its start can
still become something else.
"""

import copy
from collections.abc import Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from chatbot_cli.terminal.safe_text import SafeStream

Block = Sequence[Token]  # one top-level block, from its opening token to its closing one

# Raw HTML would be swallowed by the renderer: without the html option it is shown as the text it is.
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])


class MarkdownStream:
    """Collects text and hands out each top-level block when it is final."""

    def __init__(self) -> None:
        self._tail = ""
        self._safe = SafeStream()
        self._grown = False
        self._definitions: dict[str, object] = {}  # link definitions seen so far, for the blocks that follow them

    def feed(self, text: str) -> None:
        """Add the next piece of the reply, as the model sent it."""
        piece = self._safe.feed(text)
        self._tail += piece
        self._grown = self._grown or "\n" in piece

    def take_finished(self) -> list[Block]:
        """The blocks that have become final since the last call, each handed out once."""
        if not self._grown:
            return []
        self._grown = False
        complete = self._tail[: self._tail.rfind("\n") + 1]
        blocks = top_level_blocks(_PARSER.parse(complete, self._definitions))
        if not blocks:
            return []
        *finished, last = blocks
        first_line = last[0].map[0] if last[0].map else 0
        self._tail = "".join(self._tail.splitlines(keepends=True)[first_line:]) if finished else self._tail
        return finished

    def open_blocks(self) -> list[Block]:
        """The blocks that may still change, as they look now."""
        return top_level_blocks(_PARSER.parse(self._tail, copy.deepcopy(self._definitions)))

    def finish(self) -> list[Block]:
        """All that is left, final now that nothing more comes."""
        self._tail += self._safe.finish()
        blocks = top_level_blocks(_PARSER.parse(self._tail, self._definitions))
        self._tail = ""
        return blocks


def whole_document(text: str) -> list[Block]:
    """All blocks of a text that is complete."""
    stream = MarkdownStream()
    stream.feed(text)
    return stream.finish()


def top_level_blocks(tokens: Sequence[Token]) -> list[Block]:
    """Cut a token list at its top-level blocks."""
    starts = [index for index, token in enumerate(tokens) if token.level == 0 and token.nesting >= 0]
    return [tokens[start:end] for start, end in pairwise([*starts, len(tokens)])]
